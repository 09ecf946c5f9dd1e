"""Attacks that once went through: each is tried again here."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from mono_web.accounts import actions as accounts
from mono_web.app import create_app, prepare
from mono_web.config import Settings
from mono_web.core import access, clock, revisions, subjects
from mono_web.core.audit import AuditLine
from mono_web.core.db import backup, db
from mono_web.core.errors import DomainError
from mono_web.logbook import actions as logbook
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.programmes.models import Programme
from mono_web.remarks import actions as remarks
from mono_web.remarks.models import Act, Note
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World

# Digits to str.isdigit that are no number, one that Python refuses to read, one larger than the database holds.
NO_NUMBERS = ("²", "9" * 5000, "9" * 30)
KEPT_SECRET = "Legeringen tåler 900 grader"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


# --- files on the machine -----------------------------------------------------------------------------------


@pytest.fixture
def generous() -> Iterator[None]:
    """An account whose new files everybody may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
@pytest.mark.usefixtures("generous")
def test_nobody_else_on_the_machine_reads_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    app = create_app(Settings(instance=folder, testing=True))
    prepare(app)
    with app.app_context():
        db.session.execute(text("CREATE TABLE more (one)"))
        db.session.commit()
        files = [one for one in folder.iterdir() if one.name.startswith("mono.sqlite")]
        assert {one.name for one in files} >= {"mono.sqlite", "mono.sqlite-wal"}
        assert {mode(one) for one in files} == {0o600}
        db.session.remove()
        db.engine.dispose()
    assert mode(folder) == 0o700


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
@pytest.mark.usefixtures("generous")
def test_open_database_is_closed_to_others_at_start_and_so_is_its_backup(tmp_path: Path) -> None:
    app = create_app(Settings(instance=tmp_path, testing=True))
    prepare(app)
    database = tmp_path / "mono.sqlite"
    database.chmod(0o644)
    prepare(app)
    backup(database, tmp_path / "copy.bak")
    assert mode(database) == mode(tmp_path / "copy.bak") == 0o600
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_earlier_backups_are_closed_to_others_at_start(tmp_path: Path) -> None:
    app = create_app(Settings(instance=tmp_path, testing=True))
    prepare(app)
    earlier, other = tmp_path / "mono-0001-20250101000000.bak", tmp_path / "table.csv"
    for one in (earlier, other):
        one.write_bytes(b"")
        one.chmod(0o644)
    prepare(app)
    assert (mode(earlier), mode(other)) == (0o600, 0o644)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


# --- what is logged -----------------------------------------------------------------------------------------


def test_error_of_the_database_does_not_repeat_what_was_written(app: Flask, world: World) -> None:
    with app.app_context():
        driver = db.session.connection().connection.dbapi_connection
        assert driver is not None
        driver.execute("PRAGMA query_only=ON")
        try:
            with pytest.raises(OperationalError) as met:
                make.draft(world, text=KEPT_SECRET)
        finally:
            db.session.rollback()
            driver.execute("PRAGMA query_only=OFF")
    assert KEPT_SECRET not in str(met.value)


