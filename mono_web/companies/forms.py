"""Forms of undertakings, and the words for their codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms.validators import ValidationError

from mono_web.companies import municipalities
from mono_web.companies.models import Company
from mono_web.core.forms import ChoiceField, Form, HiddenField, LineField, OrgnrField, TextField
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.numbers import format_orgnr

ELSEWHERE = "other"
# The forms one meets; the register has more, and what an undertaking has already is always among the choices.
FORM_LABELS = {
    "AS": _l("Private limited company (AS)"),
    "ASA": _l("Public limited company (ASA)"),
    "ENK": _l("Sole proprietorship (ENK)"),
    "NUF": _l("Foreign enterprise registered in Norway (NUF)"),
    "SA": _l("Co-operative (SA)"),
    "DA": _l("Partnership with shared liability (DA)"),
    "ANS": _l("General partnership (ANS)"),
    "FLI": _l("Association (FLI)"),
    "STI": _l("Foundation (STI)"),
    "ORGL": _l("Organisational part of a public body (ORGL)"),
    "KOMM": _l("Municipality (KOMM)"),
    "FYLK": _l("County authority (FYLK)"),
    "KF": _l("Municipal enterprise (KF)"),
    "IKS": _l("Inter-municipal company (IKS)"),
    "SF": _l("State enterprise (SF)"),
    "BEDR": _l("Sub-unit (BEDR)"),
}
SOURCE_LABELS = {
    "typed": _l("Written by a person"),
    "brreg": _l("Enhetsregisteret"),
    "import": _l("Imported list"),
}
FIELD_LABELS = {
    "name": _l("Name"),
    "orgnr": _l("Organisation number"),
    "form": _l("Legal form"),
    "municipality": _l("Municipality"),
    "website": _l("Website"),
    "clusters": _l("Clusters"),
}
# What hangs on an undertaking, by the table it stands in; other tables tell nothing of their own.
TABLE_LABELS = {
    "entry_company": _l("Log entries"),
    "need": _l("Needs"),
    "contact": _l("Contacts"),
}
# What the page shows beside these; a group of actions.refresh.GROUPS goes by its first field.
ALL_LABELS = {
    **FIELD_LABELS,
    "status": _l("Standing in the register"),
    "employees": _l("Employees"),
    "industry_code": _l("Industry"),
    "parent_orgnr": _l("Belongs to"),
    "note": _l("Own notes"),
}
STATUS_LABELS = {
    "bankrupt": _l("Bankrupt"),
    "winding_up": _l("Being wound up"),
    "forced": _l("Being wound up or dissolved by order"),
    "closed": _l("Closed down"),
    "deleted": _l("Deleted from Enhetsregisteret"),
    "removed": _l("Removed from Enhetsregisteret"),
}
LONGEST_NOTE = 5_000
# A host name with a dot in it, with or without the scheme, and no spaces.
_WEBSITE = re.compile(r"(?:https?://)?[^\s/.:@]+(?:\.[^\s/.:@]+)+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)


def readable(name: str, value: Any, clusters: Mapping[int, str]) -> str:
    """A value of actions.as_fields in words."""
    if name == "clusters":
        return ", ".join(clusters.get(one, "") for one in value)
    if name == "municipality":
        return municipalities.split(value)[1]
    if name == "form":
        return str(FORM_LABELS.get(value, value))
    if name == "status":
        return str(STATUS_LABELS.get(value, value))
    return format_orgnr(value) if name == "orgnr" and value else str(value or "")


class CompanyForm(Form):
    """An undertaking as it is written. Clusters are boxes of their own, read by the view."""

    base_rev = HiddenField(default="0")
    name = LineField(FIELD_LABELS["name"], required=_l("Write the name of the undertaking"))
    orgnr = OrgnrField(FIELD_LABELS["orgnr"], longest=30)
    # Not `form`: in a page a field of that name hides the property of the same name from scripts.
    legal_form = ChoiceField(FIELD_LABELS["form"])
    municipality = ChoiceField(FIELD_LABELS["municipality"])
    elsewhere = LineField(
        _l("Place outside Nordland"), longest=80, description=_l("Municipality, or country if it is abroad.")
    )
    website = LineField(FIELD_LABELS["website"])
    note = TextField(
        ALL_LABELS["note"],
        longest=LONGEST_NOTE,
        description=_l("Read by the brokers of its clusters, their mentor and project lead. No private matters."),
    )
    # What the register said when the fields were filled in from it, signed: views/lookup.py.
    register = HiddenField()

    # What the view found out.
    known: Company | None = None
    twins: Sequence[Company] = ()

    def put_facts(self, facts: Mapping[str, Any]) -> None:
        """Show what the register says; what it does not tell stays as it was typed."""
        self.name.data, self.orgnr.data = facts["name"], facts["orgnr"]
        self.offer(facts["form"])
        self.legal_form.data = facts["form"]
        self.put_place(*municipalities.split(facts["municipality"]))
        self.website.data = facts["website"] or self.website.data

    def offer(self, form_code: str = "") -> None:
        """Fill the lists; `form_code` is the form the undertaking has already."""
        labels = {"": _l("Unknown"), **FORM_LABELS}
        if form_code and form_code not in labels:
            labels[form_code] = form_code
        self.legal_form.choices = list(labels.items())
        self.municipality.choices = [
            ("", _l("Unknown")),
            *municipalities.nordland().items(),
            (ELSEWHERE, _l("Outside Nordland")),
        ]

    def validate_elsewhere(self, field: LineField) -> None:
        """Asked for exactly when "outside Nordland" is chosen."""
        if self.municipality.data == ELSEWHERE and not (field.data or "").strip():
            raise ValidationError(_l("Write the place, or choose “Unknown”"))

    def validate_website(self, field: LineField) -> None:
        """An address that can be a link."""
        if (field.data or "").strip() and not _WEBSITE.fullmatch((field.data or "").strip()):
            raise ValidationError(_l("Write the website like this: www.example.no"))

    def place(self, current: str = "") -> str:
        """The municipality as actions.as_fields has it; `current` stays where its name was not touched."""
        chosen = self.municipality.data or ""
        if chosen != ELSEWHERE:
            return municipalities.joined(chosen, municipalities.nordland()[chosen]) if chosen else ""
        typed = self.elsewhere.data or ""
        return current if municipalities.split(current)[1] == typed else typed

    def put_place(self, code: str | None, name: str) -> None:
        """Show a municipality in the two fields."""
        inside = code in municipalities.nordland()
        self.municipality.data = code if inside else (ELSEWHERE if name else "")
        self.elsewhere.data = "" if inside else name

    def stop_once(self, companies: Sequence[Company]) -> bool:
        """Whether these twins are shown for the first time. What was shown is remembered in the form."""
        seen = set((self.seen_warnings.data or "").split())
        found = {f"twin:{company.id}" for company in companies}
        self.seen_warnings.data = " ".join(sorted(seen | found))
        self.seen_warnings.raw_data = None
        self.twins = companies
        return bool(found - seen)
