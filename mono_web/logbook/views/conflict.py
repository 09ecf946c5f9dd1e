"""Stored values in words, and what the person chose where two texts met. No routes of its own."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import request

from mono_web.core import i18n, stale
from mono_web.core.i18n import gettext as _
from mono_web.logbook import actions, queries
from mono_web.logbook.forms import AUDIENCE_LABELS, FORM_LABELS, HELD_LABELS, KIND_LABELS
from mono_web.logbook.models import Entry

_LABELS = {"kind": KIND_LABELS, "form": FORM_LABELS, "held": HELD_LABELS, "audience": AUDIENCE_LABELS}


def readable(name: str, value: Any) -> str:
    """A stored value of a field in words."""
    if value is None or value == "":
        return ""
    if name in _LABELS:
        return str(_LABELS[name].get(value, value))
    if name == "minutes":
        return i18n.hours_text(value)
    if name == "companies":
        ids = [UUID(one) for one in value]
        names = queries.company_names(ids)
        return ", ".join(names.get(one, "") for one in ids)
    if name == "new_companies":
        return ", ".join(one.get("name", "") for one in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name in ("date", "next_step_date"):
        return i18n.day_long(date.fromisoformat(value))
    return str(value)


def settled(entry: Entry, content: actions.Content) -> actions.Content:
    """What the person chose on the conflict page: for a field marked "theirs" the stored value stays."""
    mine, current = actions.as_fields(content), actions.as_fields(actions.content_of(entry))
    return actions.from_fields(stale.chosen(mine, current, request.form))


def labels() -> dict[str, str]:
    """Names of all fields a version has."""
    return actions.field_labels() | actions.further_labels()
