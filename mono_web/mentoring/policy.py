"""Who has a desk."""

from __future__ import annotations

from mono_web.core.access import Viewer


def can_open_desk(viewer: Viewer) -> bool:
    """Mentors, and leads: they review where there is no other mentor."""
    return viewer.has("mentor", "lead")
