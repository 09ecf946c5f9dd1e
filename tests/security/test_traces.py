"""What is written down: readings of confidential entries that are not their page, and forms that came too late."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from mono_web.accounts import actions as accounts
from mono_web.core import audit
from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from tests import factories as make
from tests.client import Client
from tests.counting import queries_of
from tests.factories import World

SECRET = "Legeringsmerke tåler 900 grader"


def lines(app: Flask, verb: str) -> list[tuple[int | None, str | None, str | None]]:
    """(person, subject, detail) of each line."""
    with app.app_context():
        found = db.session.query(AuditLine).filter(AuditLine.verb == verb).order_by(AuditLine.id)
        return [(one.person_id, one.subject_id, one.detail) for one in found]


def person_id(app: Flask, email: str) -> int:
    with app.app_context():
        return make.person(email).id


@pytest.fixture(autouse=True)
def _counted_anew() -> Iterator[None]:
    audit.forget_counted()
    yield
    audit.forget_counted()


# --- snippets -----------------------------------------------------------------------------------------------


@pytest.fixture
def entries(app: Flask, world: World) -> list[str]:
    """Two confidential entries and an open one that hold the same word; the ids of the first two."""
    with app.app_context():
        made = [make.sent(world, text=SECRET, confidential=hidden) for hidden in (True, False, True)]
        db.session.commit()
        return sorted(str(one.id) for one in made if one.confidential)


@pytest.mark.parametrize("sort", ["", "&sort=rank"])
def test_snippets_of_confidential_entries_are_readings(app: Flask, entries: list[str], sort: str) -> None:
    assert "Legeringsmerke" in Client(app, make.MENTOR).get(f"/search?q=legeringsmerke{sort}").text
    found = lines(app, audit.READ_CONFIDENTIAL)
    assert sorted(subject or "" for _who, subject, _detail in found) == entries
    assert {who for who, _subject, _detail in found} == {person_id(app, make.MENTOR)}


def test_own_snippets_and_titles_in_lists_are_no_readings(app: Flask, entries: list[str]) -> None:
    assert "Legeringsmerke" in Client(app, make.BROKER).get("/search?q=legeringsmerke").text
    mentor = Client(app, make.MENTOR)
    assert "Ombruk av slagg" in mentor.get("/logbook/").text
    assert mentor.get("/search?q=finnesikke").status_code == 200
    assert lines(app, audit.READ_CONFIDENTIAL) == []


def test_search_that_shows_nothing_confidential_writes_nothing(app: Flask, world: World, entries: list[str]) -> None:
    mentor, broker = Client(app, make.MENTOR), Client(app, make.BROKER)
    for browser in (mentor, broker):
        browser.get("/search?q=finnesikke")
    with queries_of(app) as seen:
        broker.get("/search?q=legeringsmerke")
    own = [one.split()[0] for one in seen]
    with queries_of(app) as seen:
        mentor.get("/search?q=legeringsmerke")
    others = [one.split()[0] for one in seen]
    assert "INSERT" not in own
    assert others.count("INSERT") == len(entries)
    assert others.count("SELECT") == own.count("SELECT")


# --- forms that came too late -------------------------------------------------------------------------------


@pytest.mark.parametrize("partial", [False, True], ids=["page", "htmx"])
def test_form_after_the_log_in_leaves_a_line_without_its_text(app: Flask, world: World, partial: bool) -> None:
    browser = Client(app, make.BROKER)
    fields = {"csrf_token": browser.token(), "text": SECRET}
    browser.http.delete_cookie("mono")
    assert browser.post("/logbook/new", fields, partial=partial).status_code == 401
    assert lines(app, "refused 401") == [(person_id(app, make.BROKER), "logbook.entry_new", None)]


def test_log_in_that_was_ended_leaves_a_line(app: Flask, world: World) -> None:
    browser = Client(app, make.BROKER)
    token = browser.token()
    with app.app_context():
        accounts.end_other_sessions(make.person(make.BROKER).id)
        db.session.commit()
    assert browser.get("/logbook/", partial=True).status_code == 401
    assert browser.post("/logbook/new", {"csrf_token": token}, partial=True).status_code == 401
    found = lines(app, "refused 401")
    assert found == [(None, "logbook.entry_list", None), (person_id(app, make.BROKER), "logbook.entry_new", None)]


def test_form_of_another_person_leaves_a_line(app: Flask, world: World) -> None:
    hers = Client(app, make.COLLEAGUE).token()
    broker = Client(app, make.BROKER)
    fields = {"csrf_token": hers, "text": SECRET}
    assert broker.post("/logbook/new", fields).status_code == 422
    assert broker.post("/logbook/new", fields, partial=True).status_code == 422
    assert lines(app, "refused 422") == [(person_id(app, make.BROKER), "logbook.entry_new", None)] * 2


def test_field_that_is_wrong_is_no_refusal(app: Flask, world: World) -> None:
    assert Client(app, make.BROKER).post("/logbook/new", {"date": "32.13."}).status_code == 422
    assert lines(app, "refused 422") == []


def test_strangers_fill_no_log(app: Flask, world: World) -> None:
    browser = Client(app)
    for token in ("", "x", "x~y", "a~" + "b" * 200):
        assert browser.post("/logbook/new", {"csrf_token": token}).status_code == 401
        assert browser.post("/logbook/new", {"csrf_token": token}, partial=True).status_code == 401
    assert browser.get("/logbook/", partial=True).status_code == 401
    assert lines(app, "refused 401") == []


def test_token_once_held_fills_no_log_either(app: Flask, world: World) -> None:
    browser = Client(app, make.BROKER)
    fields = {"csrf_token": browser.token()}
    browser.http.delete_cookie("mono")
    for _ in range(40):
        assert browser.post("/logbook/new", fields, partial=True).status_code == 401
    assert 20 <= len(lines(app, "refused 401")) < 40
