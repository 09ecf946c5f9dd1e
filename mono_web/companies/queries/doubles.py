"""Undertakings that may be the same one twice, and what was merged."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from mono_web.companies import policy
from mono_web.companies.models import Company, CompanyDistinct, CompanyMerging
from mono_web.core.access import Viewer
from mono_web.core.db import db

NAMES = 20
_MOST_OF_A_NAME = 6


class Pair(NamedTuple):
    """Two records of the same name in the same place, or with no place said. The older one stands first."""

    one: Company
    other: Company


class Pairs(NamedTuple):
    """A page of them, by name. `after`: the name the next page begins behind, empty on the last one."""

    rows: list[Pair]
    after: str


def doubles_for(viewer: Viewer, after: str = "") -> Pairs:
    """What may be the same undertaking twice, a page of names at a time. Four queries, however many there are."""
    key = Company.name_key
    repeated = (
        policy.visible_to(viewer).with_only_columns(key).where(key > after)
        .group_by(key).having(func.count() > 1).order_by(key).limit(NAMES + 1)
    )  # fmt: skip
    names = list(db.session.scalars(repeated))
    wanted = policy.visible_to(viewer).where(key.in_(names[:NAMES])).options(selectinload(Company.clusters))
    groups: dict[str, list[Company]] = {}
    for company in db.session.scalars(wanted.order_by(key, Company.created_at, Company.id)):
        groups.setdefault(company.name_key, []).append(company)
    apart = _told_apart(one.id for group in groups.values() for one in group)
    pairs = [
        Pair(one, other)
        for group in groups.values()
        for one, other in combinations(group[:_MOST_OF_A_NAME], 2)
        if _alike(one, other) and frozenset((one.id, other.id)) not in apart
    ]
    return Pairs(pairs, names[NAMES - 1] if len(names) > NAMES else "")


def _alike(one: Company, other: Company) -> bool:
    """The same place, or none said of one of them; and not two numbers, which are two undertakings."""
    if one.orgnr and other.orgnr:
        return False
    places = {company.municipality_code or company.municipality for company in (one, other)}
    return len(places) == 1 or "" in places


def _told_apart(ids: Iterable[UUID]) -> set[frozenset[UUID]]:
    rows = db.session.execute(
        select(CompanyDistinct.low_id, CompanyDistinct.high_id).where(CompanyDistinct.low_id.in_(list(ids)))
    )
    return {frozenset((row[0], row[1])) for row in rows}


def merging_for(viewer: Viewer, merging_id: UUID) -> CompanyMerging | None:
    """One merging, for who may read undertakings at all."""
    return db.session.get(CompanyMerging, merging_id) if policy.can_read_companies(viewer) else None


def mergings_of(viewer: Viewer, company: Company) -> list[tuple[CompanyMerging, str]]:
    """What was merged into an undertaking and still is, newest first, with the name it had; for who may undo it."""
    if not policy.can_merge(viewer, company, company):
        return []
    rows = db.session.execute(
        select(CompanyMerging, Company.name)
        .join(Company, Company.id == CompanyMerging.gone_id)
        .where(CompanyMerging.kept_id == company.id, CompanyMerging.undone_at.is_(None))
        .order_by(CompanyMerging.made_at.desc())
    )
    return [(row[0], row[1]) for row in rows]


def name_of(company_id: UUID) -> str:
    """The name of an undertaking, also of one that was merged into another."""
    return db.session.scalar(select(Company.name).where(Company.id == company_id)) or ""


def as_they_are_now(ids: Iterable[UUID]) -> list[UUID]:
    """Ids that were written down once, those of merged records replaced by what they are part of; each once."""
    now = list(ids)
    while merged := _merged(now):
        now = [merged.get(one, one) for one in now]
    return list(dict.fromkeys(now))


def _merged(ids: list[UUID]) -> dict[UUID, UUID]:
    found = db.session.execute(select(Company.id, Company.merged_into_id).where(Company.id.in_(ids)))
    return {row[0]: row[1] for row in found if row[1] is not None}