def test_crash_on_a_password_link_does_not_log_the_link(
    app: Flask, world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_CRASHES"] = False
    monkeypatch.setattr("mono_web.accounts.queries.email_of", lambda _id: 1 // 0)
    with app.app_context():
        token = accounts.make_link(make.person(make.BROKER), None)
        db.session.commit()
    with caplog.at_level(logging.ERROR, logger="mono"):
        assert Client(app).get(f"/link/{token}").status_code == 500
    assert "/link/" in caplog.text
    assert token not in caplog.text


# --- numbers that are none ----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", NO_NUMBERS, ids=("superscript", "endless", "huge"))
def test_number_that_is_none_is_no_crash(app: Flask, world: World, number: str) -> None:
    with app.app_context():
        entry_id = make.draft(world).id
        db.session.commit()
    broker = Client(app, make.BROKER)
    assert broker.get(f"/logbook/{entry_id}/versions", query_string={"old": number, "new": number}).status_code == 200
    copy = broker.post(f"/logbook/parts/working-copy/{entry_id}", {"text": "x", "base_rev": number})
    assert copy.status_code == 204
    met = broker.post(f"/logbook/{entry_id}/edit", filled(world, base_rev=number))
    assert met.status_code == 409
    found = broker.get("/search", query_string={"q": "slagg", "sort": "rank", "after": number})
    assert found.status_code == 200


@pytest.mark.parametrize("number", NO_NUMBERS, ids=("superscript", "endless", "huge"))
def test_number_of_an_undertakings_or_a_programmes_revision_is_no_crash(app: Flask, world: World, number: str) -> None:
    fields = {"name": "Nytt navn AS", "base_rev": number, "clusters": number}
    answer = Client(app, make.BROKER).post(f"/companies/{world.company}/edit", fields)
    assert answer.status_code in (409, 422)
    answer = Client(app, make.ADMIN).post(f"/programmes/{world.programme}/edit", {"name": "Nytt", "base_rev": number})
    assert answer.status_code in (409, 422)


def filled(world: World, **changed: str) -> dict[str, str]:
    return {
        "place": f"{world.programme}-{world.act}", "date": clock.today().isoformat(), "kind": "visit",
        "contact_form": "physical", "held": "yes", "audience": "mentor_lead", "text": "Ny tekst", "action": "save",
        **changed,
    }  # fmt: skip


# --- pages that keep everybody waiting ----------------------------------------------------------------------


@pytest.mark.parametrize("field", ["company", "more_companies"])
def test_endless_undertakings_are_not_looked_up(
    app: Flask, world: World, field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def note(_viewer: object, typed: str) -> list[object]:
        asked.append(typed)
        return []

    monkeypatch.setattr("mono_web.companies.queries.named", note)
    answer = Client(app, make.BROKER).post("/logbook/new", filled(world, **{field: "a\n" * 50_000, "action": "send"}))
    assert answer.status_code == 422
    assert not asked


def test_stranger_cannot_have_a_page_of_endless_fields_made(app: Flask, world: World) -> None:
    many = {f"field{number}": "x" for number in range(5000)}
    answer = Client(app).post("/logbook/new", many)
    assert answer.status_code == 413
    assert len(answer.data) < 20_000


@pytest.mark.parametrize("address", ["/login", "/logbook/new", "/link/x"])
def test_stranger_cannot_have_large_forms_taken_apart(app: Flask, world: World, address: str) -> None:
    body = b"a&" * (access.LARGEST_OF_STRANGERS // 2 + 1)
    asked = {"data": body, "content_type": "application/x-www-form-urlencoded", "headers": {"Accept-Language": "en"}}
    answer = Client(app).http.post(address, **asked)
    assert answer.status_code == 413
    assert "The limit is 2 MB" in answer.text


def test_longest_text_in_the_dearest_letters_outlives_its_log_in(app: Flask, world: World) -> None:
    text = "🙂" * 100_000
    browser = Client(app, make.BROKER)
    fields = filled(world, text=text, outcome="🙂" * 5_000, csrf_token=browser.token())
    browser.http.delete_cookie("mono")
    answer = browser.post("/logbook/new", fields)
    assert answer.status_code == 401
    assert text in answer.text


def test_two_megabytes_of_norwegian_letters_come_back_whole(app: Flask, world: World) -> None:
    """Each such letter is six bytes in a form: eight megabytes hold a text of 1.3 million of them, 2 MB in UTF-8."""
    text = "æøå" * 430_000
    answer = Client(app, make.BROKER).post("/logbook/new", filled(world, text=text))
    assert answer.status_code == 422
    assert text in answer.text


# --- moving an entry so that others can read it -------------------------------------------------------------


def _two_places(world: World) -> None:
    """The broker works in both clusters, and in both programmes; somebody else guides in the other one."""
    db.session.get_one(Programme, world.predecessor).ends_on = None
    broker, day = make.person(make.BROKER), clock.today() - timedelta(days=9)
    accounts.give_role(broker, "broker", day, None, world.programme, world.betong)
    accounts.give_role(broker, "broker", day, None, world.predecessor, world.act)
    accounts.give_role(make.person(make.STRANGER), "mentor", day, None, world.predecessor)
    db.session.flush()


@pytest.mark.parametrize(
    ("audience", "programme", "cluster", "reader", "why"),
    [
        ("cluster", "programme", "betong", make.OTHER_BROKER, "The other cluster would be able to read this"),
        ("mentor_lead", "predecessor", "act", make.STRANGER, "What was sent stays in its programme"),
    ],
)
def test_sent_entry_is_not_moved_to_other_readers(
    app: Flask, world: World, audience: str, programme: str, cluster: str, reader: str, why: str
) -> None:
    place = f"{getattr(world, programme)}-{getattr(world, cluster)}"
    with app.app_context():
        _two_places(world)
        entry = make.sent(world, text=KEPT_SECRET, audience=audience)
        entry_id, revision = entry.id, entry.revision
        db.session.commit()
    fields = filled(world, place=place, audience=audience, base_rev=str(revision), text=KEPT_SECRET)
    answer = Client(app, make.BROKER).post(f"/logbook/{entry_id}/edit", fields)
    assert answer.status_code == 422
    assert why in texts(answer)
    assert Client(app, reader).get(f"/logbook/{entry_id}").status_code == 404


def test_sent_entry_moves_within_the_programme_where_nobody_new_reads(app: Flask, world: World) -> None:
    with app.app_context():
        _two_places(world)
        entry = make.sent(world)
        entry_id, revision = entry.id, entry.revision
        db.session.commit()
    fields = filled(world, place=f"{world.programme}-{world.betong}", base_rev=str(revision))
    assert Client(app, make.BROKER).post(f"/logbook/{entry_id}/edit", fields).status_code == 303
    with app.app_context():
        assert db.session.get_one(Entry, entry_id).cluster_id == world.betong


def test_old_version_brought_back_after_sending_does_not_bring_its_place_back(app: Flask, world: World) -> None:
    with app.app_context():
        _two_places(world)
        entry = make.draft(world, cluster_id=world.betong, audience="cluster")
        author = make.viewer(make.BROKER)
        logbook.save_entry(author, entry, make.content(world, audience="cluster"), entry.revision)
        logbook.send_entry(author, entry)
        logbook.bring_back(author, entry, 1)
        assert (entry.programme_id, entry.cluster_id) == (world.programme, world.act)
        with pytest.raises(DomainError):
            logbook.save_entry(
                author, entry, make.content(world, audience="cluster", cluster_id=world.betong), entry.revision
            )


# --- what a deleted draft leaves ----------------------------------------------------------------------------


def test_deleted_draft_takes_its_notes_along(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.draft(world)
        key: subjects.Key = (SUBJECT, entry.id)
        remarks.make_note(make.viewer(make.BROKER), key, "cluster", KEPT_SECRET)
        logbook.change_audience(make.viewer(make.BROKER), entry, "cluster", False, confirmed=True)
        logbook.delete_draft(entry)
        db.session.commit()
        assert db.session.scalars(select(Note.text)).all() == []
        assert db.session.scalars(select(Act.verb).where(Act.subject_id == key[1])).all() == []
        assert revisions.of(*key) == []


# --- refusals are written down ------------------------------------------------------------------------------


def test_asking_who_reads_elsewhere_is_written_down(app: Flask, world: World) -> None:
    place = f"{world.predecessor}-{world.act}"
    assert Client(app, make.BROKER).get(f"/logbook/parts/readers?place={place}").status_code == 404
    with app.app_context():
        assert "logbook.readers_show" in db.session.scalars(select(AuditLine.subject_id)).all()


def test_draft_of_another_is_as_absent_as_one_that_is_not_there(app: Flask, world: World) -> None:
    with app.app_context():
        entry_id = make.draft(world).id
        db.session.commit()
    for email in (make.COLLEAGUE, make.MENTOR, make.LEAD, make.ADMIN):
        person = Client(app, email)
        mine = person.get(f"/logbook/{entry_id}")
        nobodys = person.get(f"/logbook/{uuid4()}")
        assert mine.status_code == nobodys.status_code == 404
        assert len(mine.data) == len(nobodys.data)
