"""Who may read and do what with remarks and notes: the rows of the access table, people by people."""

from __future__ import annotations

import pytest
from flask import Flask

from mono_web.accounts.models import Role
from mono_web.core import clock, subjects
from mono_web.core.db import db
from mono_web.logbook import actions as logbook
from mono_web.logbook.models import Entry
from mono_web.remarks import actions, policy, queries
from mono_web.remarks.models import AUDIENCES, Note, Remark
from tests import factories as make
from tests.factories import World

EVERYBODY = [*make.PEOPLE]
MENTOR2 = make.OTHER_BROKER  # given the mentor role where a second mentor is needed

# Readers of a note by the author of the entry; the entry is open to the whole programme.
NOTE_READERS = {
    "only_me": {make.BROKER},
    "author_mentor": {make.BROKER, make.MENTOR},
    "mentors_leads": {make.BROKER, make.MENTOR, make.LEAD},
    "cluster": {make.BROKER, make.COLLEAGUE, make.MENTOR, make.MANAGER},  # the mentor is a broker there too
    "programme": {
        make.BROKER, make.COLLEAGUE, make.OTHER_BROKER, make.MENTOR, make.LEAD, make.MANAGER, make.OTHER_MANAGER,
    },
}  # fmt: skip
# The narrower the entry, the fewer: never more than may read it.
ENTRY_READERS = {
    "mentor_lead": {make.BROKER, make.MENTOR, make.LEAD},
    "cluster": {make.BROKER, make.MENTOR, make.LEAD, make.COLLEAGUE, make.MANAGER},
    "programme": NOTE_READERS["programme"],
}


@pytest.fixture(autouse=True)
def _context(app: Flask, world: World):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield


def _key(entry: Entry) -> subjects.Key:
    return "entry", entry.id


def _note(entry: Entry, audience: str, by: str = make.BROKER) -> Note:
    return actions.make_note(make.viewer(by), _key(entry), audience, f"marker-{audience}")


def _seen(email: str, entry: Entry, audience: str) -> bool:
    """Whether the note's text reaches this person, by its own address and on the record."""
    viewer = make.viewer(email)
    note = db.session.query(Note).filter_by(audience=audience).one()
    by_address = queries.note_for(viewer, note.id) is not None
    record = subjects.load(viewer, *_key(entry))
    thread = queries.thread_for(viewer, *_key(entry), record) if record else None
    on_record = thread is not None and any(one.text == f"marker-{audience}" for one in thread.notes)
    assert by_address == on_record
    return on_record


@pytest.mark.parametrize("entry_audience", ENTRY_READERS)
def test_note_reaches_its_audience_and_nobody_else(world: World, entry_audience: str) -> None:
    entry = make.sent(world, audience=entry_audience)
    for audience in AUDIENCES:
        _note(entry, audience)
        readers = {email for email in EVERYBODY if _seen(email, entry, audience)}
        assert readers == NOTE_READERS[audience] & ENTRY_READERS[entry_audience], audience


def test_note_on_confidential_entry_stays_with_its_readers(world: World) -> None:
    entry = make.sent(world, audience="programme", confidential=True)
    for audience in AUDIENCES:
        _note(entry, audience)
        readers = {email for email in EVERYBODY if _seen(email, entry, audience)}
        assert readers == NOTE_READERS[audience] & ENTRY_READERS["mentor_lead"], audience


@pytest.mark.parametrize("by", [make.BROKER, make.MENTOR, make.COLLEAGUE])
def test_names_shown_are_those_who_can_read(world: World, by: str) -> None:
    """The preview tells the truth: the same people as the rule, for whoever writes."""
    entry = make.sent(world, audience="programme")
    for audience in AUDIENCES:
        _note(entry, audience, by)
        shown = queries.note_readers(make.viewer(by), _key(entry), entry)[audience]
        readers = {make.PEOPLE[email][0] for email in EVERYBODY if _seen(email, entry, audience)}
        assert set(shown.values()) == readers, audience


