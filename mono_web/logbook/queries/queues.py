"""What waits: own entries and the reviewer's queue, oldest turn first."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, union_all

from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.logbook import policy
from mono_web.logbook.models import WITH_AUTHOR, WITH_REVIEWER, Entry
from mono_web.logbook.queries.rows import EntryRow, rows_where
from mono_web.logbook.queries.turns import MOST_COUNTED, queue_params, queued, reviewing

MOST_LISTED = MOST_COUNTED * 5


class QueuePlace(NamedTuple):
    """Where an entry stands in the queue: position from 1, 0 when it is in it no more; who comes before and after."""

    position: int
    total: int
    previous_id: UUID | None
    next_id: UUID | None


def of_broker(person_id: int | None) -> tuple[Any, ...]:
    """The condition that somebody answers for an entry: who took it over, else its author; none for all."""
    return () if person_id is None else (func.coalesce(Entry.taker_id, Entry.author_id) == person_id,)


def own_waiting(viewer: Viewer) -> list[EntryRow]:
    """Own drafts and returned entries, own by hand or taken over: what waits on the person, oldest turn first."""
    return _own(viewer, WITH_AUTHOR)


def own_with_reviewer(viewer: Viewer) -> list[EntryRow]:
    """The same that lie with the reviewer, oldest turn first."""
    return _own(viewer, WITH_REVIEWER)


def _own(viewer: Viewer, states: tuple[str, ...]) -> list[EntryRow]:
    authored, taken = (
        select(Entry.id).where(column == viewer.id, Entry.state.in_(states))
        for column in (Entry.author_id, Entry.taker_id)
    )
    return rows_where(
        viewer,
        Entry.id.in_(union_all(authored, taken)),
        order=Entry.turn_since.asc(),
        limit=MOST_LISTED,
    )


def _queued_ids(viewer: Viewer, broker: int | None, most: int) -> list[UUID]:
    """What waits for this person's review, oldest turn first; of one broker or of all."""
    if not reviewing(viewer):
        return []
    statement = (
        select(Entry.id)
        .where(policy.VISIBLE, Entry.id.in_(queued()), *of_broker(broker))
        .order_by(Entry.turn_since, Entry.id)
        .limit(most)
    )
    return list(db.session.scalars(statement, {**policy.visible_params(viewer), **queue_params(viewer)}))


def first_queued(viewer: Viewer, broker: int | None = None) -> UUID | None:
    """The entry that has waited longest for this person's review; of one broker or of all."""
    return next(iter(_queued_ids(viewer, broker, 1)), None)


def place_in_queue(viewer: Viewer, entry_id: UUID, broker: int | None = None) -> QueuePlace:
    """Where an entry stands in this person's queue. Of one that has left it, the oldest comes next."""
    ids = _queued_ids(viewer, broker, MOST_LISTED)
    if entry_id not in ids:
        return QueuePlace(0, len(ids), None, ids[0] if ids else None)
    at = ids.index(entry_id)
    following = ids[at + 1] if at + 1 < len(ids) else None
    return QueuePlace(at + 1, len(ids), ids[at - 1] if at else None, following)


def queue_for(viewer: Viewer, states: tuple[str, ...] = WITH_REVIEWER) -> list[EntryRow]:
    """What waits for this person as a reviewer, oldest turn first (who reviews what: `queued`)."""
    if not reviewing(viewer):
        return []
    return rows_where(viewer, Entry.id.in_(queued(states)), order=Entry.turn_since.asc(), limit=MOST_LISTED)
