"""The look-up in NVA, against a server on loopback that answers as NVA was recorded, and in every wrong way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask

from mono_web.core import clock, outside
from mono_web.core.db import db
from mono_web.research import actions
from mono_web.research.models import Researcher
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World
from tests.loopback import Answer, Loopback, as_json, recorded

DATA = Path(__file__).parent / "data"
NEW = "/research/researchers/new"
URI = "https://api.dev.nva.aws.unit.no/cristin/person/359084"
EMPTY = {"environment": "", "unit": "", "themes": "", "link": ""}


@pytest.fixture
def nva(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """NVA, as the application of this test finds it."""
    with Loopback() as service:
        service.give("/person", recorded(DATA / "nva_person_sok.json"))
        service.give("/person/359084", recorded(DATA / "nva_person.json"))
        service.give("/organization/185.11.0.0", recorded(DATA / "nva_enhet.json"))
        monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], nva_url=service.url))
        outside.forget_failures()
        yield service
        outside.forget_failures()


def test_search_pick_and_save(app: Flask, world: World, nva: Loopback) -> None:
    with app.app_context():
        home = actions.record_environment({"name": "Universitetet i Oslo", "cristin_id": "185.90.0.0"}, None).id
        db.session.commit()
    client = Client(app, make.BROKER)
    page = client.get("/research/nva?name=Nordmann&organization=UiO", partial=True)
    assert page.get_data(as_text=True).startswith('<section class="stack" id="nva_hits"')
    assert "Ola Nordmann" in texts(page)
    assert "Forsker" in texts(page)
    assert nva.asked == ["/person?name=Nordmann&page=1&results=10&organization=UiO"]
    assert nva.agents[0].startswith("mono-web")
    form = client.get(f"{NEW}?nva=359084&name=Ola+Nordmann")
    body = form.get_data(as_text=True)
    assert "Fetched from NVA on" in texts(form)
    for value in ("Ola Nordmann", "Fakultetsadministrasjonen", "Decision support, Risk management", URI):
        assert f'value="{value}"' in body
    assert f'<option selected value="{home}">' in body
    assert "99885566" not in body
    assert "kjell@ola.no" not in body
    fields = EMPTY | {
        "name": "Ola Nordmann", "environment": str(home), "unit": "Fakultetsadministrasjonen", "link": URI,
        "themes": "Decision support, Risk management", "nva_uri": URI, "fetched_on": clock.today().isoformat(),
    }  # fmt: skip
    answer = client.post(NEW, fields)
    assert "NVA (Sikt)" in texts(client.follow(answer))
    with app.app_context():
        one = db.session.get_one(Researcher, UUID(answer.headers["Location"].rpartition("/")[2]))
        assert (one.source, one.nva_uri, one.fetched_on) == ("nva", URI, clock.today())
        assert one.themes == ["Decision support", "Risk management"]


def test_who_is_in_the_directory_is_not_made_twice(app: Flask, world: World, nva: Loopback) -> None:
    client = Client(app, make.BROKER)
    fields = EMPTY | {"name": "Ola Nordmann", "nva_uri": URI, "fetched_on": clock.today().isoformat()}
    made = client.post(NEW, fields).headers["Location"]
    page = client.get("/research/nva?name=Nordmann").get_data(as_text=True)
    assert f'href="{made}"' in page
    assert "nva=359084" not in page
    assert "is in the directory already" in texts(client.get(f"{NEW}?nva=359084"))
    answer = client.post(NEW, fields | {"seen_warnings": ""})
    assert answer.status_code == 422
    assert "Ola Nordmann is in the directory already" in texts(answer)


def test_changed_by_hand_is_no_longer_of_nva(app: Flask, world: World, nva: Loopback) -> None:
    client = Client(app, make.BROKER)
    fields = EMPTY | {"name": "Ola Nordmann", "nva_uri": URI, "fetched_on": "2024-01-01"}
    made = client.post(NEW, fields).headers["Location"]
    assert "NVA (Sikt), 1 January 2024" in texts(client.get(made))
    client.post(f"{made}/edit", fields | {"unit": "Kjeller", "base_rev": "1"})
    assert "Written by a person" in texts(client.get(made))


@pytest.mark.parametrize(
    ("uri", "day"), [("javascript:alert(1)", "2024-01-01"), (URI, ""), (URI, "zz"), (f"{URI}?x", "2024-01-01")]
)
def test_hidden_fields_that_do_not_hold_count_for_nothing(app: Flask, world: World, uri: str, day: str) -> None:
    client = Client(app, make.BROKER)
    answer = client.post(NEW, EMPTY | {"name": "Ola Nordmann", "nva_uri": uri, "fetched_on": day})
    with app.app_context():
        one = db.session.get_one(Researcher, UUID(answer.headers["Location"].rpartition("/")[2]))
        assert (one.source, one.nva_uri, one.fetched_on) == ("typed", "", None)


WRONG = [
    (Answer(b"<html>", 200), "The answer of NVA could not be read"),
    (as_json(["hits"]), "The answer of NVA could not be read"),
    (as_json({"status": 400}, 400), "The answer of NVA could not be read"),
    (Answer(status=500), "Something is wrong at NVA"),
    (Answer(status=302, headers={"Location": "http://127.0.0.1:1/"}), "Something is wrong at NVA"),
    (Answer(status=429), "NVA has too much to do just now"),
    (Answer(b"[" + b" " * 2_000_000 + b"]"), "The answer of NVA is too long to be right"),
]


@pytest.mark.parametrize(("answer", "sentence"), WRONG)
def test_each_wrong_answer_has_its_sentence(
    app: Flask, world: World, nva: Loopback, answer: Answer, sentence: str
) -> None:
    nva.give("/person", answer)
    nva.give("/person/359084", answer)
    client = Client(app, make.BROKER)
    page = client.get("/research/nva?name=Nordmann")
    assert page.status_code == 200
    assert sentence in texts(page)
    assert f'href="{NEW}?name=Nordmann"' in page.get_data(as_text=True)
    outside.forget_failures()
    form = client.get(f"{NEW}?nva=359084&name=Ola+Nordmann")
    assert sentence in texts(form)
    assert 'value="Ola Nordmann"' in form.get_data(as_text=True)
    assert "Fetched from NVA" not in texts(form)


def test_hanging_service_is_left_in_peace_and_writing_goes_on(
    app: Flask, world: World, nva: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outside, "ANSWER_SECONDS", 0.05)
    nva.give("/person", Answer(hangs=True))
    client = Client(app, make.BROKER)
    assert "NVA did not answer in time" in texts(client.get("/research/nva?name=Nordmann"))
    assert "NVA did not answer a moment ago" in texts(client.get("/research/nva?name=Nordmann"))
    assert len(nva.asked) == 1
    assert "NVA did not answer a moment ago" in texts(client.get(f"{NEW}?nva=359084"))
    assert client.post(NEW, EMPTY | {"name": "Ola Nordmann"}).status_code == 303
    nva.give("/person", recorded(DATA / "nva_person_sok.json"))
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert "Ola Nordmann" in texts(client.get("/research/nva?name=Nordmann"))


def test_service_that_is_not_there(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with Loopback() as gone:
        address = gone.url
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], nva_url=address))
    page = Client(app, make.BROKER).get("/research/nva?name=Nordmann")
    assert "There is no connection to NVA" in texts(page)
    outside.forget_failures()


def test_switched_off_says_so_at_once(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    assert "Look-up in NVA is switched off here" in texts(client.get("/research/nva"))
    assert "Look-up in NVA is switched off here" in texts(client.get(f"{NEW}?nva=359084"))


def test_nobody_and_no_unit(app: Flask, world: World, nva: Loopback) -> None:
    client = Client(app, make.BROKER)
    nva.give("/person", as_json({"hits": [], "size": 0}))
    assert "NVA has nobody of this name" in texts(client.get("/research/nva?name=Ingen"))
    nva.give("/person/1", as_json({"status": 404}, 404))
    assert "NVA knows nobody under this id" in texts(client.get(f"{NEW}?nva=1"))
    assert "NVA knows nobody under this id" in texts(client.get(f"{NEW}?nva=../organization/1"))
    nva.give("/organization/185.11.0.0", Answer(status=500))
    form = client.get(f"{NEW}?nva=359084").get_data(as_text=True)
    assert 'value="Ola Nordmann"' in form


def test_no_transaction_is_open_while_nva_is_asked(
    app: Flask, world: World, nva: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []
    really = outside.ask

    def watching(*given: object) -> outside.Answer:
        seen.append(db.session().in_transaction())
        return really(*given)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(outside, "ask", watching)
    client = Client(app, make.BROKER)
    client.get("/research/nva?name=Nordmann")
    client.get(f"{NEW}?nva=359084")
    assert seen == [False, False, False]
