"""Reads over log entries. Each takes the person first and starts from `visible_to`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from mono_web.accounts import queries as accounts
from mono_web.accounts.models import Person
from mono_web.companies.models import Company
from mono_web.core import fulltext, i18n, revisions
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.revisions import Revision
from mono_web.logbook import policy
from mono_web.logbook.models import MEETINGS, SUBJECT, WITH_AUTHOR, WITH_REVIEWER, Entry, EntryCompany
from mono_web.programmes.models import Cluster, Programme

PAGE = 25
MOST_COUNTED = 100
MOST_EXPORTED = 200_000


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. Empty means all; every field is part of the address."""

    since: date | None = None
    until: date | None = None
    programme: int | None = None
    cluster: int | None = None
    broker: int | None = None
    company: UUID | None = None
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    no_next_step: bool = False
    words: str = ""

    def shape(self) -> tuple[str, ...]:
        """Which filters are set: lists with the same shape share one statement."""
        return tuple(name for name in self.__dataclass_fields__ if getattr(self, name))


class EntryRow(NamedTuple):
    """A line of the logbook."""

    id: UUID
    date: date
    kind: str
    held: str
    minutes: int | None
    title: str
    state: str
    turn_since: datetime
    author_id: int
    author: str
    cluster: str
    programme_id: int
    audience: str
    confidential: bool
    late: bool
    late_days: int
    companies: str


class Turn(NamedTuple):
    """Whose turn it is with an entry: "author", "reviewer" or "" for nobody; whether that is the one who looks."""

    who: str
    mine: bool
    since: datetime
    late: bool


@dataclass(frozen=True)
class Page:
    """Rows and, where there are more, the first row of what comes next: `after` is the key to ask with."""

    rows: list[EntryRow]
    after: tuple[date, UUID] | None = None
    next_day: date | None = None
    companies: Mapping[UUID, str] = field(default_factory=dict)


def entry_for(viewer: Viewer, entry_id: UUID) -> Entry | None:
    """One entry with its people, place and undertakings; None where the person may not read it."""
    return db.session.scalar(
        policy.visible_to(viewer)
        .where(Entry.id == entry_id)
        .options(
            joinedload(Entry.author),
            joinedload(Entry.programme),
            joinedload(Entry.cluster),
            selectinload(Entry.links).joinedload(EntryCompany.company),
        )
        .execution_options(populate_existing=True)
    )


def any_entry(entry_id: UUID) -> Entry | None:
    """An entry whoever asks: only to learn that an id is taken."""
    return db.session.get(Entry, entry_id)


_names = (
    select(func.aggregate_strings(Company.name, ", "))
    .select_from(EntryCompany)
    .join(Company, Company.id == EntryCompany.company_id)
    .where(EntryCompany.entry_id == Entry.id)
    .scalar_subquery()
)
_COLUMNS = (
    Entry.id, Entry.date, Entry.kind, Entry.held, Entry.minutes, Entry.title, Entry.state, Entry.turn_since,
    Entry.author_id, Person.name, Cluster.name, Entry.programme_id, Entry.audience, Entry.confidential, Entry.late, Programme.late_days,
    func.coalesce(_names, ""),
)  # fmt: skip
_CONDITIONS = {
    "since": Entry.date >= bindparam("since"),
    "until": Entry.date <= bindparam("until"),
    "programme": Entry.programme_id == bindparam("programme"),
    "cluster": Entry.cluster_id == bindparam("cluster"),
    "broker": Entry.author_id == bindparam("broker"),
    "kinds": Entry.kind.in_(bindparam("kinds", expanding=True)),
    "states": Entry.state.in_(bindparam("states", expanding=True)),
    "no_next_step": and_(Entry.next_step == "", Entry.state.not_in(("draft", "withdrawn"))),
}
_BEFORE = or_(
    Entry.date < bindparam("before_day"),
    and_(Entry.date == bindparam("before_day"), Entry.id < bindparam("before_id")),
)


@lru_cache(maxsize=512)
def _statement(shape: tuple[str, ...], paged: bool) -> Select[Any]:
    """The list statement for one shape of filters, built once. All values come as parameters."""
    statement = (
        select(*_COLUMNS)
        .select_from(Entry)
        .join(Person, Person.id == Entry.author_id)
        .join(Cluster, Cluster.id == Entry.cluster_id)
        .join(Programme, Programme.id == Entry.programme_id)
        .where(policy.VISIBLE, *(_CONDITIONS[name] for name in shape if name in _CONDITIONS))
        .order_by(Entry.date.desc(), Entry.id.desc())
        .limit(bindparam("limit"))
    )
    if "company" in shape:
        statement = statement.where(
            exists().where(EntryCompany.entry_id == Entry.id, EntryCompany.company_id == bindparam("company"))
        )
    if "words" in shape:
        statement = statement.where(Entry.id.in_(fulltext.matching(SUBJECT)))
    return statement.where(_BEFORE) if paged else statement


def _values(viewer: Viewer, filters: Filters, after: tuple[date, UUID] | None, limit: int) -> dict[str, Any]:
    values = {name: getattr(filters, name) for name in filters.shape()}
    for listed in ("kinds", "states"):
        if listed in values:
            values[listed] = list(values[listed])
    if "words" in values:
        values["expression"] = fulltext.match_expression(values.pop("words")) or '""'
    values.pop("no_next_step", None)
    if after:
        values |= {"before_day": after[0], "before_id": after[1]}
    return {**policy.visible_params(viewer), **values, "limit": limit}


