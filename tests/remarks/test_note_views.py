"""Writing notes, saying who can read them, and deleting private ones, over HTTP."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from flask import Flask

from mono_web.core.db import db
from mono_web.remarks import actions
from mono_web.remarks.models import Note
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World

MARKER = "markørord-privat"
NOTE = {"audience": "only_me", "text": MARKER}


@pytest.fixture
def entry_id(app: Flask, world: World) -> UUID:
    """A sent entry that the cluster may read."""
    with app.app_context():
        made = make.sent(world, audience="cluster").id
        db.session.commit()
    return made


@pytest.fixture
def note_id(app: Flask, entry_id: UUID) -> UUID:
    """A private note of the broker on it."""
    with app.app_context():
        made = actions.make_note(make.viewer(make.BROKER), ("entry", entry_id), "only_me", MARKER).id
        db.session.commit()
    return made


def _new(entry_id: UUID) -> str:
    return f"/remarks/entry-{entry_id}/notes/new"


def _audience(app: Flask, note_id: UUID) -> str | None:
    with app.app_context():
        note = db.session.get(Note, note_id)
        return note.audience if note else None


@pytest.mark.parametrize("partial", [False, True])
def test_form_asks_for_the_audience_first_and_names_the_readers(app: Flask, entry_id: UUID, partial: bool) -> None:
    answer = Client(app, make.MENTOR).get(_new(entry_id), partial=partial)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert ("<html" in body) != partial
    assert body.index('value="only_me"') < body.index("<textarea")
    assert "checked" in body.split('value="only_me"')[0].rpartition("<input")[2] + body.split('value="only_me"')[1][:30]
    words = texts(answer)
    assert "Can be read by: only me" in words
    assert "Can be read by: Ingrid Megler and you" in words
    assert "Can be read by: Håkon Leder and you" in words
    # The entry is not open to the whole programme: nobody from outside its readers is named.
    assert "Tor Andreklynge" not in words


def test_note_is_written_without_scripts(app: Flask, entry_id: UUID) -> None:
    broker = Client(app, make.BROKER)
    answer = broker.post(_new(entry_id), NOTE)
    with app.app_context():
        note = db.session.query(Note).one()
    assert answer.headers["Location"] == f"/logbook/{entry_id}#note-{note.id}"
    page = broker.follow(answer)
    assert "The note is saved" in texts(page)
    assert "Can be read by: only me" in texts(page)


def test_note_is_written_into_the_list(app: Flask, entry_id: UUID) -> None:
    answer = Client(app, make.BROKER).post(_new(entry_id), NOTE, partial=True)
    body = answer.get_data(as_text=True)
    assert body.lstrip().startswith('<section id="note_list"')
    assert " data-private data-focus>" in body
    assert "<form" not in body
    assert "The note is saved" in body
    assert "remarks:note-changed" in json.loads(answer.headers["HX-Trigger"])


@pytest.mark.parametrize("partial", [False, True])
def test_note_pressed_twice_is_one(app: Flask, entry_id: UUID, partial: bool) -> None:
    broker = Client(app, make.BROKER)
    sent = {**NOTE, "op_id": str(uuid4())}
    codes = [broker.post(_new(entry_id), sent, partial=partial).status_code for _ in range(2)]
    assert codes == ([200, 200] if partial else [303, 303])
    with app.app_context():
        assert db.session.query(Note).count() == 1


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"text": ""}, "Write the note"), ({"audience": "press"}, "Choose one of the possibilities")],
)
def test_bad_note_is_told_and_kept(
    app: Flask, entry_id: UUID, partial: bool, changed: dict[str, str], sentence: str
) -> None:
    answer = Client(app, make.BROKER).post(_new(entry_id), {**NOTE, **changed}, partial=partial)
    assert answer.status_code == 422
    assert sentence in texts(answer)
    assert {**NOTE, **changed}["text"] in answer.get_data(as_text=True)
    with app.app_context():
        assert db.session.query(Note).count() == 0


@pytest.mark.parametrize("email", [make.OTHER_BROKER, make.OBSERVER, make.ADMIN, make.STRANGER])
def test_who_cannot_read_the_entry_writes_no_note(app: Flask, entry_id: UUID, email: str) -> None:
    browser = Client(app, email)
    assert browser.get(_new(entry_id)).status_code == 404
    assert browser.post(_new(entry_id), NOTE).status_code == 404
    assert browser.get(f"/remarks/parts/entry-{entry_id}/notes").status_code == 404


def test_colleague_who_reads_the_entry_may_note(app: Flask, entry_id: UUID) -> None:
    colleague = Client(app, make.COLLEAGUE)
    assert colleague.post(_new(entry_id), NOTE).status_code == 303
    assert MARKER in texts(colleague.get(f"/remarks/parts/entry-{entry_id}/notes", partial=True))


@pytest.mark.parametrize("email", [make.MENTOR, make.LEAD, make.COLLEAGUE, make.MANAGER, make.ADMIN, make.STRANGER])
def test_private_note_does_not_exist_for_others(app: Flask, entry_id: UUID, note_id: UUID, email: str) -> None:
    browser = Client(app, email)
    for ending in ("audience", "delete"):
        address = f"/remarks/notes/{note_id}/{ending}"
        for answer in (browser.get(address), browser.post(address, {"audience": "only_me"})):
            assert answer.status_code == 404
            assert MARKER not in answer.get_data(as_text=True)
    for address in (_new(entry_id), f"/remarks/parts/entry-{entry_id}/notes", f"/logbook/{entry_id}"):
        assert MARKER not in browser.get(address, partial="parts" in address).get_data(as_text=True)
    assert _audience(app, note_id) == "only_me"


def test_reader_of_a_note_may_not_change_it(app: Flask, note_id: UUID) -> None:
    broker, mentor = Client(app, make.BROKER), Client(app, make.MENTOR)
    broker.post(f"/remarks/notes/{note_id}/audience", {"audience": "author_mentor", "confirmed": "author_mentor"})
    for ending in ("audience", "delete"):
        address = f"/remarks/notes/{note_id}/{ending}"
        assert mentor.get(address).status_code == 403
        assert mentor.post(address, {"audience": "only_me"}).status_code == 403
    assert broker.get(f"/remarks/notes/{note_id}/delete").status_code == 403
    assert _audience(app, note_id) == "author_mentor"


@pytest.mark.parametrize("partial", [False, True])
def test_widening_shows_the_names_and_asks(app: Flask, note_id: UUID, partial: bool) -> None:
    broker = Client(app, make.BROKER)
    address = f"/remarks/notes/{note_id}/audience"
    asked = broker.post(address, {"audience": "mentors_leads"}, partial=partial)
    assert asked.status_code == 200
    assert "2 more can read this" in texts(asked)
    assert "Marit Mentor and Håkon Leder" in texts(asked)
    assert _audience(app, note_id) == "only_me"
    # A confirmation of one audience is none of another.
    wrong = broker.post(address, {"audience": "mentors_leads", "confirmed": "author_mentor"}, partial=partial)
    assert "2 more can read this" in texts(wrong)
    done = broker.post(address, {"audience": "mentors_leads", "confirmed": "mentors_leads"}, partial=partial)
    assert done.status_code == (200 if partial else 303)
    assert _audience(app, note_id) == "mentors_leads"


def test_tightening_is_done_at_once(app: Flask, entry_id: UUID, note_id: UUID) -> None:
    broker = Client(app, make.BROKER)
    address = f"/remarks/notes/{note_id}/audience"
    broker.post(address, {"audience": "programme", "confirmed": "programme"})
    answer = broker.post(address, {"audience": "cluster"}, partial=True)
    body = answer.get_data(as_text=True)
    assert f'<hx-partial hx-target="#note-{note_id}" hx-swap="outerHTML">' in body
    assert "The note can now be read by: everyone in the cluster" in texts(answer)
    assert "remarks:note-changed" in json.loads(answer.headers["HX-Trigger"])
    plain = broker.post(address, {"audience": "only_me"})
    assert plain.headers["Location"] == f"/logbook/{entry_id}#note-{note_id}"
    assert _audience(app, note_id) == "only_me"


@pytest.mark.parametrize("partial", [False, True])
def test_unknown_audience_is_refused(app: Flask, note_id: UUID, partial: bool) -> None:
    broker = Client(app, make.BROKER)
    address = f"/remarks/notes/{note_id}/audience"
    assert broker.get(address, partial=partial).status_code == 200
    answer = broker.post(address, {"audience": "press"}, partial=partial)
    assert answer.status_code == 422
    assert "Choose one of the possibilities" in texts(answer)


def test_private_note_is_deleted_after_a_question(app: Flask, entry_id: UUID, note_id: UUID) -> None:
    broker = Client(app, make.BROKER)
    address = f"/remarks/notes/{note_id}/delete"
    for partial in (False, True):
        assert "Delete the note?" in texts(broker.get(address, partial=partial))
    answer = broker.post(address, partial=True)
    assert f'<hx-partial hx-target="#note-{note_id}" hx-swap="delete">' in answer.get_data(as_text=True)
    assert "The note is deleted" in texts(answer)
    assert _audience(app, note_id) is None
    broker.post(_new(entry_id), NOTE)
    with app.app_context():
        second = db.session.query(Note).one().id
    gone = broker.post(f"/remarks/notes/{second}/delete")
    assert gone.headers["Location"] == f"/logbook/{entry_id}#note_list"


def test_cancel_gives_the_list_without_the_form(app: Flask, entry_id: UUID, note_id: UUID) -> None:
    broker = Client(app, make.BROKER)
    body = broker.get(f"/remarks/parts/entry-{entry_id}/notes", partial=True).get_data(as_text=True)
    assert MARKER in body
    assert "<form" not in body
    assert broker.get(f"/remarks/parts/entry-{entry_id}/notes").headers["Location"].endswith("#note_list")
