"""Forms of remarks and notes, and the words for their codes.

Their fields carry ids of their own, since they stand on the page of the record, beside its forms.
"""

from __future__ import annotations

from mono_web.core.forms import ChoiceField, Form, HiddenField, RadioField, TextField
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.remarks.models import AUDIENCES, REMARK_KINDS

LONGEST = 20_000
KIND_LABELS = {
    # Translators: kind of a remark. Bokmål: Spørsmål
    "question": _l("Question"),
    # Translators: kind of a remark. Bokmål: Må rettes
    "must_fix": _l("Must fix"),
    # Translators: kind of a remark. Bokmål: Ros
    "praise": _l("Praise"),
    # Translators: kind of a remark. Bokmål: Idé
    "idea": _l("Idea"),
}
NOTE_AUDIENCE_LABELS = {
    # Translators: who can read a note. Bokmål: Bare meg
    "only_me": _l("Only me"),
    # Translators: who can read a note. Bokmål: Megleren og mentor
    "author_mentor": _l("The author and the mentor"),
    # Translators: who can read a note. Bokmål: Mentorer og prosjektleder
    "mentors_leads": _l("Mentors and project lead"),
    "cluster": _l("Everyone in the cluster"),
    "programme": _l("The whole programme"),
}


def audience_in_sentence(audience: str) -> str:
    """Who can read a note, within a sentence: without the capital that a choice begins with."""
    label = str(NOTE_AUDIENCE_LABELS[audience])
    return label[:1].lower() + label[1:]


class RemarkForm(Form):
    """A new remark. The choices of `field` are the fields of the record; empty is the whole of it."""

    kind = RadioField(
        # Translators: asks for the kind of a remark. Bokmål: Hva slags merknad?
        _l("What kind of remark?"),
        id="remark_kind",
        choices=[(code, KIND_LABELS[code]) for code in REMARK_KINDS],
        default="question",
    )
    # Translators: asks where a remark sits. Bokmål: Om hva?
    field = ChoiceField(_l("About what?"), id="remark_field", default="")
    text = TextField(
        # Translators: label of the text of a remark. Bokmål: Merknad
        _l("Remark"), id="remark_text", longest=LONGEST, required=_l("Write the remark")
    )  # fmt: skip


class AnswerForm(Form):
    """An answer to a remark."""

    # Translators: label of an answer. Bokmål: Ditt svar
    text = TextField(_l("Your answer"), longest=LONGEST, required=_l("Write the answer"))


class NoteForm(Form):
    """A new note: who can read it comes first."""

    audience = RadioField(
        # Translators: asks who can read a note. Bokmål: Hvem kan lese notatet?
        _l("Who can read the note?"),
        id="note_audience_choice",
        choices=[(code, NOTE_AUDIENCE_LABELS[code]) for code in AUDIENCES],
        default="only_me",
    )
    # Translators: label of the text of a note. Bokmål: Notat
    text = TextField(_l("Note"), id="note_text", longest=LONGEST, required=_l("Write the note"))


class NoteAudienceForm(Form):
    """Who can read a note that is there. `confirmed` names the audience whose names were shown."""

    audience = RadioField(
        _l("Who can read the note?"),
        id="note_audience_now",
        choices=[(code, NOTE_AUDIENCE_LABELS[code]) for code in AUDIENCES],
    )
    confirmed = HiddenField()
