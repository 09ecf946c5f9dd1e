"""When two texts met in the same field: what the page shows, and what the person chose. No routes of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from flask import request

from mono_web.core import i18n
from mono_web.core.differences import Piece, word_difference
from mono_web.core.i18n import gettext as _
from mono_web.logbook import actions, queries
from mono_web.logbook.forms import AUDIENCE_LABELS, FORM_LABELS, HELD_LABELS, KIND_LABELS
from mono_web.logbook.models import Entry

_LABELS = {"kind": KIND_LABELS, "form": FORM_LABELS, "held": HELD_LABELS, "audience": AUDIENCE_LABELS}


@dataclass(frozen=True)
class MetField:
    """A field in conflict: both texts and the difference from the stored one to mine."""

    name: str
    label: str
    theirs: str
    mine: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Met:
    """A conflict as the page shows it."""

    fields: list[MetField]
    since: Any


def met(entry: Entry, stale: actions.StaleError) -> Met:
    """Both texts of every field that was changed on both sides."""
    labels = actions.field_labels()
    fields = []
    for name in stale.fields:
        theirs, mine = readable(name, stale.current.get(name)), readable(name, stale.mine.get(name))
        fields.append(MetField(name, labels.get(name, name), theirs, mine, word_difference(theirs, mine)))
    return Met(fields, entry.turn_since)


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
    theirs = actions.content_of(entry)
    kept = {
        name: getattr(theirs, name)
        for name in content.__dataclass_fields__
        if request.form.get(f"choose-{name}") == "theirs"
    }
    return replace(content, **kept) if kept else content