def _widen(entry: Entry, *audiences: str) -> None:
    for audience in audiences:
        logbook.change_audience(make.viewer(make.BROKER), entry, audience, False, confirmed=True)


# How the record was opened after the note was written: who reads a note for the cluster, and one for the programme.
KEPT = {make.BROKER, make.MENTOR, make.LEAD}
WITH_CLUSTER = {*KEPT, make.COLLEAGUE, make.MANAGER}
OPENED = {
    ("mentor_lead", "cluster"): ({make.BROKER, make.MENTOR}, KEPT),
    ("mentor_lead", "programme"): ({make.BROKER, make.MENTOR}, KEPT),
    ("cluster", "programme"): (NOTE_READERS["cluster"], WITH_CLUSTER),
    ("cluster", "mentor_lead", "cluster"): ({make.BROKER, make.MENTOR}, KEPT),
    ("cluster", "mentor_lead"): ({make.BROKER, make.MENTOR}, KEPT),
}


@pytest.mark.parametrize("way", OPENED)
def test_note_is_not_opened_with_its_record(world: World, way: tuple[str, ...]) -> None:
    entry = make.sent(world, audience=way[0])
    for audience in ("cluster", "programme"):
        _note(entry, audience, by=make.MENTOR)
    _widen(entry, *way[1:])
    for audience, wanted in zip(("cluster", "programme"), OPENED[way], strict=True):
        readers = {email for email in EVERYBODY if _seen(email, entry, audience)}
        assert readers == wanted, audience
        note = db.session.query(Note).filter_by(audience=audience).one()
        shown = queries.note_readers(make.viewer(make.MENTOR), _key(entry), entry, note)[audience]
        assert set(shown.values()) == {make.PEOPLE[email][0] for email in wanted}, audience
    assert not _seen(make.OTHER_BROKER, entry, "cluster")


def test_note_after_the_widening_is_for_everybody_it_names(world: World) -> None:
    entry = make.sent(world)
    _note(entry, "cluster")
    _widen(entry, "cluster")
    _note(entry, "programme")
    assert _seen(make.COLLEAGUE, entry, "programme")
    assert not _seen(make.COLLEAGUE, entry, "cluster")
    thread = queries.thread_for(make.viewer(make.BROKER), *_key(entry), entry)
    assert [(one.audience, one.kept_back) for one in thread.notes] == [("cluster", True), ("programme", False)]


def test_note_is_gone_when_the_role_ends(world: World) -> None:
    entry = make.sent(world, audience="programme")
    _note(entry, "programme", by=make.COLLEAGUE)
    assert _seen(make.COLLEAGUE, entry, "programme")
    for role in db.session.query(Role).filter_by(person_id=make.person(make.COLLEAGUE).id):
        role.ends_on = clock.today().replace(year=clock.today().year - 1)
    db.session.flush()
    assert not _seen(make.COLLEAGUE, entry, "programme")


def _remark(entry: Entry, kind: str = "question", by: str = make.MENTOR) -> Remark:
    return actions.make_remark(make.viewer(by), _key(entry), kind, "marker-remark", None)


# person: (reads, makes, answers, resolves) on a remark of the mentor
REMARK_RIGHTS = {
    make.BROKER: (True, False, True, False),
    make.MENTOR: (True, True, True, True),
    make.LEAD: (True, False, False, False),
    make.COLLEAGUE: (False, False, False, False),
    make.OTHER_BROKER: (False, False, False, False),
    make.MANAGER: (False, False, False, False),
    make.OTHER_MANAGER: (False, False, False, False),
    make.OBSERVER: (False, False, False, False),
    make.ADMIN: (False, False, False, False),
    make.STRANGER: (False, False, False, False),
    make.PREDECESSOR_BROKER: (False, False, False, False),
}


