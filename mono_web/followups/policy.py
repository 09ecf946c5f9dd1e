"""Who may see and finish a follow-up: nobody who may not read what it hangs on."""

from __future__ import annotations

from sqlalchemy import Select, select

from mono_web.core import subjects
from mono_web.core.access import Viewer
from mono_web.followups.models import FollowUp


def visible_to(viewer: Viewer) -> Select[FollowUp]:
    """One's own, for lists; the lists of others come with the radar."""
    return select(FollowUp).where(FollowUp.owner_id == viewer.id)


def can_have(viewer: Viewer) -> bool:
    """Brokers promise steps."""
    return viewer.has("broker")


def can_read(viewer: Viewer, followup: FollowUp) -> bool:
    """The owner, the reviewers and leads of its programme, the brokers of its cluster, if they may read its record."""
    place = _place(viewer, followup)
    if place is None:
        return False
    if followup.owner_id == viewer.id or place in viewer.places("broker"):
        return True
    return place[0] in viewer.programmes("mentor", "lead")


def can_finish(viewer: Viewer, followup: FollowUp) -> bool:
    """The owner while a broker in the programme, and the brokers of the same cluster."""
    place = _place(viewer, followup)
    if place is None:
        return False
    if followup.owner_id == viewer.id:
        return place[0] in viewer.programmes("broker")
    return place in viewer.places("broker")


def _place(viewer: Viewer, followup: FollowUp) -> tuple[int, int] | None:
    """(programme, cluster) of what it hangs on; None where this person may not read that."""
    record = subjects.load(viewer, followup.subject_type, followup.subject_id)
    if record is None:
        return None
    programme_id, cluster_id, _writer = subjects.get(followup.subject_type).place(record)
    return programme_id, cluster_id
