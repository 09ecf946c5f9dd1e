"""Reads of the mentor's desk. What lies in a queue is the logbook's `queue_for`, which starts from `visible_to`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import case, exists, func, or_, select

from mono_web.accounts.models import Person, Role
from mono_web.core import clock, i18n
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.logbook import queries as logbook
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.logbook.queries import EntryRow
from mono_web.programmes.models import Cluster
from mono_web.remarks.models import ANSWERABLE, Act, Answer, Remark

ACCEPTED_DAYS = 14
MOST_SHOWN = 50
MIDDLE_FROM = 2  # days: what is younger came yesterday or today


@dataclass(frozen=True)
class Waiting:
    """A row of the queue and what is new in it: answered of answerable remarks, and when its reading began."""

    row: EntryRow
    late: bool
    answered: int = 0
    answerable: int = 0
    begun: datetime | None = None


@dataclass(frozen=True)
class Group:
    """A stretch of the queue. `key` is late, middle or fresh; `days` the programme's limit, None where it varies."""

    key: str
    days: int | None
    rows: list[Waiting]


@dataclass(frozen=True)
class Broker:
    """A broker with how many of the entries they answer for lie here and with them."""

    id: int
    name: str
    clusters: str
    here: int
    there: int


@dataclass(frozen=True)
class Desk:
    """All that the page shows. `waiting` and `returned` are whole; the groups hold the oldest 50 of what is shown."""

    oldest_days: int
    waiting: list[EntryRow]
    returned: list[EntryRow]
    accepted: list[EntryRow]
    groups: list[Group]
    brokers: list[Broker]


def desk_for(viewer: Viewer, tab: str = "waiting", broker: int | None = None) -> Desk:
    """The desk: everything that waits, and the rows of one tab, narrowed to one broker where one is given."""
    waiting = logbook.queue_for(viewer)
    returned = logbook.queue_for(viewer, states=("returned",))
    accepted: list[EntryRow] = []
    if tab == "accepted" or not waiting:
        since = clock.now() - timedelta(days=ACCEPTED_DAYS)
        accepted = logbook.accepted_for(viewer, since, broker, MOST_SHOWN)
    shown = {"returned": returned, "accepted": []}.get(tab, waiting)
    oldest = _of(shown, broker)[:MOST_SHOWN]
    mine = _of(waiting, broker)
    return Desk(
        oldest_days=i18n.days_since(mine[0].turn_since) if mine else 0,
        waiting=mine,
        returned=_of(returned, broker),
        accepted=accepted,
        groups=_grouped(_with_news(oldest)),
        brokers=_brokers(viewer, waiting, returned),
    )


def _of(rows: list[EntryRow], broker: int | None) -> list[EntryRow]:
    return rows if broker is None else [row for row in rows if _in_charge(row)[0] == broker]


def _in_charge(row: EntryRow) -> tuple[int, str]:
    """Who answers for an entry: who took it over, else its author."""
    return (row.taker_id, row.taker) if row.taker_id and row.taker else (row.author_id, row.author)


def _with_news(rows: Sequence[EntryRow]) -> list[Waiting]:
    answers = answered([row.id for row in rows])
    begun = _begun([row.id for row in rows if row.state == "in_review"])
    return [
        Waiting(row, i18n.days_since(row.turn_since) >= row.late_days, *answers.get(row.id, (0, 0)), begun.get(row.id))
        for row in rows
    ]


def answered(ids: Iterable[UUID]) -> dict[UUID, tuple[int, int]]:
    """Of the questions and must-fixes of each entry: how many are answered (or resolved), of how many."""
    by_writer = exists().where(
        Answer.remark_id == Remark.id, or_(Answer.author_id == Entry.author_id, Answer.author_id == Entry.taker_id)
    )
    settled = or_(Remark.resolved_at.is_not(None), by_writer)
    statement = (
        select(Remark.subject_id, func.sum(case((settled, 1), else_=0)), func.count())
        .join(Entry, Entry.id == Remark.subject_id)
        .where(Remark.subject_type == SUBJECT, Remark.kind.in_(ANSWERABLE), Remark.subject_id.in_(list(ids)))
        .group_by(Remark.subject_id)
    )
    return {subject: (done, total) for subject, done, total in db.session.execute(statement)}


def _begun(ids: list[UUID]) -> dict[UUID, datetime]:
    """When the reading of each began last."""
    statement = (
        select(Act.subject_id, func.max(Act.at))
        .where(Act.subject_type == SUBJECT, Act.verb.in_(("started", "taken_back")), Act.subject_id.in_(ids))
        .group_by(Act.subject_id)
    )
    return {row[0]: row[1] for row in db.session.execute(statement)}


def _grouped(rows: list[Waiting]) -> list[Group]:
    """Three ages: over the programme's limit, from two days on, yesterday and today."""
    limits = {one.row.late_days for one in rows}
    days = limits.pop() if len(limits) == 1 else None
    found: dict[str, list[Waiting]] = {"late": [], "middle": [], "fresh": []}
    for one in rows:
        found[_age_key(one.row)].append(one)
    return [Group(key, days, group) for key, group in found.items() if group]


def _age_key(row: EntryRow) -> str:
    days = i18n.days_since(row.turn_since)
    if days > row.late_days:
        return "late"
    return "middle" if days >= MIDDLE_FROM else "fresh"


def _brokers(viewer: Viewer, waiting: list[EntryRow], returned: list[EntryRow]) -> list[Broker]:
    """The brokers of the programmes one reviews in, and everybody else who has something in the queues."""
    here = Counter(_in_charge(row)[0] for row in waiting)
    there = Counter(_in_charge(row)[0] for row in returned)
    today = clock.today()
    held = (
        select(Person.id, Person.name, Cluster.name)
        .distinct()
        .join(Role, Role.person_id == Person.id)
        .join(Cluster, Cluster.id == Role.cluster_id)
        .where(Role.kind == "broker", Role.programme_id.in_(logbook.reviewing(viewer)), Person.id != viewer.id)
        .where(Role.starts_on <= today, or_(Role.ends_on.is_(None), Role.ends_on >= today))
        .where(Person.disabled_at.is_(None))
        .order_by(Person.name, Person.id, Cluster.name)
    )
    people: dict[int, tuple[str, list[str]]] = {}
    for person_id, name, cluster in db.session.execute(held):
        people.setdefault(person_id, (name, []))[1].append(cluster)
    for row in (*waiting, *returned):
        person_id, name = _in_charge(row)
        people.setdefault(person_id, (name, [row.cluster]))
    return [
        Broker(one, name, ", ".join(clusters), here[one], there[one])
        for one, (name, clusters) in sorted(people.items(), key=lambda item: item[1][0])
    ]
