"""Versions over HTTP: seen, compared, brought back; draft ones by their author alone."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from mono_web.core.db import db
from mono_web.logbook import actions
from mono_web.logbook.models import Entry
from mono_web.remarks import actions as remarks
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World


@pytest.fixture
def entry_id(app: Flask, world: World) -> UUID:
    """Version 1 and 2 as a draft, 3 at sending, 4 after it."""
    with app.app_context():
        broker = make.viewer(make.BROKER)
        entry = make.draft(world, text="Første hemmelige utkast.")
        actions.save_entry(broker, entry, make.content(world, text="Andre utkast."), 1)
        actions.send_entry(broker, entry)
        actions.save_entry(broker, entry, make.content(world, text="Etter sending."), entry.revision)
        db.session.commit()
        return entry.id


def test_draft_versions_stay_the_authors(app: Flask, entry_id: UUID) -> None:
    author, mentor = Client(app, make.BROKER), Client(app, make.MENTOR)
    assert "Første hemmelige utkast." in texts(author.get(f"/logbook/{entry_id}/versions/1"))
    for number, status in ((1, 404), (2, 404), (3, 200), (4, 200), (9, 404)):
        assert mentor.get(f"/logbook/{entry_id}/versions/{number}").status_code == status
    page = mentor.get(f"/logbook/{entry_id}/versions?old=1&new=2")
    assert page.status_code == 200
    assert "hemmelige" not in page.text
    assert "utkast" not in texts(mentor.get(f"/logbook/{entry_id}")).replace("Andre utkast", "")


def test_two_versions_beside_each_other(app: Flask, entry_id: UUID) -> None:
    page = Client(app, make.BROKER).get(f"/logbook/{entry_id}/versions?old=1&new=4")
    assert "<ins>" in page.text
    assert "<del>" in page.text
    part = Client(app, make.BROKER).get(f"/logbook/{entry_id}/versions?old=1&new=2", partial=True)
    assert part.text.lstrip().startswith("<div")


def test_bringing_back_is_a_new_version(app: Flask, entry_id: UUID) -> None:
    client = Client(app, make.BROKER)
    answer = client.post(f"/logbook/{entry_id}/versions/1/bring-back")
    assert "Version 1 is brought back as version 5" in texts(client.follow(answer))
    with app.app_context():
        assert db.session.get_one(Entry, entry_id).text == "Første hemmelige utkast."
    assert Client(app, make.MENTOR).post(f"/logbook/{entry_id}/versions/3/bring-back").status_code == 403
    assert client.post(f"/logbook/{entry_id}/versions/77/bring-back").status_code == 404


def test_print_leaves_private_notes_out(app: Flask, world: World, entry_id: UUID) -> None:
    with app.app_context():
        remarks.make_note(make.viewer(make.MENTOR), ("entry", entry_id), "only_me", "Bare for meg selv")
        remarks.make_note(make.viewer(make.MENTOR), ("entry", entry_id), "author_mentor", "Til oss to")
        db.session.commit()
    paper = texts(Client(app, make.MENTOR).get(f"/logbook/{entry_id}/print"))
    assert "Til oss to" in paper
    assert "Bare for meg selv" not in paper


def test_own_draft_is_deleted_after_a_question(app: Flask, world: World) -> None:
    with app.app_context():
        draft_id, sent_id = make.draft(world).id, make.sent(world).id
        db.session.commit()
    client = Client(app, make.BROKER)
    assert "This cannot be undone." in texts(client.get(f"/logbook/{draft_id}/delete"))
    assert client.post(f"/logbook/{draft_id}/delete").status_code == 303
    assert client.get(f"/logbook/{draft_id}").status_code == 404
    assert client.post(f"/logbook/{sent_id}/delete").status_code == 403
    assert Client(app, make.MENTOR).get(f"/logbook/{draft_id}/delete").status_code == 404
