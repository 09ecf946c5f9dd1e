"""The one commit: what is kept of a request, and what a refused or failed one leaves behind."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import event, select, text
from sqlalchemy.engine import Engine

from mono_web.app import create_app
from mono_web.config import Settings
from mono_web.core import access, audit, clock, revisions
from mono_web.core import db as database
from mono_web.core.audit import AuditLine
from mono_web.core.db import after_answer, db
from mono_web.core.revisions import Conflict
from mono_web.logbook.models import Entry
from tests import factories as make
from tests.client import Client, texts
from tests.conftest import Ground
from tests.factories import World


@pytest.fixture
def app(tmp_path: Path, ground: Ground) -> Iterator[Flask]:
    """An application of its own, since these tests add views: over the named people's world."""
    settings = Settings(instance=tmp_path, testing=True)
    with sqlite3.connect(ground.peopled) as source, sqlite3.connect(settings.database) as target:
        source.backup(target)
    app = create_app(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app: Flask, ground: Ground) -> World:
    """What is in it."""
    return ground.world


def view(app: Flask, answer: ResponseReturnValue, method: str = "POST", crash: Exception | None = None) -> None:
    """A view that writes a line and a line for afterwards, and answers."""

    @access.requires(access.logged_in)
    def thing_make() -> ResponseReturnValue:
        if method == "POST":
            access.begin_write()
        db.session.add(revisions.conflict_row("thing", uuid4(), 1, 1, 1, {"kept": "no"}))
        db.session.flush()
        after_answer(lambda: db.session.add(revisions.conflict_row("after", uuid4(), 1, 1, 1, {})))
        if crash:
            raise crash
        return answer

    app.add_url_rule("/thing", "thing_make", thing_make, methods=[method])


def kinds(app: Flask) -> list[str]:
    with app.app_context():
        return sorted(db.session.scalars(select(Conflict.subject_type)))


@pytest.mark.parametrize(
    ("status", "kept"), [(200, True), (204, True), (303, True), (400, False), (409, False), (422, False)]
)
def test_answer_below_400_commits(app: Flask, world: World, status: int, kept: bool) -> None:
    view(app, ("", status))
    assert Client(app, make.BROKER).http.post("/thing", data={"csrf_token": ""}).status_code == 422
    assert kinds(app) == []
    assert Client(app, make.BROKER).post("/thing").status_code == status
    assert kinds(app) == (["after", "thing"] if kept else ["after"])


def test_get_writes_nothing_but_what_comes_after(app: Flask, world: World) -> None:
    view(app, "", "GET")
    assert Client(app, make.BROKER).get("/thing").status_code == 200
    assert kinds(app) == ["after"]


