"""Stored values in words, and the sentences of a text. No routes of its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from mono_web.core import i18n
from mono_web.core.access import Viewer
from mono_web.core.i18n import gettext as _
from mono_web.core.markdown import plain
from mono_web.core.text import tidy_line
from mono_web.needs import actions
from mono_web.programmes import queries as programmes

MOST_SENTENCES = 60
LONGEST_SENTENCE = 400
_FIRST_PART = 20_000
_END = re.compile(r"(?<=[.!?…])\s+(?=\S)|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of a Markdown text, as one may choose among them: the first 60, the longest of them cut."""
    found = [tidy_line(part) for part in _END.split(plain(text[:_FIRST_PART]))]
    return [one[:LONGEST_SENTENCE] for one in found if one][:MOST_SENTENCES]


def labels() -> dict[str, str]:
    """Names of all fields a version has."""
    return actions.field_labels() | actions.further_labels()


def readable_with(viewer: Viewer) -> Callable[[str, Any], str]:
    """Puts stored values into words; the names of priority areas are read once."""
    areas = {one.id: one.name for one in programmes.areas_for(viewer)}

    def readable(name: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if name == "priority_area_id":
            return areas.get(value, "")
        return i18n.day_long(date.fromisoformat(value)) if name == "next_step_date" else str(value)

    return readable
