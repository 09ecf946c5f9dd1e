"""Reads over remarks, notes and acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from mono_web.accounts import queries as accounts
from mono_web.core import subjects
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.remarks import policy
from mono_web.remarks.models import ANSWERABLE, Act, Note, Remark


@dataclass(frozen=True)
class Tally:
    """How far the remarks of a record have come. `answerable` are questions and must-fixes."""

    total: int = 0
    open: int = 0
    answerable: int = 0
    answered: int = 0
    must_fix_open: int = 0


def subject_for(viewer: Viewer, subject_id: subjects.Key) -> subjects.Key | None:
    """The key itself, if the record exists for this person."""
    return subject_id if subjects.load(viewer, *subject_id) is not None else None


def remark_for(viewer: Viewer, remark_id: UUID) -> Remark | None:
    """One remark, if the person may read the review of its record."""
    remark = db.session.get(Remark, remark_id, options=[selectinload(Remark.answers)], populate_existing=True)
    if remark is None:
        return None
    record = subjects.load(viewer, remark.subject_type, remark.subject_id)
    if record is None or not subjects.get(remark.subject_type).may_read_remarks(viewer, record):
        return None
    return remark


def remarks_of(viewer: Viewer, subject_type: str, record_id: UUID, record: object) -> list[Remark]:
    """The remarks of a record the caller has loaded, by number; none for those who may not read its review."""
    if not subjects.get(subject_type).may_read_remarks(viewer, record):
        return []
    return list(
        db.session.scalars(
            select(Remark)
            .where(Remark.subject_type == subject_type, Remark.subject_id == record_id)
            .options(selectinload(Remark.answers))
            .order_by(Remark.number)
        )
    )


def tally(remarks: Iterable[Remark], author_id: int) -> Tally:
    """Count remarks. Answered means: the author of the record has answered after it was made, or it is resolved."""
    rows = list(remarks)
    answerable = [row for row in rows if row.kind in ANSWERABLE]
    return Tally(
        total=len(rows),
        open=sum(row.resolved_at is None for row in rows),
        answerable=len(answerable),
        answered=sum(
            row.resolved_at is not None or any(answer.author_id == author_id for answer in row.answers)
            for row in answerable
        ),
        must_fix_open=sum(row.kind == "must_fix" and row.resolved_at is None for row in rows),
    )


def note_for(viewer: Viewer, note_id: UUID) -> Note | None:
    """One note, if the person is in its audience and may still read its record."""
    note = db.session.scalar(select(Note).where(Note.id == note_id, policy.visible_notes(viewer)))
    if note is None or subjects.load(viewer, note.subject_type, note.subject_id) is None:
        return None
    return note


def notes_of(viewer: Viewer, subject_type: str, record_id: UUID) -> list[Note]:
    """The notes of a record the caller has loaded, that this person may read; oldest first."""
    return list(
        db.session.scalars(
            select(Note)
            .where(Note.subject_type == subject_type, Note.subject_id == record_id)
            .where(policy.visible_notes(viewer))
            .order_by(Note.made_at)
        )
    )


def acts_of(subject_type: str, record_id: UUID) -> list[Act]:
    """The steps of a review, oldest first. Who may read reasons is the record's rule."""
    return list(
        db.session.scalars(
            select(Act).where(Act.subject_type == subject_type, Act.subject_id == record_id).order_by(Act.id)
        )
    )


def last_reasons(subject_type: str, record_ids: Iterable[UUID], verb: str) -> dict[UUID, Act]:
    """The latest act of one kind for each of several records."""
    wanted = list(record_ids)
    if not wanted:
        return {}
    newest = (
        select(func.max(Act.id))
        .where(Act.subject_type == subject_type, Act.subject_id.in_(wanted), Act.verb == verb)
        .group_by(Act.subject_id)
    )
    return {act.subject_id: act for act in db.session.scalars(select(Act).where(Act.id.in_(newest)))}


def note_readers(audience: str, subject: subjects.Key, author: Viewer, record: object) -> list[str]:
    """Names of everyone who can read a note of this audience: never wider than the readers of the record."""
    known = subjects.get(subject[0])
    programme_id, cluster_id, subject_author = known.place(record)
    found: dict[int, str] = {author.id: author.name}
    match audience:
        case "author_mentor":
            found |= accounts.names_of([subject_author])
            found |= dict(accounts.holders(["mentor"], programme_id))
        case "mentors_leads":
            found |= dict(accounts.holders(["mentor", "lead"], programme_id))
        case "cluster":
            found |= dict(accounts.holders(["broker", "cluster_manager"], programme_id, cluster_id))
        case "programme":
            found |= dict(accounts.holders(["broker", "mentor", "lead", "cluster_manager"], programme_id))
    readers = known.readers(record)
    return [name for person_id, name in found.items() if person_id in readers]
