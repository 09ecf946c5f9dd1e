"""The log-in ends while somebody writes: the whole text comes back to its writer, exactly, and to nobody else."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from mono_web.accounts import actions as accounts
from mono_web.accounts.models import LoginSession, Person
from mono_web.core import clock
from mono_web.core.db import db
from mono_web.logbook.models import Entry
from tests import factories as make
from tests.accounts.conftest import form_fields
from tests.client import Client
from tests.factories import World

PASSWORD = "en hest og et batteri"
PIECE = "Han sa \"ja\" & 'nei' – æøå ÆØÅ <ikke html\r\n\r\n  * innrykk 100 % {{ 7 * 7 }} \\ 😀\r\n"
LONG = (PIECE * 2_000)[:99_990] + " til slutt"


@pytest.fixture(autouse=True)
def _passwords(app: Flask, world: World) -> None:
    accounts.forget_failures()
    hashed = accounts.hash_password(PASSWORD)
    with app.app_context():
        for person in db.session.query(Person):
            person.password_hash = hashed
        db.session.commit()


def written(world: World, text: str) -> dict[str, str]:
    return {
        "action": "send", "record_id": str(uuid4()), "base_rev": "0", "place": f"{world.programme}-{world.act}",
        "company": "Ranfjord Slagg AS", "date": "02.11.2024", "hours": "1:30", "participants": "Åse \"Ås\" & Per",
        "kind": "phone", "form": "digital", "held": "yes", "text": text, "title": "En <tittel>",
        "outcome": "Linje\r\nto",
        "next_step": "Ring", "next_step_date": "", "audience": "cluster", "more_companies": "",
    }  # fmt: skip


def end_log_ins(app: Flask) -> None:
    """As after twelve hours, or after a change of password elsewhere."""
    with app.app_context():
        for one in db.session.query(LoginSession):
            one.ended_at = clock.now()
        db.session.commit()


def log_in(browser: Client, page: TestResponse, email: str) -> TestResponse:
    """Fill in the log-in page that came instead of the answer, and send all its fields."""
    fields = MultiDict(form_fields(page, "/login"))
    fields["email"], fields["password"] = email, PASSWORD
    return browser.http.post("/login", data=fields)


def entries(app: Flask) -> list[Entry]:
    with app.app_context():
        return list(db.session.query(Entry))


def test_hundred_thousand_signs_come_back_and_are_saved(app: Flask, world: World) -> None:
    browser, fields = Client(app, make.BROKER), written(world, LONG)
    token = browser.token()
    end_log_ins(app)
    page = browser.http.post("/logbook/new", data={"csrf_token": token, **fields})
    assert page.status_code == 401
    assert entries(app) == []
    shown = log_in(browser, page, make.BROKER)
    assert shown.status_code == 200
    assert entries(app) == []
    back = dict(form_fields(shown, "/logbook/new"))
    for name in ("record_id", "company", "date", "hours", "participants", "text", "title", "outcome", "next_step"):
        assert back[name] == fields[name], name
    assert f'value="{fields["place"]}"' in shown.get_data(as_text=True)
    again = {**fields, "text": back["text"], "csrf_token": back["csrf_token"], "op_id": back.get("op_id", "")}
    again["seen_warnings"] = back.get("seen_warnings", "")
    done = browser.http.post("/logbook/new", data=again)
    if done.status_code == 422:  # the text holds what looks like HTML: a warning, once
        seen = dict(form_fields(done, "/logbook/new"))
        done = browser.http.post("/logbook/new", data={**again, "seen_warnings": seen["seen_warnings"]})
    assert done.status_code == 303
    [entry] = entries(app)
    assert entry.text == LONG.replace("\r\n", "\n").strip()


def test_edit_comes_back_on_its_own_entry(app: Flask, world: World) -> None:
    with app.app_context():
        entry_id = make.sent(world, audience="cluster").id
        db.session.commit()
    browser, fields = Client(app, make.BROKER), written(world, "Omskrevet mens økten gikk ut")
    fields |= {"record_id": str(entry_id), "base_rev": "2", "action": "save"}
    token = browser.token()
    end_log_ins(app)
    page = browser.http.post(f"/logbook/{entry_id}/edit", data={"csrf_token": token, **fields})
    shown = log_in(browser, page, make.BROKER)
    back = dict(form_fields(shown, f"/logbook/{entry_id}/edit"))
    assert (back["text"], back["base_rev"]) == (fields["text"], "2")
    [entry] = entries(app)
    assert entry.revision == 2


def test_another_person_on_the_same_machine_gets_none_of_it(app: Flask, world: World) -> None:
    browser, fields = Client(app, make.BROKER), written(world, "Ord som bare er mine")
    token = browser.token()
    end_log_ins(app)
    page = browser.http.post("/logbook/new", data={"csrf_token": token, **fields})
    answer = log_in(browser, page, make.COLLEAGUE)
    assert answer.status_code == 303
    assert "Ord som bare er mine" not in answer.get_data(as_text=True)
    assert "Ord som bare er mine" not in browser.get("/").text
    assert entries(app) == []


def test_htmx_keeps_the_form_and_asks_for_the_log_in(app: Flask, world: World) -> None:
    browser, fields = Client(app, make.BROKER), written(world, "Midt i en tanke")
    token = browser.token()
    end_log_ins(app)
    answer = browser.post("/logbook/new", {"csrf_token": token, **fields}, partial=True)
    assert answer.status_code == 401
    assert not {"Location", "HX-Redirect", "HX-Location"} & set(answer.headers.keys())
    # The dialog logs in and hands a fresh token to the page, whose form is sent as it stands.
    header = {"X-Login-Dialog": "1", "HX-Request": "true"}
    door = Client(app)
    data = {"email": make.BROKER, "password": PASSWORD, "csrf_token": door.token()}
    dialog = door.http.post("/login", data=data, headers=header)
    assert dialog.status_code == 204
    fresh = dialog.headers["X-CSRFToken"]
    done = door.http.post("/logbook/new", data={**fields, "csrf_token": fresh}, headers={"HX-Request": "true"})
    assert done.status_code in (204, 303, 422)
    assert len(entries(app)) == (0 if done.status_code == 422 else 1)
