"""Who did what, when: one line each, never the text concerned.

Lines are collected during the request and written with its commit, or after its rollback.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import g, has_request_context, request
from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from mono_web.core import clock
from mono_web.core.db import Base, after_answer, db

READ_CONFIDENTIAL = "read confidential"


class AuditLine(Base):
    """One line of the audit log. `person_id` is None for the command line and for strangers."""

    __tablename__ = "audit_line"
    __table_args__ = (
        Index("ix_audit_line_subject", "subject_type", "subject_id", "id"),
        Index("ix_audit_line_person", "person_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_id: Mapped[int | None]
    verb: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str | None] = mapped_column(String(30))
    subject_id: Mapped[str | None] = mapped_column(String(60))
    detail: Mapped[str | None] = mapped_column(String(200))


def note(verb: str, subject_type: str | None = None, subject_id: object = None, detail: str | None = None) -> None:
    """Write a line: with the request's answer, or at once outside a request."""
    line = {
        "at": clock.now(),
        "person_id": _person_id(),
        "verb": verb,
        "subject_type": subject_type,
        "subject_id": None if subject_id is None else str(subject_id),
        "detail": detail,
    }
    if has_request_context():
        after_answer(lambda: db.session.add(AuditLine(**line)))
    else:
        db.session.add(AuditLine(**line))


def refused(status: int, named: Mapping[str, Any]) -> None:
    """A refusal: which view, which id in the address."""
    which = ", ".join(f"{key}={value}" for key, value in named.items())
    note(f"refused {status}", "view", request.endpoint, detail=which[:200] or None)


def read_confidential(subject_type: str, subject_id: object) -> None:
    """A confidential record was shown."""
    note(READ_CONFIDENTIAL, subject_type, subject_id)


def readings_of(subject_type: str, subject_id: object) -> list[tuple[int, datetime]]:
    """Who has read a confidential record, and when last; the latest first. Who may see this is the feature's rule."""
    last = func.max(AuditLine.at)
    rows = db.session.execute(
        select(AuditLine.person_id, last)
        .where(AuditLine.subject_type == subject_type, AuditLine.subject_id == str(subject_id))
        .where(AuditLine.verb == READ_CONFIDENTIAL, AuditLine.person_id.is_not(None))
        .group_by(AuditLine.person_id)
        .order_by(last.desc())
    )
    return [(person_id, at) for person_id, at in rows if person_id is not None]


def _person_id() -> int | None:
    person = g.get("viewer") if has_request_context() else None
    return person.id if person is not None else None
