"""Writes over follow-ups. They flush, never commit."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import delete, select

from mono_web.core import audit, clock
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.followups.models import FollowUp


def follow(
    subject_type: str, subject_id: UUID, owner_id: int, text: str, about: str, due_on: date | None
) -> FollowUp | None:
    """Let the follow-up of a record say what its next step says. An emptied step takes an open one away."""
    found = db.session.scalar(
        select(FollowUp).where(FollowUp.subject_type == subject_type, FollowUp.subject_id == subject_id)
    )
    if not text:
        if found is not None and found.done_at is None:
            db.session.delete(found)
            db.session.flush()
        return None
    if found is None:
        found = FollowUp(subject_type=subject_type, subject_id=subject_id, made_at=clock.now())
        db.session.add(found)
    elif (found.text, found.due_on) != (text, due_on):
        found.done_at = found.done_by = None
    found.owner_id, found.text, found.about, found.due_on = owner_id, text, about, due_on
    db.session.flush()
    return found


def unfollow(subject_type: str, subject_id: UUID) -> None:
    """The record is withdrawn or deleted: its open follow-up goes."""
    db.session.execute(
        delete(FollowUp).where(
            FollowUp.subject_type == subject_type,
            FollowUp.subject_id == subject_id,
            FollowUp.done_at.is_(None),
        )
    )


def hand_over(subject_type: str, subject_id: UUID, owner_id: int) -> None:
    """Somebody else promises the next step of a record now. One that is done goes along, should it be opened again."""
    found = db.session.scalar(
        select(FollowUp).where(FollowUp.subject_type == subject_type, FollowUp.subject_id == subject_id)
    )
    if found is None or found.owner_id == owner_id:
        return
    before, found.owner_id = found.owner_id, owner_id
    db.session.flush()
    audit.note("follow-up handed over", "followup", found.id, detail=f"{before} -> {owner_id}")


def finish(viewer: Viewer, followup: FollowUp) -> None:
    """Done."""
    followup.done_at = clock.now()
    followup.done_by = viewer.id
    db.session.flush()
    audit.note("follow-up done", "followup", followup.id)


def reopen(followup: FollowUp) -> None:
    """Not done after all."""
    followup.done_at = followup.done_by = None
    db.session.flush()
    audit.note("follow-up reopened", "followup", followup.id)
