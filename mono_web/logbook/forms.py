"""Forms of the logbook, and the words for its codes."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms.validators import ValidationError

from mono_web.companies.models import Company
from mono_web.core import clock
from mono_web.core.forms import (
    BooleanField,
    ChoiceField,
    DayField,
    Form,
    HiddenField,
    HoursField,
    LineField,
    ManyField,
    OrgnrField,
    RadioField,
    TextField,
)
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import lazy_gettext as _l

KIND_LABELS = {
    "visit": _l("Company visit"),
    "dialogue_meeting": _l("Dialogue meeting"),
    "digital_meeting": _l("Digital meeting"),
    "phone": _l("Phone"),
    "email": _l("E-mail"),
    "network_meeting": _l("Network meeting"),
    "other": _l("Other"),
}
FORM_LABELS = {"physical": _l("Physical"), "digital": _l("Digital")}
HELD_LABELS = {"yes": _l("Held"), "cancelled": _l("Cancelled"), "postponed": _l("Postponed")}
AUDIENCE_LABELS = {
    "mentor_lead": _l("Mentor and project lead"),
    "cluster": _l("Everyone in the cluster"),
    "programme": _l("The whole programme"),
}
STATE_LABELS = {
    "draft": _l("Draft"),
    "submitted": _l("Submitted"),
    "in_review": _l("In review"),
    "returned": _l("Returned"),
    "answered": _l("Answered"),
    "accepted": _l("Accepted"),
    "locked": _l("Locked"),
    "withdrawn": _l("Withdrawn"),
}


# The columns of a file of entries, by names that are understood in every one of the languages.
_COLUMNS = {
    "entry_id": _l("Id"),
    "date": _l("Date"),
    "kind": _l("Kind of contact"),
    "form": _l("Form of meeting"),
    "orgnr": _l("Organisation number"),
    "company": _l("Undertaking"),
    "cluster": _l("Cluster"),
    "broker": _l("Broker (e-mail)"),
    "participants": _l("Participants"),
    "hours": _l("Hours"),
    "title": _l("Title"),
    "text": _l("Text"),
    "next_step": _l("Next step"),
    "next_step_date": _l("Date of the next step"),
    "held": _l("Held"),
    "status": _l("State"),
    "programme": _l("Programme"),
    "outcome": _l("Outcome"),
    "audience": _l("Who can read"),
    "confidential": _l("Confidential"),
}


def column_names() -> dict[str, str]:
    """The columns of a file, each with its name in the person's language."""
    return {column: str(name) for column, name in _COLUMNS.items()}


class EntryForm(Form):
    """A log entry as it is written. Choices of place come from the view; undertakings are looked up there.

    `place` is "programme-cluster". `minutes` of the entry is the value of `hours`.
    """

    record_id = HiddenField()
    base_rev = HiddenField(default="0")
    tab = HiddenField()
    place = ChoiceField(_l("Programme and cluster"))
    company = LineField(_l("Undertaking"), description=_l("Name or organisation number."))
    company_id = HiddenField()
    new_company = HiddenField()
    new_name = LineField(_l("Name of the new undertaking"))
    new_orgnr = OrgnrField(_l("Organisation number"), longest=30)
    new_municipality = LineField(_l("Municipality"), longest=80)
    more_companies = TextField(
        _l("Further undertakings"), longest=2_000, description=_l("One a line: name or organisation number.")
    )
    date = DayField(_l("Date"))
    hours = HoursField(_l("Hours"))
    participants = LineField(_l("Participants"), longest=500)
    kind = RadioField(_l("What kind of contact?"), choices=list(KIND_LABELS.items()), default="visit")
    # Not called "form": an input of that name hides the form element from the browser's scripts.
    contact_form = RadioField(_l("How did you meet?"), choices=list(FORM_LABELS.items()), default="physical")
    held = RadioField(_l("Was it held?"), choices=list(HELD_LABELS.items()), default="yes")
    text = TextField(
        _l("What did you talk about?"),
        description=_l("What is the challenge, and what does nobody know the answer to yet?"),
    )
    title = LineField(_l("Title"), description=_l("Empty: the first words of the text."))
    outcome = TextField(_l("Outcome"), longest=5_000)
    next_step = LineField(_l("Next step"), longest=300)
    next_step_date = DayField(_l("When?"), prefer="future")
    audience = RadioField(_l("Who can read?"), choices=list(AUDIENCE_LABELS.items()), default="mentor_lead")
    confidential = BooleanField(_l("Holds trade secrets"))

    # What the view found out about the undertaking that was typed.
    candidates: Sequence[Company] = ()
    offer_new: bool = False
    known_company: str = ""
    focus_on: str = ""
    # Remarks that go back without an answer, to a text that was not changed: asked about once.
    unanswered: int = 0

    def ask_for_all(self) -> None:
        """What sending asks for beyond a draft: one sentence at each field."""
        if not self.company.data and not self.new_name.data:
            self.add_error("company", _("Choose which undertaking the entry is about"))
        if self.date.data is None and not self.date.errors:
            self.add_error("date", _("Write when it happened"))
        if self.date.data and self.date.data > clock.today() and self.held.data == "yes":
            self.add_error("date", _("The date lies ahead. Write when it happened"))
        if self.hours.data is None and not self.hours.errors:
            self.add_error("hours", _("Write how many hours it took. 0 is fine"))
        if not self.text.data and not self.text.errors:
            self.add_error("text", _("Write a few words about what you talked about"))


class ReasonForm(Form):
    """An act that asks for a reason; the view words the question and says what is missing."""

    reason = TextField(longest=2_000)


class AddendumForm(Form):
    """What is added after acceptance."""

    text = TextField(_l("Addendum"), longest=20_000, required=_l("Write what is to be added"))


class HandoverForm(Form):
    """What somebody else goes on with, and who. The view knows what there is and who can."""

    # Translators: over a list of entries with boxes. Bokmål: Hva skal overlates?
    chosen = ManyField(_l("What is handed over?"), required=_l("Choose at least one"))
    # Translators: asks for a person. Bokmål: Hvem tar over?
    taker = ChoiceField(_l("Who takes over?"))

    def validate_taker(self, field: ChoiceField) -> None:
        """Somebody must be chosen."""
        if not field.data:
            raise ValidationError(_l("Choose who takes over"))


class AudienceForm(Form):
    """Who can read, after the entry was saved. `confirmed` is sent by the page that shows the names."""

    audience = RadioField(_l("Who can read?"), choices=list(AUDIENCE_LABELS.items()))
    confidential = BooleanField(_l("Holds trade secrets"))
    confidential_until = DayField(_l("Confidential until"), prefer="future")
    confirmed = HiddenField()
