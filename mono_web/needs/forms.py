"""Forms of needs and matches, and the words for their codes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms.validators import ValidationError

from mono_web.companies.models import Company
from mono_web.core.forms import (
    BooleanField,
    ChoiceField,
    DayField,
    Form,
    HiddenField,
    LineField,
    RadioField,
    TextField,
)
from mono_web.core.i18n import lazy_gettext as _l

STATE_LABELS = {
    # Translators: state of a need. Bokmål: Avklares
    "identified": _l("To be clarified"),
    # Translators: state of a need: somebody has judged whether research is needed. Bokmål: FoU-vurdert
    "assessed": _l("Assessed"),
    # Translators: state of a need. Bokmål: Søker kobling
    "matching": _l("Seeks a match"),
    # Translators: state of a need. Bokmål: Koblet
    "matched": _l("Matched"),
    # Translators: state of a need. Bokmål: Søknad
    "in_application": _l("Application"),
    # Translators: state of a need. Bokmål: Tilsagn
    "funded": _l("Funded"),
    # Translators: state of a need. Bokmål: På vent
    "on_hold": _l("On hold"),
    # Translators: state of a need. Bokmål: Avsluttet
    "closed": _l("Ended"),
}
MATCH_LABELS = {
    # Translators: state of a match. Bokmål: Foreslått
    "proposed": _l("Proposed"),
    # Translators: state of a match. Bokmål: Kontaktet
    "contacted": _l("Contacted"),
    # Translators: state of a match. Bokmål: Møte
    "meeting": _l("Meeting"),
    # Translators: state of a match. Bokmål: Enige
    "agreed": _l("Agreed"),
    # Translators: state of a match. Bokmål: Takket nei
    "declined": _l("Declined"),
}
_EITHER = [("", _l("Choose")), ("yes", _l("Yes")), ("no", _l("No"))]
TRL = [("", _l("Unknown")), *((str(number), str(number)) for number in range(1, 10))]


class NeedForm(Form):
    """A need as it is written. The undertaking, the place and the passage are asked for a new one alone.

    `place` is "programme-cluster". The choices come from the view.
    """

    base_rev = HiddenField(default="0")
    company = LineField(_l("Undertaking"), description=_l("Name or organisation number."))
    company_id = HiddenField()
    place = ChoiceField(_l("Programme and cluster"), choices=[])
    quote = ChoiceField(
        _l("Passage of the entry"),
        choices=[],
        default="",
        description=_l("Stands beside the need, for those who can read the entry."),
    )
    title = LineField(_l("What is the need?"), required=_l("Write what the need is, in a few words"))
    description = TextField(_l("Description"), description=_l("What does nobody know the answer to yet?"))
    theme = LineField(_l("Theme"), longest=120)
    area = ChoiceField(_l("Priority area"), choices=[], default="")
    trl = ChoiceField(_l("Maturity (TRL)"), choices=TRL, default="", description=_l("A guess, from 1 to 9."))
    scheme = LineField(_l("Scheme"), longest=200, description=_l("The support that is thought of, when it is chosen."))
    next_step = LineField(_l("Next step"), longest=300)
    next_step_date = DayField(_l("When?"), prefer="future")
    abstract = TextField(
        _l("Abstract to share"),
        longest=5_000,
        description=_l("Nobody else reads it before you release it. Without the name of the undertaking."),
    )
    confidential = BooleanField(
        _l("Holds trade secrets"), description=_l("Only you, the mentor and the project lead can read it.")
    )

    # What the view found out about the undertaking that was typed.
    candidates: Sequence[Company] = ()

    def validate_next_step(self, field: LineField) -> None:
        """A day needs a step."""
        if self.next_step_date.data and not (field.data or "").strip():
            raise ValidationError(_l("Write what is to be done that day"))


class PartnerForm(Form):
    """Whom a need is matched with: typed, or chosen in the list ("environment-<id>", "researcher-<id>")."""

    partner = LineField(_l("Environment or researcher"), description=_l("Part of the name, as in the directory."))
    partner_id = HiddenField()

    # What the view found under the name that was typed.
    candidates: Sequence[Any] = ()


class MoveForm(PartnerForm):
    """A step, with what any step may ask for; the action says what is missing."""

    state = RadioField(_l("Move to"), choices=list(STATE_LABELS.items()))
    new_knowledge = ChoiceField(_l("Is new knowledge needed?"), choices=_EITHER, default="")
    conclusion = TextField(_l("Conclusion"), longest=5_000)
    referred_to = LineField(_l("Referred to"), description=_l("When no research is needed: who helps instead?"))
    scheme = LineField(_l("Scheme"), description=_l("Which support is applied for?"))
    reason = TextField(_l("Why?"), longest=2_000)


class MatchForm(PartnerForm):
    """A new match."""

    note = TextField(_l("Why them?"), longest=2_000)


class MatchMoveForm(Form):
    """How a match goes on."""

    state = RadioField(_l("Move to"), choices=list(MATCH_LABELS.items()))
    cause = TextField(_l("Why was it declined?"), longest=2_000)
    first = ChoiceField(_l("Is it the undertaking's first collaboration with research?"), choices=_EITHER, default="")
    note = TextField(_l("Note"), longest=2_000)


class ShareForm(Form):
    """The release of the abstract."""

    consent_by = LineField(
        _l("Who at the undertaking has agreed?"),
        required=_l("Write who at the undertaking has agreed"),
        description=_l("The name is kept with today's date."),
    )


class OwnerForm(Form):
    """Who is in charge."""

    owner = ChoiceField(_l("Who is in charge?"), choices=[])
