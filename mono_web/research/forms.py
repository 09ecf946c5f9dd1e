"""Forms of environments and researchers, and the words for their codes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms.validators import ValidationError

from mono_web.core import clock, i18n
from mono_web.core.forms import ChoiceField, DayField, Form, HiddenField, LineField, OrgnrField, RadioField, TextField
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.numbers import format_orgnr
from mono_web.research import nva, themes
from mono_web.research.models import Environment, Researcher

SOURCE_LABELS = {
    "typed": _l("Written by a person"),
    "list": _l("The list that comes with MoNo"),
    "nva": _l("NVA (Sikt)"),
}
APPROVED_LABELS = {"yes": _l("Yes"), "no": _l("No"), "unknown": _l("Unknown")}
# As a sign beside a name.
APPROVED_WORDS = {
    "yes": _l("Approved research organisation"),
    "no": _l("Not an approved research organisation"),
    "unknown": _l("Approval unknown"),
}
ENVIRONMENT_LABELS = {
    "name": _l("Name"),
    "short_name": _l("Short name"),
    "orgnr": _l("Organisation number"),
    "kind": _l("Kind"),
    "parent": _l("Part of"),
    "cristin_id": _l("Id in NVA"),
    "municipality": _l("Place"),
    "url": _l("Website"),
    "approved": _l("Approved research organisation"),
    "themes": _l("Themes"),
    "note": _l("Remark"),
    "checked_on": _l("Facts checked on"),
}
RESEARCHER_LABELS = {
    "name": _l("Name"),
    "environment": _l("R&D environment"),
    "unit": _l("Unit"),
    "link": _l("Link"),
    "themes": _l("Themes"),
}
_WEBSITE = re.compile(r"(?:https?://)?[^\s/.:@]+(?:\.[^\s/.:@]+)+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_NVA_ID = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){3}")
_THEMES_HINT = _l("Several with a comma between them.")


def approval(value: bool | None) -> str:
    """The code of an answer that may be unknown."""
    return "unknown" if value is None else ("yes" if value else "no")


def readable(name: str, value: Any, environments: Mapping[str, str]) -> str:
    """A value of actions.environment_fields or researcher_fields in words."""
    if name in ("parent", "environment"):
        return environments.get(value, "")
    if name == "themes":
        return themes.joined(value)
    if name == "approved":
        return str(APPROVED_LABELS[approval(value)])
    if name == "checked_on":
        return i18n.day_long(date.fromisoformat(value)) if value else ""
    return format_orgnr(value) if name == "orgnr" and value else str(value or "")


class _Linked(Form):
    """What both forms share: fields that hold an address, and namesakes that are shown once."""

    base_rev = HiddenField(default="0")
    # What the view found out.
    known: Environment | Researcher | None = None
    twins: Sequence[Environment | Researcher] = ()

    def stop_once(self, namesakes: Sequence[Environment | Researcher]) -> bool:
        """Whether these namesakes are shown for the first time. What was shown is remembered in the form."""
        seen = set((self.seen_warnings.data or "").split())
        found = {f"twin:{one.id}" for one in namesakes}
        self.seen_warnings.data = " ".join(sorted(seen | found))
        self.seen_warnings.raw_data = None
        self.twins = namesakes
        return bool(found - seen)


def _address(_form: Form, field: LineField) -> None:
    """An address that can be a link."""
    typed = (field.data or "").strip()
    if typed and not _WEBSITE.fullmatch(typed):
        raise ValidationError(_l("Write the address like this: www.example.no"))


def _few_themes(_form: Form, field: LineField) -> None:
    """Nothing that was typed is left out in silence."""
    if (problem := themes.problem(field.data or "")) == "long":
        raise ValidationError(
            _l("A theme has at most %(most)d characters. Put commas between them", most=themes.LONGEST)
        )
    if problem == "many":
        raise ValidationError(_l("At most %(most)d themes", most=themes.MOST))


class EnvironmentForm(_Linked):
    """An environment as it is written."""

    name = LineField(ENVIRONMENT_LABELS["name"], required=_l("Write the name of the environment"))
    short_name = LineField(ENVIRONMENT_LABELS["short_name"], longest=60)
    orgnr = OrgnrField(ENVIRONMENT_LABELS["orgnr"], longest=30)
    kind = LineField(
        ENVIRONMENT_LABELS["kind"], longest=80, description=_l("For example university, institute, laboratory.")
    )
    part_of = ChoiceField(ENVIRONMENT_LABELS["parent"])
    municipality = LineField(ENVIRONMENT_LABELS["municipality"], longest=80)
    approved = RadioField(ENVIRONMENT_LABELS["approved"], default="unknown")
    themes = LineField(ENVIRONMENT_LABELS["themes"], longest=1_000, description=_THEMES_HINT)
    url = LineField(ENVIRONMENT_LABELS["url"], longest=300)
    cristin_id = LineField(
        ENVIRONMENT_LABELS["cristin_id"], longest=40, description=_l("Four numbers, for example 204.0.0.0.")
    )
    note = TextField(ENVIRONMENT_LABELS["note"], longest=5_000)
    checked_on = DayField(
        ENVIRONMENT_LABELS["checked_on"],
        description=_l("The day you held them against their source. Empty: not confirmed."),
    )

    validate_url = _address
    validate_themes = _few_themes

    def offer(self, environments: Sequence[tuple[Any, str]], but: Environment | None = None) -> None:
        """Fill the list of what it may be part of, and the answers to whether it is approved."""
        self.approved.choices = list(APPROVED_LABELS.items())
        others = [(str(one), name) for one, name in environments if but is None or one != but.id]
        self.part_of.choices = [("", _l("Nothing larger")), *others]

    def validate_cristin_id(self, field: LineField) -> None:
        """As Cristin and NVA number their units."""
        typed = (field.data or "").strip()
        if typed and not _NVA_ID.fullmatch(typed):
            raise ValidationError(_l("Write the id as four numbers with dots between them: 204.0.0.0"))

    def validate_checked_on(self, field: DayField) -> None:
        """Nobody has checked anything tomorrow."""
        if field.data and field.data > clock.today():
            raise ValidationError(_l("The day lies ahead. Write the day you checked it"))

    def fields(self) -> dict[str, Any]:
        """The fields of a valid form, in the shape of actions.environment_fields."""
        lines = ("name", "short_name", "kind", "municipality", "url", "cristin_id", "note")
        return {
            **{name: self[name].data or "" for name in lines},
            "orgnr": self.orgnr.data or None,
            "parent": self.part_of.data or "",
            "approved": {"yes": True, "no": False}.get(self.approved.data),
            "themes": themes.parted(self["themes"].data or ""),
            "checked_on": self.checked_on.data.isoformat() if self.checked_on.data else None,
        }

    def put(self, name: str, value: Any) -> None:
        """Show a value of actions.environment_fields in its field."""
        if name == "parent":
            self.part_of.data = value
        elif name == "approved":
            self.approved.data = approval(value)
        elif name == "themes":
            self["themes"].data = themes.joined(value)
        elif name == "checked_on":
            self.checked_on.data, self.checked_on.typed = (date.fromisoformat(value) if value else None), ""
        else:
            self[name].data = value or ""


class ResearcherForm(_Linked):
    """A researcher as they are written. The hidden fields tell what came from NVA, and when."""

    nva_uri = HiddenField()
    fetched_on = HiddenField()
    name = LineField(RESEARCHER_LABELS["name"], required=_l("Write the name of the researcher"))
    environment = ChoiceField(RESEARCHER_LABELS["environment"])
    unit = LineField(RESEARCHER_LABELS["unit"], description=_l("Faculty, department or group."))
    themes = LineField(RESEARCHER_LABELS["themes"], longest=1_000, description=_THEMES_HINT)
    link = LineField(RESEARCHER_LABELS["link"], longest=300, description=_l("A page about the person."))

    validate_link = _address
    validate_themes = _few_themes

    def offer(self, environments: Sequence[tuple[Any, str]]) -> None:
        """Fill the list of environments."""
        self.environment.choices = [
            ("", _l("None in the directory")),
            *((str(one), name) for one, name in environments),
        ]

    def fields(self) -> dict[str, Any]:
        """The fields of a valid form, in the shape of actions.researcher_fields."""
        return {
            **{name: self[name].data or "" for name in ("name", "environment", "unit", "link")},
            "themes": themes.parted(self["themes"].data or ""),
        }

    def put(self, name: str, value: Any) -> None:
        """Show a value of actions.researcher_fields in its field."""
        self[name].data = themes.joined(value) if name == "themes" else value or ""

    def fetched(self) -> tuple[str, date | None]:
        """The address in NVA and the day, where the form was filled from there; nothing where they do not hold."""
        uri = self.nva_uri.data or ""
        try:
            day = min(date.fromisoformat(self.fetched_on.data or ""), clock.today())
        except ValueError:
            return "", None
        return (uri, day) if len(uri) <= 300 and nva.is_person(uri) else ("", None)
