"""Who has a desk, and who goes through its queue."""

from __future__ import annotations

from mono_web.core.access import Viewer
from mono_web.logbook import policy as logbook
from mono_web.logbook.models import Entry


def can_open_desk(viewer: Viewer) -> bool:
    """Mentors, and leads: they review where there is no other mentor."""
    return viewer.has("mentor", "lead")


def can_see_place(viewer: Viewer, entry: Entry) -> bool:
    """The place of an entry in the queue: for who reviews it."""
    return can_open_desk(viewer) and logbook.is_reviewer(viewer, entry)
