"""Reads over log entries. Each takes the person first and starts from `visible_to`.

`rows` (the list and its filters), `choices` (what to filter by), `turns` (whose turn, counts), `queues` (what
waits), `picked` (rows for other pages), `export` (rows for a file), `single` (one entry and what is around it).
"""

from mono_web.logbook.queries.choices import Choice, Unsaved, choices_for, unsaved_for
from mono_web.logbook.queries.export import COLUMNS, Exported, exported, linked_names
from mono_web.logbook.queries.picked import accepted_for, rows_by_id
from mono_web.logbook.queries.queues import own_waiting, own_with_reviewer, queue_for
from mono_web.logbook.queries.rows import PAGE, EntryRow, Filters, Key, Page, entries_for
from mono_web.logbook.queries.single import (
    addenda_of,
    any_entry,
    brokers_for,
    company_names,
    entry_for,
    last_own,
    meetings_before,
    readers_of,
    readers_of_entry,
    recent_companies,
    revision_for,
    revisions_for,
    versions_for,
)
from mono_web.logbook.queries.turns import MOST_COUNTED, Turn, reviewing, turn_of, waiting_counts

__all__ = [
    "COLUMNS",
    "MOST_COUNTED",
    "PAGE",
    "Choice",
    "EntryRow",
    "Exported",
    "Filters",
    "Key",
    "Page",
    "Turn",
    "Unsaved",
    "accepted_for",
    "addenda_of",
    "any_entry",
    "brokers_for",
    "choices_for",
    "company_names",
    "entries_for",
    "entry_for",
    "exported",
    "last_own",
    "linked_names",
    "meetings_before",
    "own_waiting",
    "own_with_reviewer",
    "queue_for",
    "readers_of",
    "readers_of_entry",
    "recent_companies",
    "reviewing",
    "revision_for",
    "revisions_for",
    "rows_by_id",
    "turn_of",
    "unsaved_for",
    "versions_for",
    "waiting_counts",
]
