"""Reads over needs: `rows` (the list, the columns, what others see), `single` (one need), `export` (for a file)."""

from mono_web.needs.queries.export import COLUMNS, Exported, exported
from mono_web.needs.queries.rows import (
    OPEN,
    PAGE,
    Filters,
    Key,
    NeedRow,
    Outline,
    Page,
    Shared,
    SharedKey,
    columns_for,
    needs_for,
    outlines_for,
    shared_for,
    shared_one,
    still_count,
)
from mono_web.needs.queries.single import (
    Matched,
    Source,
    brokers_of,
    match_for,
    match_with,
    matches_of,
    matches_with,
    need_for,
    partners_for,
    readers_of_need,
    revisions_for,
    source_for,
    versions_for,
)

__all__ = [
    "COLUMNS", "OPEN", "PAGE", "Exported", "Filters", "Key", "Matched", "NeedRow", "Outline", "Page", "Shared",
    "SharedKey", "Source", "brokers_of", "columns_for", "exported", "match_for", "match_with", "matches_of",
    "matches_with", "need_for", "needs_for", "outlines_for", "partners_for", "readers_of_need", "revisions_for",
    "shared_for", "shared_one", "source_for", "still_count", "versions_for",
]  # fmt: skip
