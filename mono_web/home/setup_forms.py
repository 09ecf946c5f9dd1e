"""Forms of the first run: the code, and the four pages of the set-up."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from wtforms import BooleanField, FieldList, FormField, PasswordField
from wtforms.validators import ValidationError

from mono_web.core.forms import DayField, Form, LineField
from mono_web.core.i18n import lazy_gettext as _l

CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
KRONER = re.compile(r"[0-9]{1,12}")
EMPTY_LINES, MOST_LINES = 4, 40


def _check_code(field: Any) -> None:
    """It stands in addresses, file names and the CSV."""
    if not CODE.fullmatch((field.data or "").strip()):
        raise ValidationError(_l("Use small letters a to z, digits and hyphens, for example mono-2026"))


def _digits(typed: str | None) -> str:
    """A number without what stands between its thousands."""
    return re.sub(r"[\s.\u00a0\u202f]", "", typed or "")


class StartForm(Form):
    """The code from the terminal."""

    # Translators: bokmål: Engangskode
    code = LineField(_l("One-time code"), longest=40)


class PageForm(Form):
    """A page whose answer is kept until the last one is sent."""

    def answer(self) -> Any:
        """What is kept: JSON values."""
        raise NotImplementedError

    @staticmethod
    def shown(answer: Any) -> dict[str, Any]:
        """A kept answer as the form takes it."""
        raise NotImplementedError


class ProgrammeForm(PageForm):
    """Name, code, who pays."""

    # Translators: bokmål: Programmets navn
    name = LineField(_l("Name of the programme"), required=_l("Write what the programme is called"))
    # Translators: bokmål: Kortkode
    code = LineField(_l("Short code"), longest=40, required=_l("Write a short code, for example mono-2026"))
    # Translators: who pays for the programme. Bokmål: Finansiør
    funder = LineField(_l("Funder"))
    # Translators: bokmål: Finansiørens referanse
    funder_ref = LineField(_l("The funder's reference"), longest=100)
    # Translators: bokmål: Budsjettramme i hele kroner
    budget = LineField(_l("Budget frame in whole kroner"), longest=30)

    def validate_code(self, field: Any) -> None:
        """A code."""
        _check_code(field)

    def validate_budget(self, field: Any) -> None:
        """Digits."""
        if (field.data or "").strip() and not KRONER.fullmatch(_digits(field.data)):
            raise ValidationError(_l("Write the amount in whole kroner, for example 3 000 000"))

    def answer(self) -> dict[str, Any]:
        """What is kept."""
        kept = {name: self[name].data for name in ("name", "code", "funder", "funder_ref")}
        budget = _digits(self.budget.data)
        return {**kept, "budget_nok": int(budget) if budget else None}

    @staticmethod
    def shown(answer: dict[str, Any]) -> dict[str, Any]:
        """A kept answer as the form shows it."""
        budget = answer.get("budget_nok")
        return {**answer, "budget": "" if budget is None else f"{budget:,}".replace(",", " ")}


class PeriodForm(PageForm):
    """From when to when."""

    # Translators: bokmål: Første dag
    starts_on = DayField(_l("First day"), required=_l("Write the first day of the programme"))
    # Translators: bokmål: Siste dag
    ends_on = DayField(_l("Last day"), prefer="future")

    def validate_ends_on(self, field: Any) -> None:
        """Not before the first."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_l("The last day is before the first"))

    def answer(self) -> dict[str, Any]:
        """What is kept."""
        days = {"starts_on": self.starts_on.data, "ends_on": self.ends_on.data}
        return {name: day.isoformat() if day else None for name, day in days.items()}

    @staticmethod
    def shown(answer: dict[str, Any]) -> dict[str, Any]:
        """A kept answer as the form shows it."""
        return {name: date.fromisoformat(day) if day else None for name, day in answer.items()}


class ClusterLine(Form):
    """One cluster: its short code and its name. A line without both does not count."""

    # Translators: bokmål: Kortkode
    code = LineField(_l("Short code"), longest=40)
    # Translators: bokmål: Navn
    name = LineField(_l("Name"))

    def validate_code(self, field: Any) -> None:
        """A code where there is a name."""
        if (field.data or self.name.data or "").strip():
            _check_code(field)

    def validate_name(self, field: Any) -> None:
        """A name where there is a code."""
        if (self.code.data or "").strip() and not (field.data or "").strip():
            raise ValidationError(_l("Write what the cluster is called"))


class ClustersForm(PageForm):
    """The clusters, one in a line."""

    lines = FieldList(FormField(ClusterLine), max_entries=MOST_LINES)

    def add_lines(self, count: int = 1) -> None:
        """Empty lines at the end."""
        for _ in range(min(count, MOST_LINES - len(self.lines))):
            self.lines.append_entry()

    def answer(self) -> list[list[str]]:
        """What is kept: (code, name) of each."""
        return [[line.form.code.data, line.form.name.data] for line in self.lines if line.form.code.data]

    def holds(self) -> bool:
        """At least one, and none twice. Says what is wrong at its place."""
        codes = [code for code, _ in self.answer()]
        twice = [line for line in self.lines if codes.count(line.form.code.data) > 1]
        for line in twice:
            line.form.code.errors = [_l("This code stands twice")]
        self.lines.errors = [line.errors for line in twice]
        if not codes:
            self.add_error(None, _l("Write at least one cluster"))
        return bool(codes) and not twice

    @staticmethod
    def shown(answer: list[list[str]]) -> dict[str, Any]:
        """A kept answer as the form shows it."""
        return {"lines": [{"code": code, "name": name} for code, name in answer]}


class PersonForm(Form):
    """The first person, who will administer."""

    # Translators: bokmål: Navnet ditt
    name = LineField(_l("Your name"), longest=120, required=_l("Write your name"))
    # Translators: bokmål: E-post
    email = LineField(_l("E-mail"), required=_l("Write your e-mail address"))
    # Translators: bokmål: Passord
    password = PasswordField(_l("Password"))
    # Translators: bokmål: Jeg er også prosjektleder
    leads = BooleanField(_l("I also lead the project"))

    def validate_email(self, field: Any) -> None:
        """The shape of an address; whether it exists shows when it is used."""
        if not EMAIL.fullmatch(field.data.strip()):
            raise ValidationError(_l("Write the address like this: name@example.no"))


FORMS: dict[str, type[PageForm]] = {
    "programme": ProgrammeForm,
    "period": PeriodForm,
    "clusters": ClustersForm,
}
