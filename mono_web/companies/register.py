"""Reading a record of Enhetsregisteret (Brønnøysundregistrene, NLOD 2.0; shape: /enheter/{orgnr}, /underenheter/...).

A deleted undertaking comes as a short record with "slettedato" and a name, a removed one without a name, an
unknown number as nothing at all. Nothing is optional to us that the register may leave out. Addresses, e-mail and
telephone numbers are not read: the municipality is enough, and of a sole proprietorship they are its owner's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mono_web.companies import municipalities
from mono_web.companies.models import Status
from mono_web.core import i18n
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.numbers import BadOrgnr, parse_orgnr
from mono_web.core.text import tidy_line

Facts = dict[str, Any]
# From this day the register has told industries by SN2025; the same code may mean something else before it.
SN2025_FROM = date(2025, 9, 1)
HOME = "NO"
_FLAGS = (
    ("konkurs", Status.BANKRUPT, ("konkursdato",)),
    (
        "underTvangsavviklingEllerTvangsopplosning",
        Status.FORCED,
        (
            "tvangsopplostPgaManglendeDagligLederDato",
            "tvangsopplostPgaManglendeRevisorDato",
            "tvangsopplostPgaManglendeRegnskapDato",
            "tvangsopplostPgaMangelfulltStyreDato",
            "tvangsavvikletPgaManglendeSlettingDato",
        ),
    ),
    ("underAvvikling", Status.WINDING_UP, ("underAvviklingDato",)),
)


def from_register(record: Mapping[str, Any] | None, on: date) -> Facts:
    """What `actions.as_fields` holds of an undertaking, out of a record fetched `on` that day.

    Raises DomainError where there is none. A foreign business address has no municipality but a country. Employees
    are None where the register gives none: "unknown" is not 0.
    """
    number, name = _identity(record)
    assert record is not None
    address = _address(record)
    industry = _part(record, "naeringskode1")
    code = tidy_line(str(industry.get("kode") or ""))[:10]
    place = municipalities.by_code(str(address.get("kommunenummer") or "")[:4], str(address.get("kommune") or "")[:80])
    country = str(address.get("landkode") or "")[:2]
    status, status_on = _status(record)
    return {
        "orgnr": number,
        "name": name,
        "form": str(_part(record, "organisasjonsform").get("kode") or "")[:10],
        "municipality": municipalities.joined(place.code, place.name),
        "country": "" if country == HOME else country,
        "employees": _employees(record),
        "industry_code": code,
        "industry_vintage": ("SN2025" if on >= SN2025_FROM else "SN2007") if code else "",
        "industry_name": tidy_line(str(industry.get("beskrivelse") or ""))[:200] if code else "",
        "website": tidy_line(str(record.get("hjemmeside") or ""))[:200],
        "status": status,
        "status_on": status_on,
        "parent_orgnr": number_in(record.get("overordnetEnhet")),
    }


def ended(record: Mapping[str, Any] | None) -> str:
    """The day on which an undertaking was deleted or removed, as the register writes it; else nothing."""
    return str(record.get("slettedato") or "")[:10] if record else ""


def number_in(value: object) -> str:
    """An organisation number that the register writes, or nothing."""
    try:
        return parse_orgnr(str(value or ""))
    except BadOrgnr:
        return ""


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = record.get(name)
    return part if isinstance(part, Mapping) else {}


def _address(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The business address; of a sub-unit the one where it lies."""
    found = (_part(record, name) for name in ("forretningsadresse", "beliggenhetsadresse", "postadresse"))
    return next((address for address in found if address), {})


def _identity(record: Mapping[str, Any] | None) -> tuple[str, str]:
    """Number and name of an undertaking that is there."""
    if not record:
        raise DomainError(_l("The register knows no undertaking with this number"), "orgnr")
    name = tidy_line(str(record.get("navn") or ""))[:200]
    if day := ended(record):
        raise DomainError(gone(name, day), "orgnr")
    number = number_in(record.get("organisasjonsnummer"))
    if not number or not name:
        raise DomainError(_l("The answer of the register could not be read"), "orgnr")
    return number, name


def gone(name: str, written: str) -> str:
    """The sentence on an undertaking that is no more; a removed one has no name."""
    known = as_day(written)
    day = i18n.day_long(known) if known else written
    if name:
        return str(_l("%(name)s was deleted from the register on %(day)s", name=name, day=day))
    if not day:
        return str(_l("This undertaking was removed from the register. Do not keep its facts"))
    return str(_l("This undertaking was removed from the register on %(day)s. Do not keep its facts", day=day))


def as_day(written: str) -> date | None:
    """A day as the register writes it."""
    try:
        return date.fromisoformat(written[:10])
    except ValueError:
        return None


def _status(record: Mapping[str, Any]) -> tuple[str, str | None]:
    """What is amiss, and since when: a bankruptcy before what goes with it."""
    for flag, status, days in _FLAGS:
        if record.get(flag) is True:
            return status.value, _first_day(record, days)
    closed = _first_day(record, ("nedleggelsesdato",))
    return (Status.CLOSED.value, closed) if closed else ("", None)


def _first_day(record: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    found = (as_day(str(record.get(name) or "")) for name in names)
    return next((day.isoformat() for day in found if day), None)


def _employees(record: Mapping[str, Any]) -> int | None:
    """Older records say 0 where the register today says nothing."""
    count = record.get("antallAnsatte")
    told = record.get("harRegistrertAntallAnsatte", bool(count))
    return count if told and isinstance(count, int) and not isinstance(count, bool) and count < 10**7 else None
