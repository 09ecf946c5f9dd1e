"""One remark, one note, and the acts of a review."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import selectinload

from mono_web.accounts.models import Person
from mono_web.core import subjects
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.remarks import policy
from mono_web.remarks.models import Act, Note, Remark


def subject_for(viewer: Viewer, subject_id: subjects.Key) -> subjects.Key | None:
    """The key itself, if the record exists for this person."""
    return subject_id if subjects.load(viewer, *subject_id) is not None else None


def review_for(viewer: Viewer, subject_id: subjects.Key) -> subjects.Key | None:
    """The key itself, if this person may read the review of the record."""
    record = subjects.load(viewer, *subject_id)
    if record is None or not subjects.get(subject_id[0]).may_read_remarks(viewer, record):
        return None
    return subject_id


def remark_for(viewer: Viewer, remark_id: UUID) -> Remark | None:
    """One remark, if the person may read the review of its record."""
    remark = db.session.get(Remark, remark_id, options=[selectinload(Remark.answers)], populate_existing=True)
    if remark is None or review_for(viewer, (remark.subject_type, remark.subject_id)) is None:
        return None
    return remark


def note_for(viewer: Viewer, note_id: UUID) -> Note | None:
    """One note, if the person is in its audience and may still read its record."""
    note = db.session.scalar(
        select(Note).where(Note.id == note_id, policy.VISIBLE_NOTES).execution_options(populate_existing=True),
        policy.note_params(viewer),
    )
    if note is None or subjects.load(viewer, note.subject_type, note.subject_id) is None:
        return None
    return note


class ActLine(NamedTuple):
    """A step of a review: who did what when."""

    person_id: int | None
    person: str | None
    verb: str
    reason: str
    at: datetime
    on_revision: int


_ACTS = (
    select(Act.person_id, Person.name, Act.verb, Act.reason, Act.at, Act.on_revision)
    .outerjoin(Person, Person.id == Act.person_id)
    .where(Act.subject_type == bindparam("type"), Act.subject_id == bindparam("id"))
    .order_by(Act.id)
)


def acts_of(subject_type: str, record_id: UUID) -> list[ActLine]:
    """The steps of a review, oldest first. Who may read reasons is the record's rule."""
    found = db.session.connection().execute(_ACTS, {"type": subject_type, "id": record_id})
    return [ActLine._make(row) for row in found]


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
