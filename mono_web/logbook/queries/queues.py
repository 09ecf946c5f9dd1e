"""What waits: own entries and the reviewer's queue, oldest turn first."""

from __future__ import annotations

from mono_web.core.access import Viewer
from mono_web.logbook.models import WITH_AUTHOR, WITH_REVIEWER, Entry
from mono_web.logbook.queries.rows import EntryRow, rows_where
from mono_web.logbook.queries.turns import MOST_COUNTED, queued, reviewing

MOST_LISTED = MOST_COUNTED * 5


def own_waiting(viewer: Viewer) -> list[EntryRow]:
    """Own drafts and returned entries: what waits on the author, oldest turn first."""
    return _own(viewer, WITH_AUTHOR)


def own_with_reviewer(viewer: Viewer) -> list[EntryRow]:
    """Own entries that lie with the reviewer, oldest turn first."""
    return _own(viewer, WITH_REVIEWER)


def _own(viewer: Viewer, states: tuple[str, ...]) -> list[EntryRow]:
    return rows_where(
        viewer,
        Entry.author_id == viewer.id,
        Entry.state.in_(states),
        order=Entry.turn_since.asc(),
        limit=MOST_LISTED,
    )


def queue_for(viewer: Viewer, states: tuple[str, ...] = WITH_REVIEWER) -> list[EntryRow]:
    """What waits for this person as a reviewer, oldest turn first (who reviews what: `queued`)."""
    if not reviewing(viewer):
        return []
    return rows_where(viewer, Entry.id.in_(queued(states)), order=Entry.turn_since.asc(), limit=MOST_LISTED)