@pytest.mark.parametrize("email", REMARK_RIGHTS)
def test_remark_rights(world: World, email: str) -> None:
    entry = make.sent(world, audience="programme")
    remark = _remark(entry)
    viewer = make.viewer(email)
    reads = queries.remark_for(viewer, remark.id) is not None
    rights = (
        reads,
        policy.can_remark(viewer, _key(entry)),
        policy.can_answer(viewer, remark),
        policy.can_resolve(viewer, remark),
    )
    assert rights == REMARK_RIGHTS[email]
    record = subjects.load(viewer, *_key(entry))
    if record is None:
        return
    thread = queries.thread_for(viewer, *_key(entry), record)
    assert ([one.text for one in thread.remarks] == ["marker-remark"]) == reads
    assert [(one.may_answer, one.may_resolve) for one in thread.remarks] == ([rights[2:]] if reads else [])
    assert thread.may_remark == rights[1]
    assert (thread.tally.total > 0) == reads


def _make_mentor(world: World, email: str) -> None:
    today = clock.today()
    db.session.add(Role(person_id=make.person(email).id, kind="mentor", programme_id=world.programme, starts_on=today))
    db.session.flush()


def test_remark_of_another_mentor_is_resolved_by_its_maker_alone(world: World) -> None:
    _make_mentor(world, MENTOR2)
    entry = make.sent(world)
    remark = _remark(entry)
    other = make.viewer(MENTOR2)
    assert not policy.can_resolve(other, remark)
    assert not queries.thread_for(other, *_key(entry), entry).remarks[0].may_resolve


def test_remark_of_a_former_mentor_is_resolved_by_any_mentor(world: World) -> None:
    _make_mentor(world, MENTOR2)
    entry = make.sent(world)
    remark = _remark(entry)
    for role in db.session.query(Role).filter_by(person_id=make.person(make.MENTOR).id, kind="mentor"):
        role.ends_on = make.day(1)
    db.session.flush()
    other = make.viewer(MENTOR2)
    assert policy.can_resolve(other, remark)
    assert queries.thread_for(other, *_key(entry), entry).remarks[0].may_resolve
    assert not policy.can_resolve(make.viewer(make.MENTOR), remark)


def test_lead_makes_remarks_where_there_is_no_other_mentor(world: World) -> None:
    entry = make.sent(world, by=make.MENTOR)
    assert policy.can_remark(make.viewer(make.LEAD), _key(entry))
    assert not policy.can_remark(make.viewer(make.MENTOR), _key(entry))


def test_praise_asks_for_nothing(world: World) -> None:
    entry = make.sent(world)
    remark = _remark(entry, "praise")
    assert not policy.can_resolve(make.viewer(make.MENTOR), remark)
    assert not policy.can_answer(make.viewer(make.BROKER), remark)
    thread = queries.thread_for(make.viewer(make.BROKER), *_key(entry), entry)
    assert (thread.tally.total, thread.tally.open, thread.tally.answerable) == (1, 0, 0)


@pytest.mark.parametrize("state", ["accepted", "withdrawn"])
def test_closed_entry_takes_no_remark_and_no_answer(world: World, state: str) -> None:
    entry = make.sent(world)
    remark = _remark(entry)
    entry.state = state
    db.session.flush()
    assert not policy.can_remark(make.viewer(make.MENTOR), _key(entry))
    assert not policy.can_answer(make.viewer(make.BROKER), remark)


def test_note_is_changed_by_its_author_alone(world: World) -> None:
    entry = make.sent(world)
    note = _note(entry, "author_mentor", by=make.MENTOR)
    assert [email for email in EVERYBODY if policy.can_change_note(make.viewer(email), note)] == [make.MENTOR]
    assert not policy.can_delete_note(make.viewer(make.MENTOR), note)
    note.audience = "only_me"
    assert policy.can_delete_note(make.viewer(make.MENTOR), note)
