"""The list that comes with MoNo."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select

from mono_web.core import revisions
from mono_web.core.db import db
from mono_web.core.numbers import parse_orgnr
from mono_web.research import actions, queries
from mono_web.research.models import ENVIRONMENT, Environment
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World


def named(name: str) -> Environment:
    """The environment of this name."""
    return db.session.scalars(select(Environment).where(Environment.name == name)).one()


def test_list_is_taken_in_once(app: Flask, world: World) -> None:
    with app.app_context():
        first, second = actions.seed_environments(), actions.seed_environments()
        assert (first.made, first.known) == (31, 0)
        assert (second.made, second.known) == (0, 31)
        rows = list(db.session.scalars(select(Environment)))
        assert len(rows) == 31
        assert sum(bool(one.orgnr) for one in rows) == 30
        assert all(parse_orgnr(one.orgnr) == one.orgnr for one in rows if one.orgnr)
        assert sum(bool(one.nva_uri) for one in rows) == 25
        assert {(one.approved, one.checked_on, one.source) for one in rows} == {(None, None, "list")}
        assert [len(revisions.of(ENVIRONMENT, one.id)) for one in rows] == [1] * 31


def test_marks_of_what_is_unconfirmed_are_kept(app: Flask, world: World) -> None:
    with app.app_context():
        actions.seed_environments()
        missing, nibio = named("SINTEF Helgeland AS"), named("NIBIO")
        assert (missing.orgnr, missing.note) == (None, "orgnr ikke funnet i kildene; sjekk om fusjonert")
        assert nibio.note.endswith("- sjekk")
        assert nibio.themes == ["alger", "landbruk"]
        assert named("Nord universitet").nva_uri == "https://api.nva.unit.no/cristin/organization/204.0.0.0"


def test_what_a_person_changed_stays(app: Flask, world: World) -> None:
    with app.app_context():
        actions.seed_environments()
        broker = make.viewer(make.BROKER)
        for old, new in (("SINTEF Helgeland AS", "Helgelandsforsk"), ("Nofima AS", "Nofima Tromsø")):
            environment = named(old)
            fields = {
                **actions.environment_fields(environment),
                "name": new,
                "approved": True,
                "note": "Snakket med dem.",
            }
            actions.save_environment(broker, environment, fields, environment.revision)
        assert actions.seed_environments().made == 0
        assert db.session.scalar(select(func.count()).select_from(Environment)) == 31
        changed = named("Nofima Tromsø")
        assert (changed.note, changed.approved, changed.source) == ("Snakket med dem.", True, "typed")


def test_what_people_wrote_before_is_recognised(app: Flask, world: World) -> None:
    with app.app_context():
        actions.record_environment({"name": "Nordlandsforsking", "orgnr": "989714309"}, None)
        actions.record_environment({"name": "sintef helgeland"}, None)
        assert actions.seed_environments() == (29, 2)
        assert not queries.namesakes("Nordlandsforskning AS")


def test_button_stands_on_the_empty_directory(app: Flask, world: World) -> None:
    for email in (make.BROKER, make.LEAD):
        client = Client(app, email)
        assert 'action="/research/seed"' in client.get("/research/").get_data(as_text=True)
    assert "/research/seed" not in Client(app, make.MANAGER).get("/research/").get_data(as_text=True)
    assert Client(app, make.MANAGER).post("/research/seed").status_code == 403
    client = Client(app, make.LEAD)
    page = texts(client.follow(client.post("/research/seed")))
    assert "31 R&amp;D environments are in the directory now" in page
    assert "Akvaplan-niva AS" in page
    assert "/research/seed" not in client.get("/research/").get_data(as_text=True)
    assert "/research/seed" not in client.get("/research/?q=finnesikke").get_data(as_text=True)
    assert "had all of the list already" in texts(client.follow(client.post("/research/seed")))
