"""Reads over log entries. Each takes the person first and starts from `visible_to`.

`rows` (the list and its filters), `choices` (what to filter by), `turns` (whose turn, counts), `queues` (what
waits), `picked` (rows for other pages), `handover` (what waits since a role has ended), `export` (rows for a file),
`single` (one entry and what is around it).
"""

from mono_web.logbook.queries.choices import Choice, Unsaved, choices_for, unsaved_for
from mono_web.logbook.queries.export import COLUMNS, Exported, exported, linked_names
from mono_web.logbook.queries.handover import (
    HANDED_OVER,
    Broker,
    Former,
    Left,
    former_for,
    handed,
    left_by,
    people_handed,
    takers_for,
    waiting_handovers,
    with_reviewer_of,
)
from mono_web.logbook.queries.picked import accepted_for, rows_by_id
from mono_web.logbook.queries.queues import first_queued, own_waiting, own_with_reviewer, queue_for
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
    working_on,
)
from mono_web.logbook.queries.turns import MOST_COUNTED, Turn, reviewing, turn_of, waiting_counts

__all__ = [
    "COLUMNS",
    "HANDED_OVER",
    "MOST_COUNTED",
    "PAGE",
    "Broker",
    "Choice",
    "EntryRow",
    "Exported",
    "Filters",
    "Former",
    "Key",
    "Left",
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
    "first_queued",
    "former_for",
    "handed",
    "last_own",
    "left_by",
    "linked_names",
    "meetings_before",
    "own_waiting",
    "own_with_reviewer",
    "people_handed",
    "queue_for",
    "readers_of",
    "readers_of_entry",
    "recent_companies",
    "reviewing",
    "revision_for",
    "revisions_for",
    "rows_by_id",
    "takers_for",
    "turn_of",
    "unsaved_for",
    "versions_for",
    "waiting_counts",
    "waiting_handovers",
    "with_reviewer_of",
    "working_on",
]
