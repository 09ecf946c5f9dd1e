"""Writes over remarks, notes and acts. They flush, never commit."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, func, select

from mono_web.core import audit, clock, subjects
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.remarks.models import Act, Answer, Note, Remark


def make_remark(viewer: Viewer, subject: subjects.Key, kind: str, text: str, field: str | None) -> Remark:
    """Make a remark on a record or on one of its fields; the review moves on (subjects: `remarked`)."""
    known = subjects.get(subject[0])
    record = subjects.load(viewer, *subject)
    last = db.session.scalar(
        select(func.max(Remark.number)).where(Remark.subject_type == subject[0], Remark.subject_id == subject[1])
    )
    remark = Remark(
        subject_type=subject[0],
        subject_id=subject[1],
        number=(last or 0) + 1,
        field=field or None,
        kind=kind,
        text=text,
        author_id=viewer.id,
        made_at=clock.now(),
        on_revision=known.revision(record),
    )
    db.session.add(remark)
    db.session.flush()
    known.remarked(record, viewer)
    audit.note("remark made", subject[0], subject[1])
    return remark


def answer(viewer: Viewer, remark: Remark, text: str) -> Answer:
    """Answer a remark."""
    made = Answer(remark_id=remark.id, author_id=viewer.id, text=text, made_at=clock.now())
    remark.answers.append(made)
    db.session.flush()
    audit.note("remark answered", remark.subject_type, remark.subject_id)
    return made


def resolve(viewer: Viewer, remark: Remark) -> None:
    """The matter of the remark is settled. Pressed twice, the first time counts."""
    if remark.resolved_at is not None:
        return
    remark.resolved_at = clock.now()
    remark.resolved_by = viewer.id
    db.session.flush()
    audit.note("remark resolved", remark.subject_type, remark.subject_id)


def reopen(remark: Remark) -> None:
    """Take "resolved" back."""
    remark.resolved_at = None
    remark.resolved_by = None
    db.session.flush()
    audit.note("remark reopened", remark.subject_type, remark.subject_id)


def make_note(viewer: Viewer, subject: subjects.Key, audience: str, text: str) -> Note:
    """Write a note with its audience. "The author" is who works on the record now: who took over, after that."""
    known = subjects.get(subject[0])
    programme_id, cluster_id, writer_id = known.place(subjects.load(viewer, *subject))
    note = Note(
        subject_type=subject[0],
        subject_id=subject[1],
        author_id=viewer.id,
        audience=audience,
        text=text,
        made_at=clock.now(),
        programme_id=programme_id,
        cluster_id=cluster_id,
        subject_author_id=writer_id,
    )
    db.session.add(note)
    db.session.flush()
    _log("note made", note, audience)
    return note


def change_audience(note: Note, audience: str, *, confirmed: bool) -> None:
    """Tightening is free; widening must have been confirmed after the names were shown, and is logged."""
    if is_wider(note, audience) and not confirmed:
        raise DomainError(_l("More people will be able to read the note. Confirm it first"), "audience")
    before, note.audience = note.audience, audience
    db.session.flush()
    _log("note audience", note, f"{before} -> {audience}")


def is_wider(note: Note, audience: str) -> bool:
    """Whether somebody may read after the change who could not before.

    "Only me" stands inside every other audience, and all stand inside the programme's. The three between hold
    different people: a change from one to another opens the note to somebody, but for the author of the record,
    who adds nobody when leads are left out.
    """
    if audience in (note.audience, "only_me") or note.audience == "programme":
        return False
    without_leads = (note.audience, audience) == ("mentors_leads", "author_mentor")
    return not (without_leads and note.author_id == note.subject_author_id)


def remove_note(note: Note) -> None:
    """Delete a note that nobody else can read."""
    if note.audience != "only_me":
        raise DomainError(_l("Others can read this note. Make it private first"))
    db.session.delete(note)
    db.session.flush()
    _log("note deleted", note)


def forget(subject_type: str, subject_id: UUID) -> None:
    """Delete the notes and steps of a record: only for a draft that its author deletes, which nobody else has read."""
    for model in (Note, Act):
        db.session.execute(delete(model).where(model.subject_type == subject_type, model.subject_id == subject_id))


def _log(verb: str, note: Note, detail: str | None = None) -> None:
    """A line about the note itself, not about its record: there it would tell others of a private note."""
    audit.note(verb, "note", note.id, detail=detail)


def act(
    subject_type: str,
    subject_id: UUID,
    person_id: int | None,
    verb: str,
    reason: str = "",
    on_revision: int = 0,
    detail: str | None = None,
) -> Act:
    """Write a step of the review. `detail` goes into the audit log, which never holds the reason."""
    step = Act(
        subject_type=subject_type,
        subject_id=subject_id,
        person_id=person_id,
        verb=verb,
        reason=reason,
        at=clock.now(),
        on_revision=on_revision,
    )
    db.session.add(step)
    db.session.flush()
    audit.note(verb, subject_type, subject_id, detail)
    return step
