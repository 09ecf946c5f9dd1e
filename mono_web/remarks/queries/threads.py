"""All that hangs on a record, ready to be shown: remarks with their answers, notes, and how far they have come.

Two queries, whatever the number of remarks and notes, beside what the record's own rules ask. A rule is asked
once for the record, never once for each remark.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from mono_web.accounts.models import Person
from mono_web.core import subjects
from mono_web.core.access import Viewer
from mono_web.core.db import db, run
from mono_web.remarks import policy
from mono_web.remarks.models import ANSWERABLE, RESOLVABLE, Answer, Note, Remark


@dataclass(frozen=True)
class Tally:
    """How far the remarks of a record have come.

    open        not resolved; praise asks for nothing and is never open
    answerable  questions and must-fixes; `answered` of them have an answer by the record's writer, or are resolved
    """

    total: int = 0
    open: int = 0
    answerable: int = 0
    answered: int = 0
    must_fix_open: int = 0


class AnswerRow(NamedTuple):
    """An answer as it is read."""

    id: UUID
    author_id: int
    author: str
    text: str
    made_at: datetime


class Row(NamedTuple):
    """A remark as it is read, with its answers."""

    id: UUID
    number: int
    kind: str
    field: str | None
    text: str
    author_id: int
    author: str
    made_at: datetime
    resolved_at: datetime | None
    answers: list[AnswerRow]


@dataclass(frozen=True)
class AnswerView:
    """An answer with the name of who gave it. `own`: by the one who looks."""

    id: UUID
    author: str
    own: bool
    text: str
    made_at: datetime


@dataclass(frozen=True)
class RemarkView:
    """A remark as one person sees it.

    field, label  the field it sits on and that field's name; None and "" for the whole record
    needs_answer  a question or must-fix that no writer of the record has answered yet
    answer_open   the same, and the one who looks is such a writer: the form stands open under it
    """

    id: UUID
    number: int
    kind: str
    field: str | None
    label: str
    text: str
    author: str
    own: bool
    made_at: datetime
    resolved_at: datetime | None
    answers: tuple[AnswerView, ...]
    may_answer: bool
    may_resolve: bool
    needs_answer: bool
    answer_open: bool


@dataclass(frozen=True)
class NoteView:
    """A note as one of its readers sees it. `private`: nobody else can read it.

    kept_back  older than the widening of its record: those who were let in then cannot read it
    """

    id: UUID
    audience: str
    text: str
    author: str
    own: bool
    made_at: datetime
    kept_back: bool

    @property
    def private(self) -> bool:
        """Nobody but its author can read it; then it may be deleted."""
        return self.audience == "only_me"

    @property
    def may_change(self) -> bool:
        """Its author says who can read it."""
        return self.own


@dataclass(frozen=True)
class Thread:
    """Remarks and notes of one record, as one person sees them."""

    key: subjects.Key
    remarks: list[RemarkView] = field(default_factory=list)
    notes: list[NoteView] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    may_remark: bool = False
    may_note: bool = True

    def on(self, field: str | None) -> list[RemarkView]:
        """The remarks on one field; None for those on the whole record."""
        return [remark for remark in self.remarks if remark.field == field]

    def remark(self, remark_id: UUID) -> RemarkView:
        """One of them."""
        return next(remark for remark in self.remarks if remark.id == remark_id)

    def note(self, note_id: UUID) -> NoteView:
        """One of the notes."""
        return next(note for note in self.notes if note.id == note_id)


def thread_for(viewer: Viewer, subject_type: str, record_id: UUID, record: object) -> Thread:
    """What hangs on a record that the caller has loaded for this person."""
    key = (subject_type, record_id)
    known = subjects.get(subject_type)
    notes = _notes(viewer, key)
    if not known.may_read_remarks(viewer, record):
        return Thread(key=key, notes=notes)
    rows = _remarks(key)
    rights = _Rights(viewer, subject_type, record)
    return Thread(
        key=key,
        remarks=[_view(row, rights) for row in rows],
        notes=notes,
        tally=tally(rows, rights.writers),
        may_remark=rights.may_remark,
    )


def tally(remarks: Iterable[Row], writers: Collection[int]) -> Tally:
    """Count remarks. `writers` are the author of the record and who took it over: their answers count."""
    rows = list(remarks)
    answerable = [row for row in rows if row.kind in ANSWERABLE]
    return Tally(
        total=len(rows),
        open=sum(row.resolved_at is None and row.kind in RESOLVABLE for row in rows),
        answerable=len(answerable),
        answered=sum(row.resolved_at is not None or _answered(row, writers) for row in answerable),
        must_fix_open=sum(row.kind == "must_fix" and row.resolved_at is None for row in rows),
    )


def _answered(remark: Row, writers: Collection[int]) -> bool:
    return any(answer.author_id in writers for answer in remark.answers)


_answerer = aliased(Person)
_REMARKS = (
    select(
        Remark.id, Remark.number, Remark.kind, Remark.field, Remark.text, Remark.author_id, Person.name,
        Remark.made_at, Remark.resolved_at,
        Answer.id, Answer.author_id, _answerer.name, Answer.text, Answer.made_at,
    )
    .join(Person, Person.id == Remark.author_id)
    .outerjoin(Answer, Answer.remark_id == Remark.id).outerjoin(_answerer, _answerer.id == Answer.author_id)
    .where(Remark.subject_type == bindparam("type"), Remark.subject_id == bindparam("id"))
    .order_by(Remark.number, Answer.made_at, Answer.id)
)  # fmt: skip
_OF_REMARK = 9  # so many columns are the remark's; the others are one answer's, or empty
_NOTES = (
    select(Note.id, Note.audience, Note.text, Person.name, Note.author_id, Note.made_at, policy.KEPT_BACK)
    .join(Person, Person.id == Note.author_id)
    .where(Note.subject_type == bindparam("type"), Note.subject_id == bindparam("id"), policy.VISIBLE_NOTES)
    .order_by(Note.made_at, Note.id)
)


def _remarks(key: subjects.Key) -> list[Row]:
    """The remarks by number, with their answers."""
    rows: list[Row] = []
    for found in db.session.connection().execute(_REMARKS, {"type": key[0], "id": key[1]}):
        remark, answer = found[:_OF_REMARK], found[_OF_REMARK:]
        if not rows or rows[-1].id != remark[0]:
            rows.append(Row._make((*remark, [])))
        if answer[0] is not None:
            rows[-1].answers.append(AnswerRow._make(answer))
    return rows


def _notes(viewer: Viewer, key: subjects.Key) -> list[NoteView]:
    """The notes this person may read, oldest first."""
    values = {**policy.note_params(viewer), "type": key[0], "id": key[1]}
    found = run(_NOTES, values)
    return [
        NoteView(note_id, audience, text, author, author_id == viewer.id, made_at, kept_back)
        for note_id, audience, text, author, author_id, made_at, kept_back in found
    ]


class _Rights:
    """What one person may do with the remarks of one record; each of the record's rules is asked at most once."""

    def __init__(self, viewer: Viewer, subject_type: str, record: object) -> None:
        self.viewer = viewer
        self.record = record
        self.known = subjects.get(subject_type)
        self.writers = self.known.writers(record)
        self.labels = self.known.fields()
        self._reviewing: dict[int, bool] = {}

    @cached_property
    def may_remark(self) -> bool:
        return self.known.may_remark(self.viewer, self.record)

    @cached_property
    def may_answer(self) -> bool:
        # Who may make a remark goes on with its thread.
        return self.may_remark or self.known.may_answer(self.viewer, self.record)

    def may_resolve(self, maker: int) -> bool:
        if not self.may_remark or maker == self.viewer.id:
            return self.may_remark
        if maker not in self._reviewing:
            self._reviewing[maker] = self.known.is_reviewer(maker, self.record)
        return not self._reviewing[maker]


def _view(remark: Row, rights: _Rights) -> RemarkView:
    me, place = rights.viewer.id, remark.field if remark.field in rights.labels else None
    unresolved, wanted = remark.resolved_at is None, remark.kind in RESOLVABLE
    may_answer = wanted and unresolved and rights.may_answer
    needs_answer = (
        remark.kind in ANSWERABLE and unresolved and not _answered(remark, rights.writers)
    )  # fmt: skip
    return RemarkView(
        id=remark.id,
        number=remark.number,
        kind=remark.kind,
        field=place,
        label=rights.labels[place] if place else "",
        text=remark.text,
        author=remark.author,
        own=remark.author_id == me,
        made_at=remark.made_at,
        resolved_at=remark.resolved_at,
        answers=tuple(
            AnswerView(one.id, one.author, one.author_id == me, one.text, one.made_at) for one in remark.answers
        ),
        may_answer=may_answer,
        may_resolve=wanted and rights.may_resolve(remark.author_id),
        needs_answer=needs_answer,
        answer_open=needs_answer and may_answer and me in rights.writers,
    )
