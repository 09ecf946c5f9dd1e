"""Where remarks, answers, notes and reasons name people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from mono_web.core import clock, subjects
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.i18n import gettext as _
from mono_web.core.mentions import Holder, Shown
from mono_web.remarks import policy
from mono_web.remarks.models import Act, Answer, Note, Remark

# (id of the row, type and id of the record it hangs on, when it was made)
Hanging = tuple[Any, str, UUID, datetime]


def _shown(viewer: Viewer, rows: Iterable[Hanging], *, review: bool) -> dict[Any, Shown]:
    """The rows whose record this person may read; with `review` only those whose review they may read."""
    records: dict[subjects.Key, object | None] = {}
    found = {}
    for row_id, subject_type, subject_id, at in rows:
        key = (subject_type, subject_id)
        if key not in records:
            records[key] = subjects.load(viewer, *key)
        record = records[key]
        if record is None:
            continue
        known = subjects.get(subject_type)
        if not review or known.may_read_remarks(viewer, record):
            found[row_id] = Shown(known.title(record), known.address(subject_id), clock.local(at).date())
    return found


def _remarks(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
    wanted = select(Remark.id, Remark.subject_type, Remark.subject_id, Remark.made_at).where(Remark.id.in_(ids))
    return _shown(viewer, db.session.execute(wanted), review=True)


def _answers(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
    wanted = (
        select(Answer.id, Remark.subject_type, Remark.subject_id, Answer.made_at)
        .join(Remark, Remark.id == Answer.remark_id)
        .where(Answer.id.in_(ids))
    )
    return _shown(viewer, db.session.execute(wanted), review=True)


def _notes(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
    wanted = select(Note.id, Note.subject_type, Note.subject_id, Note.made_at).where(
        Note.id.in_(ids), policy.VISIBLE_NOTES
    )
    return _shown(viewer, db.session.execute(wanted, policy.note_params(viewer)), review=False)


def _acts(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
    wanted = select(Act.id, Act.subject_type, Act.subject_id, Act.at).where(Act.id.in_(ids))
    return _shown(viewer, db.session.execute(wanted), review=True)


def _labels() -> dict[str, str]:
    return {"text": _("The text"), "reason": _("Reason")}


def _holder(model: Any, called: Callable[[], str], column: str, shown: Any) -> Holder:
    return Holder(model=model, called=called, free=(column,), shown=shown, labels=_labels)


HOLDERS = {
    "remark": _holder(Remark, lambda: _("Remark"), "text", _remarks),
    "answer": _holder(Answer, lambda: _("Answer"), "text", _answers),
    "note": _holder(Note, lambda: _("Note"), "text", _notes),
    "act": _holder(Act, lambda: _("Reason"), "reason", _acts),
}
