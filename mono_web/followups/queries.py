"""Reads over follow-ups."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.followups import policy
from mono_web.followups.models import FollowUp

MOST = 50


def followup_for(viewer: Viewer, followup_id: UUID) -> FollowUp | None:
    """One follow-up."""
    return db.session.scalar(policy.visible_to(viewer).where(FollowUp.id == followup_id))


def due_for(viewer: Viewer, until: date) -> list[FollowUp]:
    """Open ones that are due by a day, oldest first."""
    return list(
        db.session.scalars(
            policy.visible_to(viewer)
            .where(FollowUp.done_at.is_(None), FollowUp.due_on <= until)
            .order_by(FollowUp.due_on, FollowUp.id)
            .limit(MOST)
        )
    )
