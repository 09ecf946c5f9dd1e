"""The first run: an empty instance leads to its set-up, the code guards it, four pages make everything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from mono_web.accounts.models import Person
from mono_web.core.db import db
from mono_web.home.setup_code import FirstRun
from mono_web.programmes.models import Programme
from tests.client import Client, texts
from tests.factories import ADMIN, World

PROGRAMME = {"name": "Mer innovasjon", "code": "mono-2026", "funder": "Fylket", "budget": "3 000 000"}
PERIOD = {"starts_on": "01.02.2026", "ends_on": "31.12.2027"}
CLUSTERS = {"lines-0-code": "act", "lines-0-name": "ACT Cluster", "lines-2-code": "alge", "lines-2-name": "Alger"}
PERSON = {"name": "Anne Admin", "email": "anne@mono.test", "password": "et langt passord", "leads": "y"}


@pytest.fixture
def app(app: Flask) -> Iterator[Flask]:
    """The application as it is just after its start; the one of the tests is shared."""
    app.extensions["mono_first_run"] = FirstRun()
    (app.config["SETTINGS"].instance / "setup_answers.json").unlink(missing_ok=True)
    yield app
    app.extensions["mono_first_run"] = FirstRun(filled=True)


def english(app: Flask) -> Client:
    """A browser that wants English."""
    client = Client(app)
    client.http.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def visitor(app: Flask) -> Client:
    """Somebody at an empty instance."""
    return english(app)


def code(app: Flask) -> str:
    """What the terminal shows."""
    shown: str = app.extensions["mono_first_run"].code
    return shown


def send(client: Client, address: str, data: dict[str, Any]) -> TestResponse:
    """A form of somebody who has no log-in yet."""
    return client.post(address, {"csrf_token": client.token(), **data})


def begun(client: Client) -> Client:
    """Somebody who has given the code."""
    assert send(client, "/setup/", {"code": code(client.app)}).status_code == 303
    return client


def walk(client: Client) -> None:
    """Through the first three pages."""
    for page, answer in (("programme", PROGRAMME), ("period", PERIOD), ("clusters", CLUSTERS)):
        assert send(client, f"/setup/{page}", answer).status_code == 303


@pytest.mark.parametrize("address", ["/", "/login", "/logbook/", "/admin/"])
def test_page_of_an_empty_instance_leads_to_the_setup(visitor: Client, address: str) -> None:
    answer = visitor.get(address)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/setup/"
    assert texts(visitor.follow(answer)).count("One-time code") == 1


def test_health_and_static_files_are_there_on_an_empty_instance(visitor: Client) -> None:
    assert visitor.get("/healthz").get_json() == {"status": "ok"}
    assert visitor.get("/static/app.css").status_code == 200


@pytest.mark.parametrize("page", ["", "programme", "period", "clusters", "person", "demonstration/delete"])
def test_setup_is_gone_when_somebody_is_there(app: Flask, world: World, page: str) -> None:
    assert Client(app).get(f"/setup/{page}").status_code in (404, 303 if page.endswith("delete") else 404)
    assert Client(app, ADMIN).get(f"/setup/{page}").status_code == (403 if page.endswith("delete") else 404)


def test_code_has_its_form_and_differs(app: Flask) -> None:
    assert re.fullmatch("[A-Z]{4}-[0-9]{4}", code(app))


@pytest.mark.parametrize("page", ["programme", "period", "clusters", "person"])
def test_page_without_the_code_leads_back(visitor: Client, page: str) -> None:
    assert visitor.get(f"/setup/{page}").headers["Location"] == "/setup/"
    answer = send(visitor, f"/setup/{page}", {**PROGRAMME, **PERIOD, **CLUSTERS, **PERSON})
    assert answer.headers["Location"] == "/setup/"


def test_wrong_code_is_refused_and_kept(visitor: Client) -> None:
    answer = send(visitor, "/setup/", {"code": "XXXX-0000"})
    assert answer.status_code == 422
    assert "The code is not right. It stands in the terminal window where MoNo was started." in texts(answer)
    assert 'value="XXXX-0000"' in answer.get_data(as_text=True)


def test_code_may_be_written_in_small_letters_without_its_line(app: Flask, visitor: Client) -> None:
    answer = send(visitor, "/setup/", {"code": f" {code(app).lower().replace('-', ' ')} "})
    assert answer.headers["Location"] == "/setup/programme"


def test_eleventh_try_is_refused_even_with_the_right_code(app: Flask, visitor: Client) -> None:
    assert {send(visitor, "/setup/", {"code": "XXXX-0000"}).status_code for _ in range(10)} == {422}
    answer = send(english(app), "/setup/", {"code": code(app)})
    assert answer.status_code == 429
    assert "Try again in 5 minutes" in texts(answer)


def test_code_without_a_token_is_not_looked_at(visitor: Client, app: Flask) -> None:
    assert visitor.post("/setup/", {"code": code(app)}).status_code == 422
    assert visitor.get("/setup/programme").status_code == 303


def test_setup_makes_everything_and_logs_in(app: Flask, visitor: Client) -> None:
    walk(begun(visitor))
    answer = send(visitor, "/setup/person", PERSON)
    assert answer.headers["Location"] == "/"
    assert "MoNo is set up" in texts(visitor.follow(answer))
    with app.app_context():
        programme = db.session.scalars(select(Programme)).one()
        assert (programme.code, programme.budget_nok, programme.funder) == ("mono-2026", 3_000_000, "Fylket")
        assert (f"{programme.starts_on}", f"{programme.ends_on}") == ("2026-02-01", "2027-12-31")
        assert {cluster.code for cluster in programme.clusters} == {"act", "alge"}
        person = db.session.scalars(select(Person)).one()
        assert sorted(role.kind for role in person.roles) == ["admin", "lead"]
        assert person.password_hash
        assert PERSON["password"] not in person.password_hash
    assert not list(app.config["SETTINGS"].instance.glob("setup_answers*"))
    assert Client(app).get("/setup/").status_code == 404


def test_answers_are_kept_over_a_restart(app: Flask, visitor: Client) -> None:
    walk(begun(visitor))
    app.extensions["mono_first_run"].code = "NEWS-1234"
    assert visitor.get("/setup/period").headers["Location"] == "/setup/"
    shown = begun(visitor).get("/setup/period").get_data(as_text=True)
    assert 'value="01.02.2026"' in shown
    assert 'value="3 000 000"' in visitor.get("/setup/programme").get_data(as_text=True)
    assert 'value="Alger"' in visitor.get("/setup/clusters").get_data(as_text=True)


def test_answers_that_were_tampered_with_do_not_count(app: Flask, visitor: Client) -> None:
    walk(begun(visitor))
    path = app.config["SETTINGS"].instance / "setup_answers.json"
    held = json.loads(path.read_text(encoding="utf-8"))
    held["answers"]["programme"]["name"] = "Noe annet"
    path.write_text(json.dumps(held), encoding="utf-8")
    assert visitor.get("/setup/person").headers["Location"] == "/setup/programme"


def test_password_is_never_in_the_file(app: Flask, visitor: Client) -> None:
    walk(begun(visitor))
    assert send(visitor, "/setup/person", {**PERSON, "email": "nobody"}).status_code == 422
    path = app.config["SETTINGS"].instance / "setup_answers.json"
    assert PERSON["password"] not in path.read_text(encoding="utf-8")
    assert path.stat().st_mode & 0o077 == 0


def test_page_that_was_left_out_comes_first(visitor: Client) -> None:
    assert begun(visitor).get("/setup/clusters").headers["Location"] == "/setup/programme"


@pytest.mark.parametrize(
    ("page", "typed", "sentence"),
    [
        ("programme", {"name": ""}, "Write what the programme is called"),
        ("programme", {"code": "Mo No!"}, "Use small letters"),
        ("programme", {"budget": "tre millioner"}, "Write the amount in whole kroner"),
        ("period", {"starts_on": "31.02.2026"}, "There is no such day"),
        ("period", {"ends_on": "01.01.2020"}, "The last day is before the first"),
        ("clusters", {"lines-2-code": "act"}, "This code stands twice"),
        ("clusters", {"lines-2-code": ""}, "Use small letters"),
        ("clusters", {"lines-0-name": ""}, "Write what the cluster is called"),
        ("person", {"email": "anne"}, "Write the address like this"),
        ("person", {"password": "for kort"}, "Use at least 12 characters"),
    ],
)
def test_bad_answer_gets_a_sentence_and_everything_is_kept(
    visitor: Client, page: str, typed: dict[str, str], sentence: str
) -> None:
    walk(begun(visitor))
    whole = {"programme": PROGRAMME, "period": PERIOD, "clusters": CLUSTERS, "person": PERSON}[page]
    answer = send(visitor, f"/setup/{page}", {**whole, **typed})
    assert answer.status_code == 422
    assert sentence in texts(answer)
    body = answer.get_data(as_text=True)
    for name, value in {**whole, **typed}.items():
        if name not in ("password", "leads"):
            assert f'value="{value}"' in body


def test_no_cluster_is_not_enough(visitor: Client) -> None:
    walk(begun(visitor))
    answer = send(visitor, "/setup/clusters", {"lines-0-code": "", "lines-0-name": ""})
    assert answer.status_code == 422
    assert "Write at least one cluster" in texts(answer)


def test_line_is_added_without_scripts(visitor: Client) -> None:
    walk(begun(visitor))
    answer = send(visitor, "/setup/clusters", {**CLUSTERS, "add": "1"})
    assert answer.status_code == 200
    body = answer.get_data(as_text=True)
    assert 'value="Alger"' in body
    assert 'name="lines-3-code"' in body or 'name="lines-2-code"' in body


def test_last_page_sent_twice_leads_to_the_start(app: Flask, visitor: Client) -> None:
    walk(begun(visitor))
    with visitor.http.session_transaction() as cookie:
        before = dict(cookie)
    assert send(visitor, "/setup/person", PERSON).status_code == 303
    with visitor.http.session_transaction() as cookie:
        cookie.clear()
        cookie.update(before)
    assert send(visitor, "/setup/person", PERSON).headers["Location"] == "/"
    with app.app_context():
        assert len(db.session.scalars(select(Person)).all()) == 1


def test_demonstration_is_offered_by_a_server_only(app: Flask, visitor: Client) -> None:
    assert "Open the demonstration" not in texts(visitor.get("/setup/"))
    assert send(visitor, "/setup/demonstration", {"code": code(app)}).status_code == 404


def test_language_is_chosen_on_the_first_page(visitor: Client) -> None:
    answer = visitor.get("/language/nn?next=/setup/")
    assert '<html lang="nn"' in visitor.follow(answer).get_data(as_text=True)
