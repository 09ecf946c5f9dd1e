"""Whose turn it is: the sign on a row, what waits on a person, and how much of it."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import CompoundSelect, Select, and_, bindparam, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from mono_web.accounts.models import Person, Role
from mono_web.core import clock, i18n
from mono_web.core.access import Viewer
from mono_web.core.db import Fixed, run
from mono_web.core.revisions import WorkingCopy
from mono_web.logbook import policy
from mono_web.logbook.models import SUBJECT, WITH_AUTHOR, WITH_REVIEWER, Entry

if TYPE_CHECKING:
    from mono_web.logbook.queries.rows import EntryRow

MOST_COUNTED = 100
_NONE = [-1]


class Turn(NamedTuple):
    """Whose turn it is with an entry: "author", "reviewer" or ""; whether the one who looks has it.

    taker  the name of who took it over, where that is whose turn it is instead of the author's
    """

    who: str
    mine: bool
    since: datetime
    late: bool
    taker: str = ""


def turn_of(viewer: Viewer, row: EntryRow | Entry) -> Turn:
    """Whose turn it is, as this person sees it. Works for a row of a list and for an entry."""
    if row.state in WITH_AUTHOR:
        mine = viewer.id in (row.author_id, row.taker_id)
        return Turn("author", mine, row.turn_since, _is_late(row), _taker(row))
    if row.state in WITH_REVIEWER:
        mine = viewer.id not in (row.author_id, row.taker_id) and row.programme_id in viewer.programmes("mentor")
        return Turn("reviewer", mine, row.turn_since, _is_late(row))
    return Turn("", False, row.turn_since, False)


def _taker(row: EntryRow | Entry) -> str:
    taker = row.taker
    return taker.name if isinstance(taker, Person) else taker or ""


def _is_late(row: EntryRow | Entry) -> bool:
    late_days = row.programme.late_days if isinstance(row, Entry) else row.late_days
    return i18n.days_since(row.turn_since) >= late_days


def reviewing(viewer: Viewer) -> list[int]:
    """Programmes in which this person may have something to review."""
    return sorted(viewer.programmes("mentor", "lead"))


def own_turns() -> Select[Any]:
    """Ids of what waits on the person `me` as its author: drafts, and what was returned where they still work."""
    mine = aliased(Entry)
    return select(mine.id).where(
        mine.author_id == bindparam("me"),
        mine.state.in_(WITH_AUTHOR),
        or_(mine.state == "draft", mine.programme_id.in_(bindparam("working", expanding=True))),
    )


def taken_turns() -> Select[Any]:
    """Ids of what was returned and this person took over. Each of the two is read in an index of its own."""
    taken = aliased(Entry)
    return select(taken.id).where(
        taken.taker_id == bindparam("me"),
        taken.state == "returned",
        taken.programme_id.in_(bindparam("working", expanding=True)),
    )


def unsaved_turns() -> Select[Any]:
    """Ids of the person's texts that were never saved, in no entry or in one that lies with the reviewer."""
    there = aliased(Entry)
    reviewed = and_(
        or_(there.author_id == bindparam("me"), there.taker_id == bindparam("me")),
        there.state.in_(WITH_REVIEWER),
        there.programme_id.in_(bindparam("working", expanding=True)),
    )
    return (
        select(WorkingCopy.subject_id)
        .outerjoin(there, there.id == WorkingCopy.subject_id)
        .where(WorkingCopy.author_id == bindparam("me"), WorkingCopy.subject_type == SUBJECT)
        .where(or_(there.id.is_(None), reviewed))
    )


def queued(states: tuple[str, ...] = WITH_REVIEWER) -> Select[Any]:
    """Ids of what waits for the review of the person `me` (`queue_params`).

    A mentor reviews all of a programme but their own; a lead what has no other mentor than who works on it.
    """
    theirs = aliased(Entry)
    mentors = select(Role.person_id).where(
        Role.kind == "mentor",
        Role.starts_on <= bindparam("today"),
        or_(Role.ends_on.is_(None), Role.ends_on >= bindparam("today")),
        Person.id == Role.person_id,
        Person.disabled_at.is_(None),
    )
    other_mentor = mentors.where(
        Role.programme_id == theirs.programme_id,
        Role.person_id != theirs.author_id,
        Role.person_id.is_distinct_from(theirs.taker_id),
    ).exists()
    # Asked of few: where there are mentors, one of them must be who works on the entry.
    perhaps = or_(
        theirs.author_id.in_(mentors),
        theirs.taker_id.in_(mentors),
        theirs.programme_id.not_in(mentors.with_only_columns(Role.programme_id)),
    )
    return select(theirs.id).where(
        theirs.programme_id.in_(bindparam("reviews", expanding=True)),
        theirs.state.in_(states),
        theirs.author_id != bindparam("me"),
        theirs.taker_id.is_distinct_from(bindparam("me")),
        or_(theirs.programme_id.in_(bindparam("mentors", expanding=True)), and_(perhaps, ~other_mentor)),
    )


def queue_params(viewer: Viewer) -> dict[str, Any]:
    """The values for `own_turns`, `taken_turns`, `unsaved_turns` and `queued`."""
    return {
        "me": viewer.id,
        "today": clock.today(),
        "working": Fixed(sorted(viewer.programmes("broker")) or _NONE),
        "reviews": Fixed(reviewing(viewer) or _NONE),
        "mentors": Fixed(sorted(viewer.programmes("mentor")) or _NONE),
    }


@lru_cache(maxsize=4)
def _counts(writes: bool, reviews: bool) -> Select[Any]:
    own = _counted(union_all(own_turns(), taken_turns(), unsaved_turns()))
    return select(own if writes else literal(0), _counted(queued()) if reviews else literal(0))


def _counted(statement: Select[Any] | CompoundSelect[Any]) -> Any:
    return select(func.count()).select_from(statement.limit(MOST_COUNTED).subquery()).scalar_subquery()


def waiting_counts(viewer: Viewer) -> tuple[int, int]:
    """(what of their own waits on this person, entries that wait for their review); each to 100 at most.

    The one source of these numbers: for the menu, the start page and the tab of the logbook.
    """
    writes, reviews = policy.can_write(viewer), bool(reviewing(viewer))
    if not writes and not reviews:
        return 0, 0
    own, queue = run(_counts(writes, reviews), queue_params(viewer)).one()
    return own, queue
