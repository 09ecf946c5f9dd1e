"""Who did what, when: one line each, never the text concerned.

Lines are collected during the request and written with its commit, or after its rollback.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import g, has_request_context, request
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from sqlalchemy import Index, String, func, select
from sqlalchemy.orm import Mapped, mapped_column

from mono_web.core import clock
from mono_web.core.db import Base, after_answer, db

READ_CONFIDENTIAL = "read confidential"
# In memory, as the server is one process.
_counted = MemoryStorage()
_few_enough = FixedWindowRateLimiter(_counted)
_LATE_FORMS = parse("20 per minute")
_BY_STRANGERS = parse("60 per minute")
_REFUSALS = parse("120 per minute")
_LEFT_OUT = parse("1 per minute")


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


def note(
    verb: str,
    subject_type: str | None = None,
    subject_id: object = None,
    detail: str | None = None,
    *,
    person_id: int | None = None,
) -> None:
    """Write a line: with the request's answer, or at once outside a request. Without `person_id`: of who asks."""
    line = {
        "at": clock.now(),
        "person_id": person_id or _person_id(),
        "verb": verb,
        "subject_type": subject_type,
        "subject_id": None if subject_id is None else str(subject_id),
        "detail": detail,
    }
    if has_request_context():
        after_answer(lambda: db.session.add(AuditLine(**line)))
    else:
        db.session.add(AuditLine(**line))


def refused(status: int, named: Mapping[str, Any], person_id: int | None = None) -> None:
    """A refusal: which view, which id in the address; `person_id`, if somebody else's than who asks.

    Of each person so many a minute are written down that no mistake gets there; the last line says that more came.
    """
    who = str(person_id or _person_id())
    if not _few_enough.hit(_REFUSALS, "refused", who):
        if _few_enough.hit(_LEFT_OUT, "left out", who):
            note("refusals left out", person_id=person_id)
        return
    which = ", ".join(f"{key}={value}" for key, value in named.items())
    note(f"refused {status}", "view", request.endpoint, detail=which[:200] or None, person_id=person_id)


def refused_form(status: int, named: Mapping[str, Any], person_id: int | None) -> None:
    """A form that came too late, without a log-in or with a token that no longer holds: its person, if known.

    A browser that was forgotten sends such forms for days, and a token once held can be sent for ever: of each
    person so many a minute are written down that the log tells of it, and no disk is filled.
    """
    if _few_enough.hit(_LATE_FORMS, str(person_id)):
        refused(status, named, person_id)


def note_of_strangers(verb: str, subject_type: str | None = None, subject_id: object = None) -> None:
    """A line about what somebody without a log-in tried: anybody may knock, so it is written down so often and no more.

    Whether it names somebody makes no difference: the time that a line takes would tell.
    """
    if _few_enough.hit(_BY_STRANGERS, verb):
        note(verb, subject_type, subject_id)


def forget_counted() -> None:
    """Begin counting anew. For tests, which share the process."""
    _counted.reset()


def read_confidential(subject_type: str, subject_id: object) -> None:
    """The text of a confidential record was shown: whole, as a version, in a file, as a snippet of a search.

    What a list shows of it, its title with the lock beside it, is no reading.
    """
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