def test_crash_rolls_back_and_says_a_code(app: Flask, world: World, caplog: pytest.LogCaptureFixture) -> None:
    app.config["PROPAGATE_CRASHES"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False
    view(app, "", crash=ZeroDivisionError("secret words of the text"))
    with caplog.at_level(logging.ERROR):
        answer = Client(app, make.BROKER).post("/thing", {"text": "Det jeg skrev"})
    assert answer.status_code == 500
    assert "Something went wrong here" in texts(answer)
    code = answer.headers["X-Reference"]
    assert code in texts(answer)
    assert code in caplog.text
    assert "secret words" not in answer.text
    assert "Det jeg skrev" not in caplog.text
    assert "thing" not in kinds(app)
    assert Client(app, make.BROKER).get("/").status_code == 200


def test_conflict_leaves_its_row_and_not_the_text(app: Flask, world: World) -> None:
    with app.app_context():
        entry_id = make.sent(world).id
        db.session.commit()
    fields = {
        "action": "save", "record_id": str(entry_id), "base_rev": "2", "place": f"{world.programme}-{world.act}",
        "company": "Ranfjord Slagg AS", "date": "i går", "hours": "1", "kind": "visit", "form": "physical",
        "held": "yes", "audience": "mentor_lead",
    }  # fmt: skip
    browser = Client(app, make.BROKER)
    assert browser.post(f"/logbook/{entry_id}/edit", {**fields, "text": "Den første."}).status_code == 303
    assert browser.post(f"/logbook/{entry_id}/edit", {**fields, "text": "Den andre."}).status_code == 409
    with app.app_context():
        assert db.session.get_one(Entry, entry_id).text == "Den første."
        assert db.session.scalars(select(Conflict)).one().fields["text"] == "Den andre."


def test_failed_writing_afterwards_is_no_409(app: Flask, world: World) -> None:
    """Where the conflict row cannot be written, nobody is told that both texts are kept."""
    app.config["PROPAGATE_CRASHES"] = False
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def lose() -> None:
        db.session.execute(text("INSERT INTO nowhere VALUES (1)"))

    @access.requires(access.logged_in)
    def thing_lose() -> ResponseReturnValue:
        after_answer(lose)
        return "both texts are kept", 409

    app.add_url_rule("/thing", "thing_lose", thing_lose, methods=["POST"])
    answer = Client(app, make.BROKER).post("/thing")
    assert answer.status_code == 500
    assert "both texts are kept" not in answer.text


# --- GET ----------------------------------------------------------------------------------------------------


def test_pages_write_nothing(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world, audience="cluster")
        draft = make.draft(world)
        ids = entry.id, draft.id
        db.session.commit()
    browser = Client(app, make.BROKER)
    writes: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(("SELECT", "WITH", "BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            writes.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        for address in (
            "/", "/logbook/", "/logbook/export.csv", "/search?q=slagg", f"/logbook/{ids[0]}", f"/logbook/{ids[1]}/edit",
            f"/logbook/{ids[0]}/versions", "/logbook/new", "/companies/", "/profile", f"/logbook/{ids[0]}/print",
        ):  # fmt: skip
            assert browser.get(address).status_code == 200, address
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert writes == []


def test_reading_a_confidential_entry_is_the_one_write_of_a_get(app: Flask, world: World) -> None:
    with app.app_context():
        entry_id = make.sent(world, confidential=True).id
        db.session.commit()
    Client(app, make.BROKER).get(f"/logbook/{entry_id}")
    assert read(app) == []
    pages = ("", "/print", "/versions", "/versions/2")
    for page in pages:
        assert Client(app, make.MENTOR).get(f"/logbook/{entry_id}{page}").status_code == 200
    Client(app, make.LEAD).get("/logbook/export.csv").get_data()
    assert Client(app, make.COLLEAGUE).get(f"/logbook/{entry_id}").status_code == 404
    with app.app_context():
        mentor, lead = make.person(make.MENTOR).id, make.person(make.LEAD).id
    assert read(app) == [(mentor, str(entry_id))] * len(pages) + [(lead, str(entry_id))]


def read(app: Flask) -> list[tuple[int | None, str | None]]:
    with app.app_context():
        lines = db.session.query(AuditLine).filter(AuditLine.verb == "read confidential").order_by(AuditLine.id)
        return [(line.person_id, line.subject_id) for line in lines]


# --- transactions -------------------------------------------------------------------------------------------


def test_write_takes_the_lock_at_once(app: Flask, world: World) -> None:
    with app.app_context():
        database.begin_immediate()
        other = sqlite3.connect(app.config["SETTINGS"].database, timeout=0)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        other.close()
        db.session.rollback()


def test_begin_immediate_comes_before_the_first_change(app: Flask, world: World) -> None:
    with app.app_context():
        db.session.add(AuditLine(at=clock.now(), verb="x"))
        with pytest.raises(RuntimeError, match="before the first change"):
            database.begin_immediate()
        db.session.rollback()


def test_pragmas_of_every_connection(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:

        def value(name: str) -> Any:
            return connection.exec_driver_sql(f"PRAGMA {name}").scalar()

        assert (value("journal_mode"), value("synchronous"), value("foreign_keys")) == ("wal", 2, 1)
        assert value("busy_timeout") >= 5000


def test_audit_line_holds_no_text(app: Flask, world: World) -> None:
    with app.app_context():
        audit.note("looked", "entry", 7, detail=None)
        db.session.commit()
        line = db.session.query(AuditLine).filter(AuditLine.verb == "looked").one()
        assert (line.subject_type, line.subject_id, line.detail, line.person_id) == ("entry", "7", None, None)
