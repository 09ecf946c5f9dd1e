"""Reads around one entry: the entry, its readers, its versions, what was written of an undertaking before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from mono_web.accounts import queries as accounts
from mono_web.companies.models import Company
from mono_web.core import revisions
from mono_web.core.access import Viewer
from mono_web.core.db import db, written_out
from mono_web.core.revisions import Revision, Version
from mono_web.logbook import policy
from mono_web.logbook.models import MEETINGS, SUBJECT, Addendum, Entry, EntryCompany
from mono_web.logbook.queries.turns import MOST_COUNTED


def entry_for(viewer: Viewer, entry_id: UUID) -> Entry | None:
    """One entry with its people, place and undertakings; None where the person may not read it."""
    values = {**policy.visible_params(viewer), "entry_id": entry_id}
    found = db.session.scalars(written_out(_entry(), values), values)
    return found.unique().one_or_none()


@lru_cache(maxsize=1)
def _entry() -> Select[Entry]:
    return (
        select(Entry)
        .where(policy.VISIBLE, Entry.id == bindparam("entry_id"))
        .options(
            joinedload(Entry.author),
            joinedload(Entry.taker),
            joinedload(Entry.programme),
            joinedload(Entry.cluster),
            joinedload(Entry.links).joinedload(EntryCompany.company),
        )
        .execution_options(populate_existing=True)
    )


def any_entry(entry_id: UUID) -> Entry | None:
    """An entry whoever asks: only to learn that an id is taken."""
    return db.session.get(Entry, entry_id)


def meetings_before(viewer: Viewer, company_id: UUID, without: UUID | None = None) -> int:
    """How many held meetings with an undertaking this person can see, to 100 at most; one entry left out."""
    statement = (
        select(Entry.id)
        .join(EntryCompany, EntryCompany.entry_id == Entry.id)
        .where(policy.VISIBLE, EntryCompany.company_id == company_id, Entry.id.is_distinct_from(without))
        .where(Entry.kind.in_(MEETINGS), Entry.held == "yes", Entry.state.not_in(("draft", "withdrawn")))
        .params(**policy.visible_params(viewer))
    )
    counted = select(func.count()).select_from(statement.limit(MOST_COUNTED).subquery())
    return db.session.scalar(counted) or 0


def recent_companies(viewer: Viewer, most: int = 3) -> list[Company]:
    """The undertakings this person wrote about last."""
    latest = (
        select(EntryCompany.company_id, func.max(EntryCompany.date).label("day"))
        .join(Entry, Entry.id == EntryCompany.entry_id)
        .where(Entry.author_id == viewer.id)
        .where(Entry.id.in_(select(Entry.id).where(Entry.author_id == viewer.id)
                            .order_by(Entry.date.desc(), Entry.id.desc()).limit(12)))
        .group_by(EntryCompany.company_id)
        .subquery()
    )  # fmt: skip
    return list(
        db.session.scalars(
            select(Company).join(latest, latest.c.company_id == Company.id)
            .order_by(latest.c.day.desc(), Company.name).limit(most)
        )
    )  # fmt: skip


def last_own(viewer: Viewer) -> Entry | None:
    """This person's latest entry: a new one begins with its values."""
    return db.session.scalar(
        select(Entry).where(Entry.author_id == viewer.id).order_by(Entry.date.desc(), Entry.id.desc()).limit(1)
    )


def working_on(entry: Entry) -> dict[int, str]:
    """Who works on an entry today, by id: the author and who took it over, as far as they are brokers there."""
    held = dict(accounts.holders(["broker"], entry.programme_id))
    return {one: held[one] for one in entry.writers if one in held}


def readers_of(programme_id: int, cluster_id: int, writers: Mapping[int, str], audience: str) -> dict[int, str]:
    """Who may read an entry of this audience, by id; "confidential": its writers, the reviewers, the leads."""
    found = dict(writers)
    found |= dict(accounts.holders(["mentor", "lead"], programme_id))
    if audience == "cluster":
        found |= dict(accounts.holders(["broker", "cluster_manager"], programme_id, cluster_id))
    if audience == "programme":
        found |= dict(accounts.holders(["broker", "cluster_manager"], programme_id))
    return found


def readers_of_entry(entry: Entry) -> frozenset[int]:
    """Ids of everyone who may read an entry today."""
    if entry.state == "draft":
        return frozenset([entry.author_id])
    closed = entry.confidential or entry.state == "withdrawn"
    audience = "confidential" if closed else entry.audience
    return frozenset(readers_of(entry.programme_id, entry.cluster_id, working_on(entry), audience))


def revisions_for(viewer: Viewer, entry: Entry) -> list[Revision]:
    """The versions this person may see, newest first."""
    return [one for one in revisions.of(SUBJECT, entry.id) if policy.can_read_revision(viewer, entry, one)]


def versions_for(viewer: Viewer, entry: Entry) -> list[Version]:
    """The same without what stood in them."""
    return [one for one in revisions.versions(SUBJECT, entry.id) if policy.can_read_revision(viewer, entry, one)]


class AddendumLine(NamedTuple):
    """What was added after acceptance."""

    text: str
    made_at: datetime


_ADDENDA = (
    select(Addendum.text, Addendum.made_at)
    .where(Addendum.entry_id == bindparam("entry_id"))
    .order_by(Addendum.made_at, Addendum.id)
)


def addenda_of(entry: Entry) -> list[AddendumLine]:
    """The addenda of an entry, oldest first."""
    found = db.session.connection().execute(_ADDENDA, {"entry_id": entry.id})
    return [AddendumLine._make(row) for row in found]


def revision_for(viewer: Viewer, entry: Entry, number: int) -> Revision | None:
    """One version, if this person may see it."""
    found = revisions.at(SUBJECT, entry.id, number)
    return found if found is not None and policy.can_read_revision(viewer, entry, found) else None


def company_names(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names by id: for showing what a version was about."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = db.session.execute(select(Company.id, Company.name).where(Company.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def brokers_for(viewer: Viewer) -> list[tuple[int, str]]:
    """(id, name) of the brokers whose entries this person may come across: the choices of a filter."""
    found: dict[int, str] = {}
    for programme_id in sorted(viewer.programmes()):
        found |= dict(accounts.holders(["broker"], programme_id))
    return sorted(found.items(), key=lambda one: one[1])
