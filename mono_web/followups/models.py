"""The table of follow-ups."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mono_web.core.db import Base


class FollowUp(Base):
    """A promised step: `text`, `due_on` (may be empty), who owns it, what it came from."""

    __tablename__ = "followup"
    __table_args__ = (
        UniqueConstraint("subject_type", "subject_id"),
        Index("ix_followup_owner", "owner_id", "done_at", "due_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[UUID]
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(String(300))
    about: Mapped[str] = mapped_column(String(200), default="")
    due_on: Mapped[date | None]
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
