"""Reading a record of Enhetsregisteret (Brønnøysundregistrene, NLOD 2.0; shape: /enheter/{orgnr}).

A deleted undertaking comes as a short record with "slettedato" and a name, a removed one without a name, an
unknown number as nothing at all. Nothing is optional to us that the register may leave out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mono_web.companies import municipalities
from mono_web.core import i18n
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.numbers import BadOrgnr, parse_orgnr
from mono_web.core.text import tidy_line

# From this day the register has told industries by SN2025; the same code may mean something else before it.
SN2025_FROM = date(2025, 9, 1)
HOME = "NO"


def from_register(record: Mapping[str, Any] | None, on: date) -> dict[str, Any]:
    """Columns of an undertaking out of a record fetched `on` that day. Raises DomainError where there are none.

    A foreign business address has no municipality but a country. Employees are None where the register
    gives none: "unknown" is not 0.
    """
    number, name = _identity(record)
    assert record is not None
    address = _part(record, "forretningsadresse") or _part(record, "postadresse")
    industry = tidy_line(str(_part(record, "naeringskode1").get("kode") or ""))[:10]
    place = municipalities.by_code(str(address.get("kommunenummer") or "")[:4], str(address.get("kommune") or "")[:80])
    country = str(address.get("landkode") or "")[:2]
    return {
        "orgnr": number,
        "name": name,
        "form": str(_part(record, "organisasjonsform").get("kode") or "")[:10],
        "municipality_code": place.code,
        "municipality": place.name,
        "country": "" if country == HOME else country,
        "employees": _employees(record),
        "industry_code": industry,
        "industry_vintage": ("SN2025" if on >= SN2025_FROM else "SN2007") if industry else "",
        "website": tidy_line(str(record.get("hjemmeside") or ""))[:200],
    }


def _part(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = record.get(name)
    return part if isinstance(part, Mapping) else {}


def _identity(record: Mapping[str, Any] | None) -> tuple[str, str]:
    """Number and name of an undertaking that is there."""
    if not record:
        raise DomainError(_l("The register knows no undertaking with this number"), "orgnr")
    name = tidy_line(str(record.get("navn") or ""))[:200]
    if gone := record.get("slettedato"):
        raise DomainError(_gone(name, str(gone)), "orgnr")
    try:
        number = parse_orgnr(str(record.get("organisasjonsnummer") or ""))
    except BadOrgnr:
        number = ""
    if not number or not name:
        raise DomainError(_l("The answer of the register could not be read"), "orgnr")
    return number, name


def _gone(name: str, written: str) -> str:
    try:
        day = i18n.day_long(date.fromisoformat(written[:10]))
    except ValueError:
        day = written[:10]
    if name:
        return _l("%(name)s was deleted from the register on %(day)s", name=name, day=day)
    return _l("This undertaking was removed from the register on %(day)s. Do not keep its facts", day=day)


def _employees(record: Mapping[str, Any]) -> int | None:
    """Older records say 0 where the register today says nothing."""
    count = record.get("antallAnsatte")
    told = record.get("harRegistrertAntallAnsatte", bool(count))
    return count if told and isinstance(count, int) and not isinstance(count, bool) else None
