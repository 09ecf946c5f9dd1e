"""What waits: own entries and the reviewer's queue, oldest turn first."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select, union_all

from mono_web.core.access import Viewer
from mono_web.logbook.models import WITH_AUTHOR, WITH_REVIEWER, Entry
from mono_web.logbook.queries.rows import EntryRow, rows_where
from mono_web.logbook.queries.turns import MOST_COUNTED, queued, reviewing

MOST_LISTED = MOST_COUNTED * 5


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


def first_queued(viewer: Viewer, author_id: int | None = None) -> UUID | None:
    """The entry that has waited longest for this person's review; of one author or of all."""
    if not reviewing(viewer):
        return None
    of_author = () if author_id is None else (Entry.author_id == author_id,)
    rows = rows_where(viewer, Entry.id.in_(queued()), *of_author, order=Entry.turn_since.asc(), limit=1)
    return rows[0].id if rows else None


def queue_for(viewer: Viewer, states: tuple[str, ...] = WITH_REVIEWER) -> list[EntryRow]:
    """What waits for this person as a reviewer, oldest turn first (who reviews what: `queued`)."""
    if not reviewing(viewer):
        return []
    return rows_where(viewer, Entry.id.in_(queued(states)), order=Entry.turn_since.asc(), limit=MOST_LISTED)
