"""Writes over undertakings: `records` (the undertakings themselves), `merging` (doubles), `contacts`.
They flush, never commit."""

from mono_web.companies.actions.contacts import (
    anonymise_contact,
    chosen_places,
    confirm_contact,
    contact_fields,
    next_review,
    record_contact,
    save_contact,
)
from mono_web.companies.actions.mentions import holders
from mono_web.companies.actions.merging import (
    Moved,
    Undone,
    made_since,
    merge_companies,
    rows_of,
    tell_apart,
    undo_merging,
)
from mono_web.companies.actions.records import (
    NOBODY,
    Made,
    Told,
    as_fields,
    index,
    record_company,
    record_from_register,
    save_company,
)
from mono_web.companies.actions.refresh import Change, changes, erase_facts, take_changes
from mono_web.companies.models import SUBJECT
from mono_web.companies.register import from_register

__all__ = [
    "anonymise_contact", "chosen_places", "confirm_contact", "contact_fields", "holders", "next_review",
    "record_contact", "save_contact",
    "Change", "Told", "changes", "erase_facts", "take_changes",
    "NOBODY", "SUBJECT", "Made", "Moved", "Undone", "as_fields", "from_register", "index", "made_since",
    "merge_companies", "record_company", "record_from_register", "rows_of", "save_company", "tell_apart",
    "undo_merging",
]  # fmt: skip
