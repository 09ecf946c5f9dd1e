"""The form of a contact, and the words for its fields."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from wtforms.validators import ValidationError

from mono_web.companies.models import LANGUAGE_FORMS
from mono_web.core import i18n
from mono_web.core.forms import ChoiceField, DayField, Form, HiddenField, LineField, TextField
from mono_web.core.i18n import lazy_gettext as _l

LANGUAGE_LABELS = {
    "nb": i18n.LANGUAGES["nb"],
    "nn": i18n.LANGUAGES["nn"],
    "sma": _l("South Sami"),
    "smj": _l("Lule Sami"),
    "se": _l("North Sami"),
    "en": _l("English"),
}
CONTACT_LABELS = {
    "name": _l("Name"),
    "role": _l("Role at the undertaking"),
    "email": _l("E-mail"),
    "phone": _l("Telephone"),
    "language_form": _l("Form of language"),
    "source": _l("Where the facts come from"),
    "source_on": _l("Date of the source"),
    "legal_basis": _l("Legal basis"),
    "review_on": _l("To be looked at again"),
}
_DAYS = ("source_on", "review_on")
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+\.[^\s@,;<>.]+")
_PHONE = re.compile(r"\+?[0-9()/.\s-]{3,}(?:(?:ext|linje)?\.?\s*[0-9]{1,6})?", re.IGNORECASE)


def readable(name: str, value: Any) -> str:
    """A value of actions.contact_fields in words."""
    if value and name in _DAYS:
        return i18n.day_long(date.fromisoformat(value))
    if name == "language_form":
        return str(LANGUAGE_LABELS.get(value, value or ""))
    return str(value or "")


class ContactForm(Form):
    """A contact as it is written: only what belongs to somebody's work."""

    base_rev = HiddenField(default="0")
    name = LineField(CONTACT_LABELS["name"], required=_l("Write the name of the contact"))
    role = LineField(CONTACT_LABELS["role"], longest=120)
    email = LineField(CONTACT_LABELS["email"])
    phone = LineField(CONTACT_LABELS["phone"], longest=40)
    language_form = ChoiceField(
        CONTACT_LABELS["language_form"],
        choices=[("", _l("Unknown")), *((one, LANGUAGE_LABELS[one]) for one in LANGUAGE_FORMS)],
        description=_l("The one they write themselves: they are answered in it."),
    )
    source = LineField(CONTACT_LABELS["source"], description=_l("For example: met at the visit, their website."))
    source_on = DayField(CONTACT_LABELS["source_on"])
    legal_basis = TextField(
        CONTACT_LABELS["legal_basis"],
        longest=2_000,
        description=_l("A few words on why these facts may be kept. Nothing about private matters."),
    )
    review_on = DayField(
        CONTACT_LABELS["review_on"], prefer="future", description=_l("Empty: twelve months from today.")
    )

    def validate_email(self, field: LineField) -> None:
        """An address one can write to."""
        if (field.data or "").strip() and not _EMAIL.fullmatch((field.data or "").strip()):
            raise ValidationError(_l("Write the e-mail address like this: name@example.no"))

    def validate_phone(self, field: LineField) -> None:
        """A number one can call."""
        if (field.data or "").strip() and not _PHONE.fullmatch((field.data or "").strip()):
            raise ValidationError(_l("Write the telephone number with digits, for example 900 00 111"))

    def fields(self) -> dict[str, Any]:
        """What a valid form says, in the shape of actions.contact_fields."""
        values: dict[str, Any] = {name: self[name].data or "" for name in CONTACT_LABELS if name not in _DAYS}
        return values | {name: self[name].data.isoformat() if self[name].data else None for name in _DAYS}
