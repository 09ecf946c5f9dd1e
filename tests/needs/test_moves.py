"""Steps and matches over HTTP: the dialog and its page without scripts, the columns after a move, suggestions."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from mono_web.core.db import db
from mono_web.needs.models import Match
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World
from tests.needs import making


@pytest.fixture
def need(app: Flask, world: World) -> UUID:
    """A need of the broker's."""
    return making.made(app, world)


def test_the_way_from_clarified_to_application(app: Flask, need: UUID) -> None:
    making.environment(app)
    client = Client(app, make.BROKER)
    for sent, told in (
        ({"state": "assessed", "new_knowledge": "yes", "conclusion": "Ingen har målt"}, "Assessed"),
        ({"state": "matching"}, "Seeks a match"),
        ({"state": "matched", "partner": "SINTEF Helgeland"}, "Matched"),
        ({"state": "in_application", "scheme": "Forprosjekt"}, "Application"),
    ):
        assert client.get(f"/needs/{need}/move").status_code == 200
        answer = client.post(f"/needs/{need}/move", sent)
        assert answer.headers["Location"] == f"/needs/{need}"
        assert f"is moved to “{told}”" in texts(client.follow(answer))
    stored = making.stored(app, need)
    assert (stored.state, stored.scheme, stored.new_knowledge) == ("in_application", "Forprosjekt", True)
    words = texts(client.get(f"/needs/{need}")).partition("What has happened")[2]
    assert "Ingrid Megler moved it to “Matched”" in words
    assert "SINTEF Helgeland, Proposed" in words


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"state": "assessed"}, "Choose yes or no"),
        ({"state": "assessed", "new_knowledge": "no", "conclusion": "Kjent"}, "Write where the undertaking was"),
        ({"state": "matching"}, "Assess first whether new knowledge is needed"),
        ({"state": "matched"}, "Write which environment or researcher it is"),
        ({"state": "matched", "partner": "Finnes ikke"}, "The directory has nobody"),
        ({"state": "in_application"}, "Write which scheme"),
        ({"state": "closed"}, "Write why the need is closed"),
        ({"state": "zz"}, "Choose one of the possibilities"),
        ({"state": "identified"}, "Choose one of the possibilities"),
    ],
)
def test_step_without_its_fact_is_refused(app: Flask, need: UUID, sent: dict[str, str], sentence: str) -> None:
    client = Client(app, make.BROKER)
    for partial in (False, True):
        answer = client.post(f"/needs/{need}/move", sent, partial=partial)
        assert answer.status_code == 422
        assert sentence in texts(answer)
        assert answer.text.startswith("<dialog") == partial
    assert making.stored(app, need).state == "identified"
    with app.app_context():
        assert db.session.scalars(select(Match)).all() == []


def test_refused_match_leaves_no_step(app: Flask, need: UUID) -> None:
    environment = making.environment(app)
    match = making.matched(app, need, environment)
    client = Client(app, make.BROKER)
    client.post(f"/needs/matches/{match}/move", {"state": "declined", "cause": "Ingen kapasitet"})
    answer = client.post(f"/needs/{need}/move", {"state": "matched", "partner": "SINTEF Helgeland"})
    assert answer.status_code == 422
    assert "Ingen kapasitet" in texts(answer)
    assert making.stored(app, need).state == "identified"


def test_move_in_the_columns_gives_the_columns(app: Flask, need: UUID) -> None:
    client = Client(app, make.COLLEAGUE)
    address = f"/needs/{need}/move?theme=materialer&view=columns"
    dialog = client.get(address, partial=True)
    assert dialog.text.startswith("<dialog")
    assert 'hx-post="/needs/' in dialog.text
    sent = {"state": "assessed", "new_knowledge": "yes", "conclusion": "Ja"}
    answer = client.post(address, sent, partial=True)
    assert answer.status_code == 200
    assert 'hx-target="#need_board"' in answer.text
    assert re.search(rf'href="/needs/{need}" data-focus>', answer.text)
    assert f"“{making.TITLE}” is moved to “Assessed”" in answer.text
    # Out of the columns: the focus goes to them.
    gone = client.post(address, {"state": "on_hold"}, partial=True)
    assert str(need) not in gone.text
    assert re.search(r'class="columns"[^>]+data-focus', gone.text)
    plain = client.post(address, {"state": "identified"})
    assert plain.headers["Location"] == f"/needs/?theme=materialer&view=columns#need_card-{need}"


