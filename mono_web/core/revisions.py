"""History of any subject: a revision at every save, private working copies, three-way merge, conflicts.

Autosave is not a save: it writes one working copy per (record, author), seen by its author only, absent
from history, search and export. A save keeps a revision, however little changed, and removes the copy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import JSON, Boolean, Index, String, UniqueConstraint, bindparam, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from mono_web.core import clock
from mono_web.core.db import Base, db
from mono_web.core.differences import Merge, merge_fields

Fields = dict[str, Any]
_NUMBER = re.compile(r"[0-9]{1,9}")


class Revision(Base):
    """The fields of a record as they were saved. `private` ones were saved while it was a draft: author only."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("subject_type", "subject_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[UUID]
    number: Mapped[int]
    author_id: Mapped[int]
    at: Mapped[datetime]
    fields: Mapped[Fields] = mapped_column(JSON)
    private: Mapped[bool] = mapped_column(Boolean, default=False)


class WorkingCopy(Base):
    """What a person is writing and has not saved: one per (record, author)."""

    __tablename__ = "working_copy"
    __table_args__ = (
        UniqueConstraint("subject_type", "subject_id", "author_id"),
        Index("ix_working_copy_author", "author_id", "saved_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[UUID]
    author_id: Mapped[int]
    base_rev: Mapped[int]
    saved_at: Mapped[datetime]
    tab: Mapped[str] = mapped_column(String(40), default="")
    fields: Mapped[Fields] = mapped_column(JSON)


class Conflict(Base):
    """A text that met another one in the same field: both are kept, this row holds the one that was not stored."""

    __tablename__ = "conflict"
    __table_args__ = (Index("ix_conflict_subject", "subject_type", "subject_id", "author_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[UUID]
    author_id: Mapped[int]
    base_rev: Mapped[int]
    met_rev: Mapped[int]
    at: Mapped[datetime]
    fields: Mapped[Fields] = mapped_column(JSON)
    settled_at: Mapped[datetime | None]


class Version(NamedTuple):
    """A revision without its fields: a line of the history."""

    number: int
    author_id: int
    at: datetime
    private: bool


# Run at every page of a record, or at every save: built once.
_VERSIONS = (
    select(Revision.number, Revision.author_id, Revision.at, Revision.private)
    .where(Revision.subject_type == bindparam("type"), Revision.subject_id == bindparam("id"))
    .order_by(Revision.number.desc())
)
_WORKING_COPY = select(WorkingCopy).where(
    WorkingCopy.subject_type == bindparam("type"),
    WorkingCopy.subject_id == bindparam("id"),
    WorkingCopy.author_id == bindparam("author"),
)
_DROP_WORKING_COPY = (
    delete(WorkingCopy)
    .where(WorkingCopy.subject_type == bindparam("type"), WorkingCopy.subject_id == bindparam("id"))
    .where(WorkingCopy.author_id == bindparam("author"))
)
_LAST_NUMBER = select(func.max(Revision.number)).where(
    Revision.subject_type == bindparam("type"), Revision.subject_id == bindparam("id")
)
_OPEN_CONFLICTS = (
    select(Conflict)
    .where(Conflict.subject_type == bindparam("type"), Conflict.subject_id == bindparam("id"))
    .where(Conflict.author_id == bindparam("author"), Conflict.settled_at.is_(None))
    .order_by(Conflict.at.desc())
)


def keep(subject_type: str, subject_id: UUID, author_id: int, fields: Fields, *, private: bool = False) -> Revision:
    """Store a revision and return it; its number is one more than the last. The working copy goes."""
    last = db.session.scalar(_LAST_NUMBER, {"type": subject_type, "id": subject_id})
    revision = Revision(
        subject_type=subject_type,
        subject_id=subject_id,
        number=(last or 0) + 1,
        author_id=author_id,
        at=clock.now(),
        fields=dict(fields),
        private=private,
    )
    db.session.add(revision)
    drop_working_copy(subject_type, subject_id, author_id)
    db.session.flush()
    return revision


def numbered(typed: str | None) -> int:
    """The number of a revision as a form or an address names it; 0, which none has, for anything else."""
    return int(typed) if typed and _NUMBER.fullmatch(typed) else 0


def at(subject_type: str, subject_id: UUID, number: int) -> Revision | None:
    """One revision by its number."""
    return db.session.scalar(
        select(Revision).where(
            Revision.subject_type == subject_type,
            Revision.subject_id == subject_id,
            Revision.number == number,
        )
    )


def of(subject_type: str, subject_id: UUID) -> list[Revision]:
    """All revisions, newest first. Who may see which is the feature's rule."""
    return list(
        db.session.scalars(
            select(Revision)
            .where(Revision.subject_type == subject_type, Revision.subject_id == subject_id)
            .order_by(Revision.number.desc())
        )
    )


def versions(subject_type: str, subject_id: UUID) -> list[Version]:
    """The same without what stood in them."""
    found = db.session.connection().execute(_VERSIONS, {"type": subject_type, "id": subject_id})
    return [Version._make(row) for row in found]


def for_everybody(revision: Revision) -> bool:
    """Whether a revision may be read by whoever reads the record: all but those of a draft."""
    return not revision.private


def merge(
    subject_type: str,
    subject_id: UUID,
    base_rev: int,
    current: Fields,
    mine: Mapping[str, Any],
    may_read: Callable[[Revision], bool] = for_everybody,
) -> Merge:
    """Three-way merge by field against the revision the person started from.

    An unknown base counts as "everything was different": then nothing is taken silently. One that the person may
    not read is unknown too: what conflicts and what does not would tell what stood in it.
    """
    base = at(subject_type, subject_id, base_rev)
    return merge_fields(base.fields if base and may_read(base) else {}, current, mine)


def working_copy(subject_type: str, subject_id: UUID, author_id: int) -> WorkingCopy | None:
    """What this person has not saved yet."""
    return db.session.scalar(_WORKING_COPY, {"type": subject_type, "id": subject_id, "author": author_id})


def working_copies(author_id: int, subject_type: str) -> list[WorkingCopy]:
    """All unsaved texts of a person, newest first."""
    return list(
        db.session.scalars(
            select(WorkingCopy)
            .where(WorkingCopy.author_id == author_id, WorkingCopy.subject_type == subject_type)
            .order_by(WorkingCopy.saved_at.desc())
        )
    )


def put_working_copy(
    subject_type: str, subject_id: UUID, author_id: int, base_rev: int, fields: Fields, tab: str = ""
) -> WorkingCopy:
    """Write the working copy of this person and record."""
    copy = working_copy(subject_type, subject_id, author_id)
    if copy is None:
        copy = WorkingCopy(subject_type=subject_type, subject_id=subject_id, author_id=author_id)
        db.session.add(copy)
    copy.base_rev, copy.fields, copy.saved_at, copy.tab = base_rev, fields, clock.now(), tab
    db.session.flush()
    return copy


def drop_working_copy(subject_type: str, subject_id: UUID, author_id: int) -> None:
    """Saved, sent or thrown away: the copy goes."""
    db.session.flush()
    db.session.connection().execute(_DROP_WORKING_COPY, {"type": subject_type, "id": subject_id, "author": author_id})


def conflict_row(
    subject_type: str, subject_id: UUID, author_id: int, base_rev: int, met_rev: int, fields: Fields
) -> Conflict:
    """A row for the text that was not stored; the caller hands it to `after_answer`."""
    return Conflict(
        subject_type=subject_type,
        subject_id=subject_id,
        author_id=author_id,
        base_rev=base_rev,
        met_rev=met_rev,
        at=clock.now(),
        fields=fields,
    )


def open_conflicts(subject_type: str, subject_id: UUID, author_id: int) -> list[Conflict]:
    """This person's texts that still stand beside the record, newest first."""
    found = db.session.scalars(_OPEN_CONFLICTS, {"type": subject_type, "id": subject_id, "author": author_id})
    return list(found)


def settle_conflicts(subject_type: str, subject_id: UUID, author_id: int) -> None:
    """The person has chosen; the rows stay as evidence, settled."""
    for row in open_conflicts(subject_type, subject_id, author_id):
        row.settled_at = clock.now()


def forget(subject_type: str, subject_id: UUID) -> None:
    """Delete the whole history: only for a draft that its author deletes."""
    for model in (Revision, WorkingCopy, Conflict):
        db.session.execute(delete(model).where(model.subject_type == subject_type, model.subject_id == subject_id))
