"""Work that waits for somebody to take it over: the role of the broker who did it has ended.

That is what was returned to them, and what still has an open next step of theirs. In charge of an entry is who took
it over, else its author; its next step belongs to the same person and goes along.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, bindparam, case, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from mono_web.accounts.models import Person, Role
from mono_web.core import clock
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.followups.models import FollowUp
from mono_web.logbook import policy
from mono_web.logbook.models import SUBJECT, WITH_REVIEWER, Entry
from mono_web.logbook.queries.rows import EntryRow, rows_where
from mono_web.programmes.models import Cluster, Programme
from mono_web.remarks.queries.single import ActLine

HANDED_OVER = "handed_over"
MOST_LEFT = 500
_NONE = [-1]
_KEY = re.compile(r"([0-9]{1,9})-([0-9]{1,9})")
_PEOPLE = re.compile(r"([0-9]+) -> \+?([0-9]+)")


class Former(NamedTuple):
    """Somebody whose role as a broker of a programme has ended."""

    person_id: int
    name: str
    programme_id: int
    programme: str

    @property
    def key(self) -> str:
        """How an address names them."""
        return f"{self.programme_id}-{self.person_id}"


class Waiting(NamedTuple):
    """How much of one former broker waits: returned entries, and next steps of other entries."""

    former: Former
    returned: int
    steps: int


@dataclass(frozen=True)
class Left:
    """An entry to be taken over, with its open next step where it has one."""

    row: EntryRow
    step: str = ""
    due_on: date | None = None


class Broker(NamedTuple):
    """Somebody who can take over; `near`: of a cluster that is concerned."""

    id: int
    name: str
    clusters: str
    near: bool


def _held(role: Any) -> tuple[Any, ...]:
    """The role of a broker, held today."""
    return (
        role.kind == "broker",
        role.starts_on <= bindparam("today"),
        or_(role.ends_on.is_(None), role.ends_on >= bindparam("today")),
    )


_now = aliased(Role)
_FORMER = (
    select(Role.person_id, Role.programme_id)
    .distinct()
    .where(
        Role.kind == "broker",
        Role.programme_id.in_(bindparam("led", expanding=True)),
        Role.starts_on <= bindparam("today"),
        ~exists().where(
            _now.person_id == Role.person_id,
            _now.programme_id == Role.programme_id,
            *_held(_now),
            Person.id == _now.person_id,
            Person.disabled_at.is_(None),
        ),
    )
    .cte("former")
)
_in_charge = func.coalesce(Entry.taker_id, Entry.author_id)


def _left(what: str) -> Select[Any]:
    return select(
        _FORMER.c.person_id, _FORMER.c.programme_id, Entry.id.label("entry_id"), literal(what).label("what")
    ).where(policy.VISIBLE)


_LEFT = union_all(
    _left("returned").join_from(
        _FORMER,
        Entry,
        and_(
            Entry.programme_id == _FORMER.c.programme_id,
            Entry.state == "returned",
            _FORMER.c.person_id == _in_charge,
        ),
    ),
    _left("step")
    .join_from(_FORMER, FollowUp, and_(FollowUp.owner_id == _FORMER.c.person_id, FollowUp.done_at.is_(None)))
    .join(
        Entry,
        and_(
            # An id is one of all: the type is not asked for, since an index on it would be the wrong one.
            Entry.id == FollowUp.subject_id,
            Entry.programme_id == _FORMER.c.programme_id,
            Entry.state != "returned",
        ),
    ),
).subquery("left_behind")
_WAITING = (
    select(
        Person.id,
        Person.name,
        Programme.id,
        Programme.name,
        func.sum(case((_LEFT.c.what == "returned", 1), else_=0)),
        func.sum(case((_LEFT.c.what == "step", 1), else_=0)),
    )
    .select_from(_LEFT)
    .join(Person, Person.id == _LEFT.c.person_id)
    .join(Programme, Programme.id == _LEFT.c.programme_id)
    .group_by(Person.id, Person.name, Programme.id, Programme.name)
    .order_by(Person.name, Person.id, Programme.id)
)
_ONE_FORMER = (
    select(Person.id, Person.name, Programme.id, Programme.name)
    .select_from(_FORMER)
    .join(Person, Person.id == _FORMER.c.person_id)
    .join(Programme, Programme.id == _FORMER.c.programme_id)
    .where(Person.id == bindparam("person"))
)
_LEFT_BY_ONE = select(_LEFT.c.entry_id).where(_LEFT.c.person_id == bindparam("person")).limit(MOST_LEFT)


def _params(viewer: Viewer, programmes: Iterable[int]) -> dict[str, Any]:
    return {**policy.visible_params(viewer), "today": clock.today(), "led": sorted(programmes) or _NONE}


def waiting_handovers(viewer: Viewer) -> list[Waiting]:
    """Whose work waits in the programmes this person leads, by name. One statement."""
    led = viewer.programmes("lead")
    if not led:
        return []
    found = db.session.connection().execute(_WAITING, _params(viewer, led))
    return [Waiting(Former._make(row[:4]), row[4], row[5]) for row in found]


def former_for(viewer: Viewer, key: str) -> Former | None:
    """One former broker of a programme this person leads, by `Former.key`; whether something waits or not."""
    named = _KEY.fullmatch(key)
    if named is None:
        return None
    programme_id, person_id = int(named[1]), int(named[2])
    if programme_id not in viewer.programmes("lead"):
        return None
    values = {"today": clock.today(), "led": [programme_id], "person": person_id}
    row = db.session.connection().execute(_ONE_FORMER, values).first()
    return Former._make(row) if row else None


def left_by(viewer: Viewer, former: Former) -> list[Left]:
    """What waits of one former broker: what was returned first, then what has a step, by its date."""
    values = {**_params(viewer, [former.programme_id]), "person": former.person_id}
    ids = list(db.session.connection().execute(_LEFT_BY_ONE, values).scalars())
    if not ids:
        return []
    rows = rows_where(viewer, Entry.id.in_(ids), order=Entry.turn_since.asc(), limit=MOST_LEFT)
    steps = {
        step.subject_id: step
        for step in db.session.scalars(
            select(FollowUp).where(
                FollowUp.subject_type == SUBJECT, FollowUp.subject_id.in_(ids), FollowUp.done_at.is_(None)
            )
        )
    }
    found = [
        Left(row, steps[row.id].text, steps[row.id].due_on) if row.id in steps else Left(row)
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.row.state != "returned" and (one.due_on or date.max).toordinal())


def with_reviewer_of(viewer: Viewer, former: Former) -> list[EntryRow]:
    """What of theirs lies with the reviewer: it may come back, and waits then."""
    return rows_where(
        viewer,
        Entry.programme_id == former.programme_id,
        Entry.state.in_(WITH_REVIEWER),
        _in_charge == former.person_id,
        order=Entry.turn_since.asc(),
        limit=MOST_LEFT,
    )


def takers_for(former: Former, near: Iterable[str]) -> list[Broker]:
    """The brokers of the programme today; first those of the clusters that are concerned, by their names."""
    statement = (
        select(Person.id, Person.name, Cluster.name)
        .distinct()
        .join(Role, Role.person_id == Person.id)
        .join(Cluster, Cluster.id == Role.cluster_id)
        .where(Role.programme_id == former.programme_id, Person.disabled_at.is_(None), *_held(Role))
        .order_by(Person.name, Person.id, Cluster.name)
    )
    clusters: dict[tuple[int, str], list[str]] = {}
    for person_id, name, cluster in db.session.execute(statement, {"today": clock.today()}):
        clusters.setdefault((person_id, name), []).append(cluster)
    concerned = set(near)
    found = [
        Broker(person_id, name, ", ".join(their), not concerned.isdisjoint(their))
        for (person_id, name), their in clusters.items()
    ]
    return sorted(found, key=lambda one: not one.near)


def people_handed(acts: Iterable[ActLine]) -> set[int]:
    """Ids of the people between whom an entry was handed over."""
    named = [_PEOPLE.fullmatch(act.reason) for act in acts if act.verb == HANDED_OVER]
    return {int(one) for found in named if found for one in found.groups()}


def handed(before: int, after: int, *, let_in: bool = False) -> str:
    """How an act keeps between whom it was: `people_handed` reads it. A plus: who took over could not read before."""
    return f"{before} -> {'+' if let_in else ''}{after}"