# --- matches --------------------------------------------------------------------------------------------------


def test_match_is_proposed_and_taken_to_the_first_collaboration(app: Flask, need: UUID) -> None:
    making.environment(app)
    client = Client(app, make.BROKER)
    assert client.get(f"/needs/{need}/matches/new").status_code == 200
    answer = client.post(f"/needs/{need}/matches/new", {"partner": "sintef helgeland", "note": "Har frostrigg"})
    assert answer.status_code == 303
    assert "SINTEF Helgeland is proposed for the need" in texts(client.follow(answer))
    with app.app_context():
        match = db.session.scalars(select(Match)).one().id
    address = f"/needs/matches/{match}/move"
    for state in ("contacted", "meeting"):
        assert client.post(address, {"state": state}).status_code == 303
    refused = client.post(address, {"state": "agreed"}, partial=True)
    assert refused.status_code == 422
    assert "Choose yes or no" in texts(refused)
    done = client.post(address, {"state": "agreed", "first": "yes"})
    assert "the first collaboration with research" in texts(client.follow(done))
    assert making.stored_match(app, match).first_collaboration is True


def test_declined_one_is_neither_offered_nor_taken(app: Flask, need: UUID) -> None:
    match = making.matched(app, need, making.environment(app))
    making.environment(app, "SINTEF Narvik")
    client = Client(app, make.BROKER)
    address = f"/needs/matches/{match}/move"
    assert client.post(address, {"state": "declined"}).status_code == 422
    assert client.post(address, {"state": "declined", "cause": "Ingen kapasitet i år"}).status_code == 303
    offered = texts(client.get(f"/needs/parts/{need}/partners?q=sintef", partial=True))
    assert "SINTEF Narvik" in offered
    assert "SINTEF Helgeland" not in offered
    again = client.post(f"/needs/{need}/matches/new", {"partner": "SINTEF Helgeland"})
    assert again.status_code == 422
    assert "Ingen kapasitet i år" in texts(again)
    assert client.post(address, {"state": "agreed", "first": "no"}).status_code == 422
    assert making.stored_match(app, match).state == "declined"


def test_partner_of_several_is_chosen(app: Flask, need: UUID) -> None:
    one = making.environment(app, "SINTEF Helgeland")
    making.environment(app, "SINTEF Narvik")
    client = Client(app, make.BROKER)
    asked = client.post(f"/needs/{need}/matches/new", {"partner": "SINTEF"})
    assert asked.status_code == 422
    assert asked.text.count('name="partner_pick"') == 2
    sent = {"partner": "SINTEF", "partner_pick": f"environment-{one}"}
    assert client.post(f"/needs/{need}/matches/new", sent).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Match)).one().environment_id == one


def test_match_of_others_is_not_there(app: Flask, need: UUID) -> None:
    match = making.matched(app, need, making.environment(app))
    for email in (make.OTHER_BROKER, make.MANAGER, make.OBSERVER, make.ADMIN):
        client = Client(app, email)
        assert client.get(f"/needs/matches/{match}/move").status_code == 404
        assert client.post(f"/needs/matches/{match}/move", {"state": "meeting"}).status_code == 404
        assert client.get(f"/needs/parts/{need}/partners?q=sintef", partial=True).status_code == 404
    assert Client(app, make.LEAD).post(f"/needs/matches/{match}/move", {"state": "meeting"}).status_code == 403
    assert making.stored_match(app, match).state == "proposed"
