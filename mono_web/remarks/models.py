"""Tables of remarks, answers, notes and acts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mono_web.core.db import Base

REMARK_KINDS = ("question", "must_fix", "praise", "idea")
ANSWERABLE = ("question", "must_fix")
# Praise asks for nothing: it is neither answered nor resolved.
RESOLVABLE = ("question", "must_fix", "idea")
AUDIENCES = ("only_me", "author_mentor", "mentors_leads", "cluster", "programme")


class Remark(Base):
    """A remark on a record or one of its fields. `number` counts from 1 within the record."""

    __tablename__ = "remark"
    __table_args__ = (
        CheckConstraint("kind IN ('question', 'must_fix', 'praise', 'idea')", name="kind"),
        UniqueConstraint("subject_type", "subject_id", "number"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[UUID]
    number: Mapped[int]
    field: Mapped[str | None] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    on_revision: Mapped[int]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    answers: Mapped[list[Answer]] = relationship(back_populates="remark", order_by="Answer.made_at")


class Answer(Base):
    """An answer to a remark, by the author of the record or by the one who made the remark."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_remark", "remark_id", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    remark_id: Mapped[UUID] = mapped_column(ForeignKey("remark.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]

    remark: Mapped[Remark] = relationship(back_populates="answers")


class Note(Base):
    """A note on a record, with the audience that is printed on it."""

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint(
            "audience IN ('only_me', 'author_mentor', 'mentors_leads', 'cluster', 'programme')",
            name="audience",
        ),
        Index("ix_note_subject", "subject_type", "subject_id", "made_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[UUID]
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    audience: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    # The record's place, so that a note's readers can be told without knowing what kind of record it is.
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    subject_author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class Act(Base):
    """A step of the review: who did what when, with the reason where one is asked for."""

    __tablename__ = "act"
    __table_args__ = (Index("ix_act_subject", "subject_type", "subject_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[UUID]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    verb: Mapped[str] = mapped_column(String(30))
    reason: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    on_revision: Mapped[int] = mapped_column(Integer, default=0)