def entries_for(
    viewer: Viewer, filters: Filters, after: tuple[date, UUID] | None = None, size: int = PAGE
) -> Page:
    """A page of the logbook, newest first, by key. One statement, whatever the size of the logbook."""
    statement = _statement(filters.shape(), after is not None)
    found = db.session.execute(statement, _values(viewer, filters, after, size + 1))
    rows = [EntryRow._make(row) for row in found]
    if len(rows) <= size:
        return Page(rows)
    return Page(rows[:size], (rows[size - 1].date, rows[size - 1].id), rows[size].date)


def turn_of(viewer: Viewer, row: EntryRow | Entry) -> Turn:
    """Whose turn it is, as this person sees it. Works for a row of a list and for an entry."""
    late_days = row.late_days if isinstance(row, EntryRow) else row.programme.late_days
    late = i18n.days_since(row.turn_since) >= late_days
    if row.state in WITH_AUTHOR:
        return Turn("author", row.author_id == viewer.id, row.turn_since, late)
    if row.state in WITH_REVIEWER:
        mine = row.author_id != viewer.id and row.programme_id in viewer.programmes("mentor")
        return Turn("reviewer", mine, row.turn_since, late)
    return Turn("", False, row.turn_since, False)


def own_waiting(viewer: Viewer) -> list[EntryRow]:
    """Own drafts and returned entries: what waits on the author, oldest turn first."""
    return _rows(
        viewer, Entry.author_id == viewer.id, Entry.state.in_(("draft", "returned")), order=Entry.turn_since.asc()
    )


def own_with_reviewer(viewer: Viewer) -> list[EntryRow]:
    """Own entries that lie with the reviewer, oldest turn first."""
    return _rows(viewer, Entry.author_id == viewer.id, Entry.state.in_(WITH_REVIEWER), order=Entry.turn_since.asc())


def queue_for(viewer: Viewer, states: tuple[str, ...] = WITH_REVIEWER) -> list[EntryRow]:
    """What waits for this person as a reviewer, oldest turn first. Leads only where there is no other mentor."""
    programmes = reviewing(viewer)
    if not programmes:
        return []
    return _rows(
        viewer,
        Entry.programme_id.in_(programmes),
        Entry.state.in_(states),
        Entry.author_id != viewer.id,
        or_(*(_mine_to_review(viewer, one) for one in programmes)),
        order=Entry.turn_since.asc(),
    )


def reviewing(viewer: Viewer) -> list[int]:
    """Programmes in which this person may have something to review."""
    return sorted(viewer.programmes("mentor", "lead"))


def _mine_to_review(viewer: Viewer, programme_id: int) -> Any:
    """Of one programme: all of it for a mentor; for a lead the entries whose author is the only mentor."""
    if programme_id in viewer.programmes("mentor"):
        return Entry.programme_id == programme_id
    mentors = [one for one, _name in accounts.holders(["mentor"], programme_id)]
    if not mentors:
        return Entry.programme_id == programme_id
    if len(mentors) == 1:
        return and_(Entry.programme_id == programme_id, Entry.author_id == mentors[0])
    return and_(Entry.programme_id == programme_id, Entry.id.is_(None))


def _rows(viewer: Viewer, *where: Any, order: Any, limit: int = MOST_COUNTED * 5) -> list[EntryRow]:
    statement = (
        select(*_COLUMNS)
        .select_from(Entry)
        .join(Person, Person.id == Entry.author_id)
        .join(Cluster, Cluster.id == Entry.cluster_id)
        .join(Programme, Programme.id == Entry.programme_id)
        .where(policy.VISIBLE, *where)
        .order_by(order, Entry.id)
        .limit(limit)
    )
    return [EntryRow._make(row) for row in db.session.execute(statement, policy.visible_params(viewer))]


def waiting_counts(viewer: Viewer) -> tuple[int, int]:
    """(own entries that wait on this person, entries that wait for their review); each counted to 100 at most."""
    own = select(Entry.id).where(Entry.author_id == viewer.id, Entry.state.in_(("draft", "returned")))
    programmes = reviewing(viewer)
    count_own = _capped(own) if policy.can_write(viewer) else 0
    if not programmes:
        return count_own, 0
    queue = select(Entry.id).where(
        Entry.programme_id.in_(programmes),
        Entry.state.in_(WITH_REVIEWER),
        Entry.author_id != viewer.id,
        or_(*(_mine_to_review(viewer, one) for one in programmes)),
    )
    return count_own, _capped(queue)


def _capped(statement: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(statement.limit(MOST_COUNTED).subquery())) or 0


def meetings_before(viewer: Viewer, company_id: UUID) -> int:
    """How many held meetings with an undertaking this person can see, to 100 at most: "4. besøk"."""
    statement = (
        select(Entry.id)
        .join(EntryCompany, EntryCompany.entry_id == Entry.id)
        .where(policy.VISIBLE, EntryCompany.company_id == company_id)
        .where(Entry.kind.in_(MEETINGS), Entry.held == "yes", Entry.state.not_in(("draft", "withdrawn")))
        .params(**policy.visible_params(viewer))
    )
    return _capped(statement)


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


def readers_of(programme_id: int, cluster_id: int, author: tuple[int, str], audience: str) -> dict[int, str]:
    """Who may read an entry of this audience, by id. "confidential" is read by the author, reviewers and leads."""
    found = dict([author])
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
    return frozenset(readers_of(entry.programme_id, entry.cluster_id, (entry.author_id, ""), audience))


def revisions_for(viewer: Viewer, entry: Entry) -> list[Revision]:
    """The versions this person may see, newest first."""
    return [one for one in revisions.of(SUBJECT, entry.id) if policy.can_read_revision(viewer, entry, one)]


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


