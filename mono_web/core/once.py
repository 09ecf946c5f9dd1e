"""Created once: every POST that creates carries an `op_id`; a double click or a resend gives the stored answer."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from flask import Response, request
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from mono_web.core import clock, htmx
from mono_web.core.db import Base, db


class Operation(Base):
    """A send that was carried out: by whom, of what content, and where it led."""

    __tablename__ = "operation"

    op_id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[int]
    request_hash: Mapped[str] = mapped_column(String(64))
    led_to: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime]


def _sent_id() -> UUID | None:
    try:
        return UUID(request.form.get("op_id", ""))
    except ValueError:
        return None


def _hash() -> str:
    fields = sorted((k, v) for k, v in request.form.items(multi=True) if k not in ("csrf_token", "op_id"))
    return hashlib.sha256(repr((request.path, fields)).encode()).hexdigest()


def earlier(person_id: int) -> Operation | None:
    """The same send, if it was carried out before. Ask after `begin_write`, so that two at once are in turn.

    The same id with other content is another send: its text must not be lost behind the first one's answer.
    """
    op_id = _sent_id()
    stored = db.session.get(Operation, op_id) if op_id else None
    same = stored is not None and stored.person_id == person_id and stored.request_hash == _hash()
    return stored if same else None


def answer_again(stored: Operation) -> Response:
    """The answer of the first time."""
    return htmx.redirect_to(stored.led_to)


def remember(person_id: int, led_to: str) -> None:
    """Store that this send was carried out, in its own transaction."""
    op_id = _sent_id()
    if op_id is not None and db.session.get(Operation, op_id) is None:
        db.session.add(Operation(op_id=op_id, person_id=person_id, request_hash=_hash(), led_to=led_to, at=clock.now()))
