"""Rows of log entries that are picked for a page of their own: by id, or because they were just accepted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from mono_web.core.access import Viewer
from mono_web.logbook.models import CLOSED, Entry
from mono_web.logbook.queries.queues import of_broker
from mono_web.logbook.queries.rows import EntryRow, rows_where
from mono_web.logbook.queries.turns import MOST_COUNTED, queued, reviewing


def rows_by_id(viewer: Viewer, ids: Iterable[UUID]) -> list[EntryRow]:
    """Of these entries the ones the person may read, oldest turn first."""
    wanted = list(ids)
    if not wanted:
        return []
    return rows_where(viewer, Entry.id.in_(wanted), order=Entry.turn_since.asc(), limit=max(len(wanted), MOST_COUNTED))


def accepted_for(
    viewer: Viewer, since: datetime, broker: int | None = None, most: int = MOST_COUNTED
) -> list[EntryRow]:
    """What this person reviews and was accepted since a moment, the latest first; of one broker or of all."""
    if not reviewing(viewer):
        return []
    return rows_where(
        viewer,
        Entry.turn_since >= since,
        Entry.id.in_(queued(CLOSED)),
        *of_broker(broker),
        order=Entry.turn_since.desc(),
        limit=most,
    )
