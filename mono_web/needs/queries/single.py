"""One need and what is around it: its matches, who could be in charge, what it was made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from mono_web.accounts import queries as accounts
from mono_web.companies.models import Company
from mono_web.core import revisions, subjects
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.revisions import Revision, Version
from mono_web.needs import policy
from mono_web.needs.models import SUBJECT, Match, Need
from mono_web.research import queries as research
from mono_web.research.models import Environment, Researcher

MOST_MATCHES = 50


def need_for(viewer: Viewer, need_id: UUID) -> Need | None:
    """One need with its undertaking, place and owner; None where the person may not read it whole."""
    return db.session.scalar(
        policy.visible_to(viewer)
        .where(Need.id == need_id)
        .options(
            joinedload(Need.company),
            joinedload(Need.programme),
            joinedload(Need.cluster),
            joinedload(Need.owner),
            joinedload(Need.priority_area),
        )
        .execution_options(populate_existing=True)
    )


def match_for(viewer: Viewer, match_id: UUID) -> Match | None:
    """One match, if the person may read its need."""
    found = db.session.scalar(
        select(Match)
        .where(Match.id == match_id)
        .options(joinedload(Match.need), joinedload(Match.environment), joinedload(Match.researcher))
        .execution_options(populate_existing=True)
    )
    return found if found is not None and need_for(viewer, found.need_id) is not None else None


def matches_of(need: Need) -> list[Match]:
    """The matches of a need, the latest move first."""
    return list(
        db.session.scalars(
            select(Match)
            .where(Match.need_id == need.id)
            .options(joinedload(Match.environment), joinedload(Match.researcher))
            .order_by(Match.moved_at.desc(), Match.id)
        )
    )


def match_with(need: Need, environment_id: UUID | None, researcher_id: UUID | None) -> Match | None:
    """The match of a need with exactly this researcher or, without one, this environment as such."""
    for match in matches_of(need):
        if researcher_id is not None and match.researcher_id == researcher_id:
            return match
        if researcher_id is None and match.researcher_id is None and match.environment_id == environment_id:
            return match
    return None


def partners_for(viewer: Viewer, need: Need, typed: str) -> list[research.Choice]:
    """Whom to offer as a match while somebody types; nobody who has been proposed for this need already."""
    taken = {match.researcher_id or match.environment_id for match in matches_of(need)}
    return [one for one in research.suggestions(viewer, typed) if one.id not in taken]


def brokers_of(need: Need) -> list[tuple[int, str]]:
    """(id, name) of who can be in charge: the brokers of the place today."""
    return accounts.holders(["broker"], need.programme_id, need.cluster_id)


def readers_of_need(need: Need) -> frozenset[int]:
    """Ids of everyone who may read a need whole today."""
    found = set(dict(accounts.holders(["mentor", "lead"], need.programme_id)))
    brokers = set(dict(brokers_of(need)))
    return frozenset(found | (brokers & {need.owner_id} if need.confidential else brokers))


@dataclass(frozen=True)
class Source:
    """The record a need is made from, as the person who asks may read it."""

    key: subjects.Key
    title: str
    address: str
    place: tuple[int, int]
    writers: tuple[int, ...]
    material: subjects.Material


def source_for(viewer: Viewer, key: subjects.Key) -> Source | None:
    """The record, if there is one of a type that needs are made of, and this person may read it."""
    record: Any = subjects.load(viewer, *key)
    if record is None or (known := subjects.get(key[0])).material is None:
        return None
    programme_id, cluster_id, _writer = known.place(record)
    return Source(
        key, known.title(record), known.address(key[1]), (programme_id, cluster_id), known.writers(record),
        known.material(record),
    )  # fmt: skip


def versions_for(viewer: Viewer, need: Need) -> list[Version]:
    """The versions of a need that this person may see, newest first."""
    found = revisions.versions(SUBJECT, need.id)
    return [one for one in found if policy.can_read_revision(viewer, need, one.number)]


def revisions_for(viewer: Viewer, need: Need) -> list[Revision]:
    """The same with what stood in them."""
    return [one for one in revisions.of(SUBJECT, need.id) if policy.can_read_revision(viewer, need, one.number)]


class Matched(NamedTuple):
    """A match as the directory shows it."""

    need_id: UUID
    title: str
    company: str
    state: str
    moved_at: datetime
    researcher: str | None


def matches_with(viewer: Viewer, environment: Environment) -> list[Matched]:
    """The matches with an environment and its researchers that this person may read, the latest move first."""
    rows = db.session.execute(
        select(Need.id, Need.title, Company.name, Match.state, Match.moved_at, Researcher.name)
        .select_from(Match)
        .join(Need, Need.id == Match.need_id)
        .join(Company, Company.id == Need.company_id)
        .outerjoin(Researcher, Researcher.id == Match.researcher_id)
        .where(Match.environment_id == bindparam("environment"), policy.VISIBLE)
        .order_by(Match.moved_at.desc(), Match.id)
        .limit(MOST_MATCHES),
        {**policy.visible_params(viewer), "environment": environment.id},
    )
    return [Matched._make(row) for row in rows]
