"""Reads over undertakings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from mono_web.companies import policy
from mono_web.companies.models import SUBJECT, Company, company_cluster
from mono_web.core import fulltext
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.numbers import looks_like_orgnr, parse_orgnr
from mono_web.core.text import name_key

SUGGESTIONS = 8
PAGE = 25
SHORTEST_NUMBER = 3
_AFTER_ALL = "\U0010ffff"


@dataclass(frozen=True)
class Page:
    """A stretch of the list by name. `after` is the key of the next page, empty on the last one."""

    rows: list[Company]
    after: str


_MERGED_INTO = select(Company.merged_into_id).where(Company.id == bindparam("id"))


def company_for(viewer: Viewer, company_id: UUID) -> Company | None:
    """One undertaking; by the id of one that was merged, the one it is part of now."""
    found = db.session.scalar(
        policy.visible_to(viewer).where(Company.id == company_id).options(selectinload(Company.clusters))
    )
    if found is None and (now := db.session.scalar(_MERGED_INTO, {"id": company_id})) is not None:
        return company_for(viewer, now)
    return found


def companies_by_id(viewer: Viewer, ids: list[UUID]) -> list[Company]:
    """Several undertakings, in the order asked for; unknown ones are left out."""
    found = {
        company.id: company for company in db.session.scalars(policy.visible_to(viewer).where(Company.id.in_(ids)))
    }
    for one in set(ids) - found.keys():
        if merged := company_for(viewer, one):
            found[one] = merged
    return list(dict.fromkeys(found[one] for one in ids if one in found))


def by_number(orgnr: str) -> Company | None:
    """The undertaking with this number (nine digits), whoever asks: numbers are unique."""
    return db.session.scalar(select(Company).where(Company.orgnr == orgnr))


def by_numbers(numbers: list[str]) -> dict[str, Company]:
    """The undertakings with these numbers, by number."""
    return {str(one.orgnr): one for one in db.session.scalars(select(Company).where(Company.orgnr.in_(numbers)))}


def named(viewer: Viewer, typed: str) -> list[Company]:
    """The undertakings a person may mean who typed exactly this name or number; at most 8."""
    number = parse_orgnr_or_none(typed)
    if number is None and looks_like_orgnr(typed):
        return []
    wanted = Company.orgnr == number if number else Company.name_key == name_key(typed)
    return list(
        db.session.scalars(
            policy.visible_to(viewer).where(wanted).order_by(Company.name, Company.id).limit(SUGGESTIONS)
        )
    )


def meant(viewer: Viewer, typed: str) -> list[Company]:
    """The undertakings that a text in an address can mean: an id, a number or a name."""
    try:
        known = company_for(viewer, UUID(typed))
    except ValueError:
        return named(viewer, typed)
    return [known] if known else []


def twins(viewer: Viewer, name: str, code: str | None, municipality: str, but: UUID | None = None) -> list[Company]:
    """Undertakings of the same name in the same municipality: perhaps the same one. At most 8."""
    place = Company.municipality == municipality
    if code:
        place = or_(Company.municipality_code == code, and_(Company.municipality_code.is_(None), place))
    wanted = policy.visible_to(viewer).where(Company.name_key == name_key(name), place)
    if but is not None:
        wanted = wanted.where(Company.id != but)
    return list(db.session.scalars(wanted.order_by(Company.name, Company.id).limit(SUGGESTIONS)))


def suggestions(viewer: Viewer, typed: str) -> list[Company]:
    """What to offer while somebody types, at most 8: the number, names that begin so, then any words of the name.

    Three queries at most, each along an index, however many undertakings there are.
    """
    visible = policy.visible_to(viewer)
    found: dict[UUID, Company] = {}
    for wanted in _ways(visible, typed):
        room = SUGGESTIONS - len(found)
        if room > 0:
            more = wanted.where(Company.id.not_in(list(found))) if found else wanted
            found |= {company.id: company for company in db.session.scalars(more.limit(room))}
    return list(found.values())


def _ways(visible: Select[Company], typed: str) -> list[Select[Company]]:
    key, digits = name_key(typed), "".join(sign for sign in typed if sign.isdecimal() and sign.isascii())
    ways = []
    if len(digits) >= SHORTEST_NUMBER:
        ways.append(visible.where(_begins(Company.orgnr, digits)).order_by(Company.orgnr))
    if key:
        ways.append(visible.where(_begins(Company.name_key, key)).order_by(Company.name_key, Company.id))
    if expression := fulltext.match_expression(typed):
        by_words = visible.where(Company.id.in_(fulltext.matching(SUBJECT))).params(expression=expression)
        ways.append(by_words.order_by(Company.name_key, Company.id))
    return ways


def _begins(column: InstrumentedAttribute[Any], start: str) -> ColumnElement[bool]:
    """A range, since LIKE goes along no index here."""
    return and_(column >= start, column < start + _AFTER_ALL)


def companies_for(viewer: Viewer, typed: str = "", cluster_id: int | None = None, after: str = "") -> Page:
    """The list by name, a page at a time; `typed` is a name, words of it, or the beginning of a number."""
    wanted = policy.visible_to(viewer).options(selectinload(Company.clusters))
    if typed.strip():
        wanted = _narrowed(wanted, typed)
    if cluster_id is not None:
        members = select(company_cluster.c.company_id).where(company_cluster.c.cluster_id == cluster_id)
        wanted = wanted.where(Company.id.in_(members))
    if start := _read_key(viewer, after):
        wanted = wanted.where(tuple_(Company.name_key, Company.id) > tuple_(start.name_key, start.id))
    rows = list(db.session.scalars(wanted.order_by(Company.name_key, Company.id).limit(PAGE + 1)))
    return Page(rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else "")


def _narrowed(wanted: Select[Company], typed: str) -> Select[Company]:
    digits = "".join(typed.split())
    ways = [_begins(Company.name_key, name_key(typed))]
    if digits.isdecimal() and digits.isascii() and len(digits) >= SHORTEST_NUMBER:
        ways.append(_begins(Company.orgnr, digits))
    if number := parse_orgnr_or_none(typed):
        ways.append(Company.orgnr == number)
    if expression := fulltext.match_expression(typed):
        ways.append(Company.id.in_(fulltext.matching(SUBJECT)))
        wanted = wanted.params(expression=expression)
    return wanted.where(or_(*ways))


def _read_key(viewer: Viewer, after: str) -> Company | None:
    """The last undertaking of the page before, whose id stands in the address."""
    try:
        return db.session.scalar(policy.visible_to(viewer).where(Company.id == UUID(after)))
    except ValueError:
        return None


def parse_orgnr_or_none(typed: str) -> str | None:
    """Nine digits, or None where the number does not hold."""
    try:
        return parse_orgnr(typed)
    except ValueError:
        return None
