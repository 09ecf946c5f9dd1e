"""Writes of the logbook: `writing` (record, save, send, audience), `review` (the state table), `handover` (who
goes on when a role has ended), `subject` (its place in the registry)."""

from mono_web.core.stale import StaleError
from mono_web.logbook.actions.handover import hand_over
from mono_web.logbook.actions.mentions import holders
from mono_web.logbook.actions.review import (
    accept_entry,
    add_addendum,
    close_period,
    must_fix_open,
    remarked,
    return_entry,
    start_reading,
    take_back,
    withdraw,
)
from mono_web.logbook.actions.subject import field_labels, further_labels, register
from mono_web.logbook.actions.writing import (
    Content,
    as_fields,
    bring_back,
    change_audience,
    complete,
    content_of,
    delete_draft,
    form_of,
    from_fields,
    in_closed_period,
    is_wider,
    record_entry,
    save_entry,
    send_entry,
)

__all__ = [
    "Content",
    "StaleError",
    "accept_entry",
    "add_addendum",
    "as_fields",
    "bring_back",
    "change_audience",
    "close_period",
    "complete",
    "content_of",
    "delete_draft",
    "field_labels",
    "form_of",
    "from_fields",
    "further_labels",
    "hand_over",
    "holders",
    "in_closed_period",
    "is_wider",
    "must_fix_open",
    "record_entry",
    "register",
    "remarked",
    "return_entry",
    "save_entry",
    "send_entry",
    "start_reading",
    "take_back",
    "withdraw",
]
