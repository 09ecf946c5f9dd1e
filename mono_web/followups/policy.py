"""Who may see and finish a follow-up."""

from __future__ import annotations

from sqlalchemy import Select, select

from mono_web.core.access import Viewer
from mono_web.followups.models import FollowUp


def visible_to(viewer: Viewer) -> Select[tuple[FollowUp]]:
    """One's own; the lists of others come with the radar."""
    return select(FollowUp).where(FollowUp.owner_id == viewer.id)


def can_have(viewer: Viewer) -> bool:
    """Brokers promise steps."""
    return viewer.has("broker")


def can_finish(viewer: Viewer, followup: FollowUp) -> bool:
    """The owner, while a broker."""
    return followup.owner_id == viewer.id and viewer.has("broker")
