"""Forms of programmes, clusters and priority areas. Each gives its fields as actions.save takes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, ClassVar

from wtforms.validators import ValidationError

from mono_web.core import i18n, revisions
from mono_web.core.forms import ChoiceField, DayField, Form, HiddenField, LineField, TextField
from mono_web.core.i18n import lazy_gettext as _l

_CODE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_BETWEEN_DIGITS = re.compile(r"(?:kr\.?|nok)|[\s.\u00a0\u202f]|,-$", re.IGNORECASE)
MOST_KRONER = 10**12
MOST_DAYS = 365


class WholeField(LineField):
    """A whole number from `least` to `most`, or nothing; the value is its digits."""

    least = 0
    most = MOST_KRONER

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Read the digits."""
        super().post_validate(form, validation_stopped)
        bare = _BETWEEN_DIGITS.sub("", self.data or "")
        if validation_stopped or self.errors or not bare:
            return
        if not (bare.isascii() and bare.isdigit() and self.least <= int(bare) <= self.most):
            raise ValidationError(
                _l("Write a whole number from %(least)d to %(most)d", least=self.least, most=self.most)
            )
        self.data = bare


class DaysField(WholeField):
    """A number of days."""

    least = 1
    most = MOST_DAYS


class KeptForm(Form):
    """A form over a record with history: it carries the revision it was filled from."""

    LABELS: ClassVar[Mapping[str, str]]

    base_rev = HiddenField(default="0")

    @property
    def base(self) -> int:
        """The revision the form was filled from; 0 where it says nothing sensible."""
        return revisions.numbered(self.base_rev.data)

    def fields(self) -> dict[str, Any]:
        """The valid form as JSON values, in the shape of actions.as_fields."""
        return {name: self._out(name, self[name].data) for name in self.LABELS}

    def show(self, stored: Mapping[str, Any], names: Iterable[str] | None = None) -> None:
        """Put stored values into the form; all of them unless names are given."""
        for name in names if names is not None else self.LABELS:
            value = stored[name]
            field = self[name]
            if isinstance(field, DayField):
                field.typed, field.data = "", date.fromisoformat(value) if value else None
            else:
                field.data = readable(name, value)

    def _out(self, name: str, value: Any) -> Any:
        if isinstance(self[name], DayField):
            return value.isoformat() if value else None
        if isinstance(self[name], WholeField):
            return int(value) if value else None
        return value or ""


def readable(name: str, value: Any) -> str:
    """A stored value in words."""
    if value is None:
        return ""
    if name in ("starts_on", "ends_on"):
        return i18n.day_long(date.fromisoformat(value))
    return f"{value:,}".replace(",", " ") if isinstance(value, int) else str(value)


def _refuse_odd_code(field: LineField) -> None:
    if not _CODE.fullmatch((field.data or "").strip()):
        raise ValidationError(_l("Write the code with small letters a to z, digits and hyphens"))


class ProgrammeForm(KeptForm):
    """A programme."""

    LABELS = {
        "name": _l("Name"),
        "code": _l("Code"),
        "starts_on": _l("First day"),
        "ends_on": _l("Last day"),
        "budget_nok": _l("Budget frame, kroner"),
        "funder": _l("Funder"),
        "funder_ref": _l("The funder's reference"),
        "source": _l("Source of these facts"),
        "late_days": _l("Late after"),
    }
    name = LineField(LABELS["name"], required=_l("Write the name of the programme"))
    code = LineField(LABELS["code"], longest=40, description=_l("Short, for files and lists, such as “mono”."))
    starts_on = DayField(LABELS["starts_on"], required=_l("Write the first day"))
    ends_on = DayField(LABELS["ends_on"], prefer="future")
    budget_nok = WholeField(LABELS["budget_nok"], longest=40)
    funder = LineField(LABELS["funder"])
    funder_ref = LineField(LABELS["funder_ref"], longest=100)
    source = TextField(LABELS["source"], longest=2_000)
    late_days = DaysField(
        LABELS["late_days"],
        longest=10,
        required=_l("Write a number of days"),
        description=_l("Number of days after which it is shown that somebody's turn is late."),
    )

    def validate_code(self, field: LineField) -> None:
        """It stands in files."""
        _refuse_odd_code(field)

    def validate_ends_on(self, field: DayField) -> None:
        """After the beginning."""
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_l("The last day lies before the first one"))


class ClusterForm(KeptForm):
    """A cluster."""

    LABELS = {
        "name": _l("Name"),
        "code": _l("Code"),
        "other_names": _l("Other names"),
        "host": _l("Host"),
        "place": _l("Place"),
        "source": _l("Source of these facts"),
    }
    name = LineField(LABELS["name"], required=_l("Write the name of the cluster"))
    code = LineField(LABELS["code"], longest=40, description=_l("What files call it, such as “act”."))
    other_names = LineField(LABELS["other_names"], longest=300)
    host = LineField(LABELS["host"], description=_l("The organisation behind the cluster."))
    place = LineField(LABELS["place"], longest=120)
    source = TextField(LABELS["source"], longest=2_000)

    def validate_code(self, field: LineField) -> None:
        """It stands in files."""
        _refuse_odd_code(field)


class AreaForm(KeptForm):
    """A priority area."""

    LABELS = {"name": _l("Name"), "source": _l("Source of these facts")}
    name = LineField(LABELS["name"], required=_l("Write the name of the priority area"))
    source = TextField(LABELS["source"], longest=2_000)


class AddClusterForm(Form):
    """Which of the known clusters takes part in a programme from now on."""

    cluster = ChoiceField(_l("Cluster"))
