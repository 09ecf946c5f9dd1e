"""Remarks, answers and notes, without the web."""

from __future__ import annotations

from itertools import product

import pytest
from flask import Flask
from sqlalchemy import event

from mono_web.accounts.models import Role
from mono_web.core import audit, subjects
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.logbook.models import Entry
from mono_web.remarks import actions, queries
from mono_web.remarks.models import AUDIENCES, Note, Remark
from tests import factories as make
from tests.factories import World


@pytest.fixture(autouse=True)
def _context(app: Flask, world: World):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield


def _key(entry: Entry) -> subjects.Key:
    return "entry", entry.id


def _remark(entry: Entry, kind: str = "question", field: str | None = None) -> Remark:
    return actions.make_remark(make.viewer(make.MENTOR), _key(entry), kind, "Hvem eier dataene?", field)


def _thread(entry: Entry, email: str) -> queries.Thread:
    return queries.thread_for(make.viewer(email), *_key(entry), entry)


def test_first_remark_begins_the_reading(world: World) -> None:
    entry = make.sent(world)
    remark = _remark(entry)
    assert (entry.state, entry.read_revision, remark.on_revision) == ("in_review", entry.revision, entry.revision)


def test_remark_on_returned_entry_leaves_the_turn(world: World) -> None:
    entry = make.returned(world)
    _remark(entry)
    assert entry.state == "returned"


def test_remarks_are_numbered_within_their_entry(world: World) -> None:
    one, other = make.sent(world), make.sent(world)
    assert [_remark(one).number, _remark(other).number, _remark(one).number] == [1, 1, 2]


def test_answer_counts_when_the_author_gave_it(world: World) -> None:
    entry = make.sent(world)
    remark = _remark(entry, "must_fix")
    actions.answer(make.viewer(make.MENTOR), remark, "Jeg mener tallene.")
    assert _thread(entry, make.BROKER).remarks[0].answer_open
    assert not _thread(entry, make.MENTOR).remarks[0].answer_open
    actions.answer(make.viewer(make.BROKER), remark, "Rettet.")
    thread = _thread(entry, make.BROKER)
    assert (thread.tally.answered, thread.tally.must_fix_open) == (1, 1)
    assert not thread.remarks[0].needs_answer
    assert [(one.author, one.own) for one in thread.remarks[0].answers] == [
        ("Marit Mentor", False), ("Ingrid Megler", True),
    ]  # fmt: skip


def test_resolve_keeps_the_first_time_and_reopen_takes_it_back(world: World) -> None:
    entry = make.sent(world)
    remark = _remark(entry)
    actions.resolve(make.viewer(make.MENTOR), remark)
    first = remark.resolved_at
    actions.resolve(make.viewer(make.MENTOR), remark)
    assert remark.resolved_at == first
    assert _thread(entry, make.MENTOR).tally.open == 0
    actions.reopen(remark)
    assert (remark.resolved_at, remark.resolved_by) == (None, None)


def test_remarks_stand_at_their_field(world: World) -> None:
    entry = make.sent(world)
    _remark(entry)
    _remark(entry, field="text")
    _remark(entry, field="gone")
    thread = _thread(entry, make.BROKER)
    assert [[one.number for one in thread.on(field)] for field in (None, "text", "date")] == [[1, 3], [2], []]
    assert thread.remarks[1].label == "The text"


@pytest.mark.parametrize("by", [make.BROKER, make.LEAD])
def test_wider_means_somebody_new_can_read(world: World, by: str) -> None:
    """The rule is the one of the names: it calls wider what opens the note to somebody, and nothing else.

    The mentor's other role is taken away and a second lead is there, so that no audience stands inside another by
    chance.
    """
    lead = Role(person_id=make.person(make.STRANGER).id, kind="lead", programme_id=world.programme)
    lead.starts_on = make.day(1)
    db.session.add(lead)
    db.session.query(Role).filter_by(person_id=make.person(make.MENTOR).id, kind="broker").delete()
    entry = make.sent(world, audience="programme")
    names = queries.note_readers(make.viewer(by), _key(entry), entry)
    for before, after in product(AUDIENCES, AUDIENCES):
        note = actions.make_note(make.viewer(by), _key(entry), before, "Notat")
        opened = names[after].keys() - names[before].keys()
        assert actions.is_wider(note, after) == bool(opened), (before, after)


def test_widening_must_be_confirmed_and_is_logged(world: World) -> None:
    entry = make.sent(world)
    note = actions.make_note(make.viewer(make.BROKER), _key(entry), "only_me", "Hemmelig")
    with pytest.raises(DomainError):
        actions.change_audience(note, "cluster", confirmed=False)
    assert note.audience == "only_me"
    actions.change_audience(note, "cluster", confirmed=True)
    actions.change_audience(note, "only_me", confirmed=False)
    lines = db.session.query(audit.AuditLine).filter_by(verb="note audience").order_by(audit.AuditLine.id)
    assert [line.detail for line in lines] == ["only_me -> cluster", "cluster -> only_me"]


def test_audit_of_a_private_note_is_not_about_its_entry(world: World) -> None:
    """Whoever reads the log of an entry learns nothing of private notes on it."""
    entry = make.sent(world)
    actions.make_note(make.viewer(make.BROKER), _key(entry), "only_me", "Hemmelig")
    lines = db.session.query(audit.AuditLine).filter_by(subject_type="entry", subject_id=str(entry.id))
    assert not [line for line in lines if "note" in line.verb]


def test_only_a_private_note_is_deleted(world: World) -> None:
    entry = make.sent(world)
    note = actions.make_note(make.viewer(make.BROKER), _key(entry), "cluster", "For alle")
    with pytest.raises(DomainError):
        actions.remove_note(note)
    actions.change_audience(note, "only_me", confirmed=False)
    actions.remove_note(note)
    assert db.session.query(Note).count() == 0


@pytest.mark.parametrize("email", [make.BROKER, make.MENTOR, make.LEAD])
def test_thread_costs_the_same_with_one_remark_and_with_thirty(world: World, email: str) -> None:
    entry = make.sent(world)
    viewer = make.viewer(email)
    counts = []
    for number in (1, 29):
        for _one in range(number):
            actions.answer(make.viewer(make.BROKER), _remark(entry), "Bedriften.")
            actions.make_note(make.viewer(make.MENTOR), _key(entry), "mentors_leads", "Notat")
        db.session.flush()
        record = subjects.load(viewer, *_key(entry))
        asked: list[str] = []

        def count(_c: object, _cur: object, statement: str, *_rest: object, asked: list[str] = asked) -> None:
            asked.append(statement)

        event.listen(db.engine, "before_cursor_execute", count)
        queries.thread_for(viewer, *_key(entry), record)
        event.remove(db.engine, "before_cursor_execute", count)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 5
