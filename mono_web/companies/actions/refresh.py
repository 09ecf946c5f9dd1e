"""What the register says now beside what stands here: shown first, then taken, or for a removed undertaking erased."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

from mono_web.companies.actions.records import Told, as_fields, keep, take, write_fields
from mono_web.companies.asking import Ask, by_number
from mono_web.companies.models import SUBJECT, Company, Status
from mono_web.core import audit, outside, revisions
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.text import name_key

# Fields that change together, by the first of them.
GROUPS = (
    ("status", "status_on"),
    ("name",),
    ("form",),
    ("municipality", "country"),
    ("employees",),
    ("industry_code", "industry_vintage", "industry_name"),
    ("website",),
    ("parent_orgnr",),
)
EMPTY: dict[str, Any] = {"employees": None, "status_on": None}
PATIENCE_SECONDS = 15.0
_PAUSES = (2.0, 8.0, 30.0)


class Change(NamedTuple):
    """A group of fields as it stands here and as the register has it. `by_hand`: a person wrote what stands here."""

    name: str
    old: dict[str, Any]
    new: dict[str, Any]
    by_hand: bool


def changes(company: Company, facts: Mapping[str, Any]) -> list[Change]:
    """What taking these facts would change, by GROUPS.

    A name in other capitals is the same name, and what the register leaves out is no news against what was written.
    """
    now, found = as_fields(company), []
    for group in GROUPS:
        old = {name: now[name] for name in group if name in facts}
        new = {name: facts[name] for name in old}
        if old == new or (group[0] == "name" and old and _same_name(old["name"], new["name"])):
            continue
        by_hand = _by_hand(company, old)
        if not by_hand or any(new.values()):
            found.append(Change(group[0], old, new, by_hand))
    return found


def _same_name(one: str, other: str) -> bool:
    return one.casefold() == other.casefold() and name_key(one) == name_key(other)


def _by_hand(company: Company, old: Mapping[str, Any]) -> bool:
    return any(value and company.fetched.get(name, {}).get("source") != "brreg" for name, value in old.items())


def take_changes(by: int | None, company: Company, told: Told, names: Iterable[str]) -> None:
    """Take these groups of what the register said; what stands as the register has it is marked with the day."""
    before, chosen = as_fields(company), set(names)
    wanted = [one for group in GROUPS if group[0] in chosen for one in group if one in told.facts]
    take(company, told.facts, told.on, wanted)
    db.session.flush()
    if as_fields(company) != before:
        keep(company, by)
        audit.note("company refreshed", SUBJECT, company.id)


def erase_facts(viewer: Viewer, company: Company) -> None:
    """Erase what came from the register, in older versions too: it asks for this where it has removed a record.

    Name and number stay, since log entries are about them, and what a person wrote. Raises DomainError for an
    undertaking that is not removed.
    """
    if company.status != Status.REMOVED:
        raise DomainError(_l("The register has not removed this undertaking"))
    kept = ("orgnr", "name", "status", "status_on")
    blank = {name: EMPTY.get(name, "") for name in _fetched(company) if name not in kept}
    before = as_fields(company)
    write_fields(company, {**before, **blank}, before)
    company.fetched = {name: mark for name, mark in company.fetched.items() if name not in blank}
    for revision in revisions.of(SUBJECT, company.id):
        revision.fields = {name: blank.get(name, value) for name, value in revision.fields.items()}
    keep(company, viewer.id)
    audit.note("register facts erased", SUBJECT, company.id)


def _fetched(company: Company) -> list[str]:
    return [name for name, mark in company.fetched.items() if mark.get("source") == "brreg"]


# --- all of them ----------------------------------------------------------------------------------------------------


class Asked(NamedTuple):
    """What the register said of one undertaking: a state of asking.Reply, its sentence, and what it told."""

    company_id: UUID
    title: str
    state: str
    sentence: str
    told: Told | None


def ask_all(ask: Ask, rows: Iterable[tuple[UUID, str, str]]) -> Iterator[Asked]:
    """Ask for each of these (`numbered`), one after the other. The caller holds no transaction meanwhile."""
    for company_id, number, name in rows:
        reply = by_number(ask, number)
        told = Told(reply.facts, reply.on) if reply.facts else None
        yield Asked(company_id, f"{number} {name}", reply.state, reply.sentence, told)


def numbered() -> list[tuple[UUID, str, str]]:
    """Id, number and name of every undertaking that the register can be asked for."""
    wanted = select(Company.id, Company.orgnr, Company.name).where(Company.orgnr.is_not(None))
    wanted = wanted.where(Company.status != Status.REMOVED).order_by(Company.name_key, Company.id)
    return [(key, number, name) for key, number, name in db.session.execute(wanted) if number]


def patiently(base: str, pause: Callable[[float], object] = time.sleep) -> Ask:
    """Ask with 15 s for an answer; again after a pause where the register is ill or busy, never after a 404 or 410."""

    def ask(path: str) -> outside.Answer:
        for seconds in _PAUSES:
            try:
                return outside.ask_patiently(base, path, PATIENCE_SECONDS)
            except outside.NoAnswerError as error:
                if error.reason not in ("busy", "broken"):
                    raise
            pause(seconds)
        return outside.ask_patiently(base, path, PATIENCE_SECONDS)

    return ask
