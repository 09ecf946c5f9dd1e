"""The administration over HTTP: people, roles, links, the audit log; as each of the roles."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from mono_web.accounts import actions
from mono_web.accounts.models import Person, Role
from mono_web.core import audit, clock
from mono_web.core.db import db
from tests import factories as make
from tests.accounts.conftest import NEW_PASSWORD, id_of, stored, verbs
from tests.client import Client, texts
from tests.factories import World

NEW = {"name": "Nina Nyansatt", "email": "nina@mono.test", "lang": "nb"}


def link_in(answer: TestResponse) -> str:
    """The one-time link that an answer shows: in a field of its own, to be copied and never changed."""
    field = re.search(r'<input [^>]*id="made_link"[^>]*>', answer.get_data(as_text=True))
    assert field is not None
    assert " readonly" in field[0]
    shown = re.search(r'value="http://localhost(/link/[^"]+)"', field[0])
    assert shown is not None
    return shown[1]


@pytest.fixture
def admin(app: Flask, world: World) -> Client:
    return Client(app, make.ADMIN)


@pytest.fixture
def broker_id(app: Flask, world: World) -> int:
    return id_of(app, make.BROKER)


@pytest.fixture
def role_id(app: Flask, world: World) -> int:
    with app.app_context():
        return make.person(make.BROKER).roles[0].id


# --- who may --------------------------------------------------------------------------------------------------

LISTS = ["/admin/", "/admin/audit", "/admin/people/new"]
ONE = ["", "/edit", "/disable", "/link", "/roles/new"]
WRITES = ["/admin/people/new", *(f"/admin/people/{{id}}{end}" for end in [*ONE[1:], "/enable"])]


@pytest.mark.parametrize("email", [make.BROKER, make.MENTOR, make.MANAGER, make.OBSERVER, make.STRANGER])
def test_administration_is_closed(app: Flask, broker_id: int, role_id: int, email: str) -> None:
    """Lists: 403; a single person is not there at all: 404."""
    client = Client(app, email)
    assert {client.get(address).status_code for address in LISTS} == {403}
    singles = [f"/admin/people/{broker_id}{end}" for end in ONE] + [f"/admin/roles/{role_id}/end"]
    assert {client.get(address).status_code for address in singles} == {404}
    assert {client.post(way.format(id=broker_id), NEW).status_code for way in WRITES} == {403, 404}


def test_lead_reads_only(app: Flask, broker_id: int, role_id: int) -> None:
    lead = Client(app, make.LEAD)
    page = lead.get("/admin/")
    assert "Ingrid Megler" in texts(page)
    assert "New person" not in texts(page)
    assert "Audit log" not in texts(page)
    shown = lead.get(f"/admin/people/{broker_id}")
    assert "ACT Cluster, MoNo" in texts(shown)
    assert "/edit" not in shown.get_data(as_text=True)
    assert {lead.post(way.format(id=broker_id), NEW).status_code for way in WRITES} == {403}
    assert lead.post(f"/admin/roles/{role_id}/end", {"ends_on": "today"}).status_code == 403
    assert lead.get("/admin/audit").status_code == 403


def test_nobody_there(admin: Client) -> None:
    for address in ("/admin/people/999", "/admin/people/999/edit", "/admin/roles/999/end"):
        assert admin.get(address).status_code == 404


# --- people ---------------------------------------------------------------------------------------------------


def test_list_is_narrowed_by_words(admin: Client) -> None:
    assert "Ingrid Megler" in texts(admin.get("/admin/"))
    found = admin.get("/admin/?q=marit", partial=True)
    assert "Marit Mentor" in texts(found)
    assert "Ingrid Megler" not in texts(found)
    assert "Nobody is called that" in texts(admin.get("/admin/?q=<b>%25"))


def test_list_asks_the_same_number_of_queries(app: Flask, admin: Client, world: World) -> None:
    def queries_of_list() -> int:
        count = 0

        def counted(*_: object) -> None:
            nonlocal count
            count += 1

        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", counted)
        admin.get("/admin/")
        event.remove(engine, "before_cursor_execute", counted)
        return count

    queries_of_list()  # the first one also opens the connection
    few = queries_of_list()
    with app.app_context():
        for number in range(30):
            person = actions.make_person(f"{number}@mono.test", f"Person {number}")
            actions.give_role(person, "mentor", clock.today(), None, world.programme)
        db.session.commit()
    assert queries_of_list() == few


@pytest.mark.parametrize("partial", [False, True])
def test_new_person_and_first_link(app: Flask, admin: Client, partial: bool) -> None:
    assert admin.get("/admin/people/new", partial=partial).status_code == 200
    op_id = str(uuid4())
    answer = admin.post("/admin/people/new", {**NEW, "op_id": op_id}, partial=partial)
    assert answer.status_code == 200
    assert "Valid until" in texts(answer)
    way = link_in(answer)
    again = admin.post("/admin/people/new", {**NEW, "op_id": op_id})
    assert again.headers["Location"] == f"/admin/people/{id_of(app, NEW['email'])}"
    assert "/link/" not in admin.follow(again).text
    nina = Client(app)
    done = nina.post(way, {"password": NEW_PASSWORD, "csrf_token": nina.token()})
    assert done.headers["Location"] == "/login"
    assert {"person made", "password link made", "password link used"} <= set(verbs(app))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Write the name"),
        ({"email": ""}, "Write the e-mail address"),
        ({"email": "nina"}, "Write the address like this"),
        ({"email": make.BROKER.upper()}, "already an account"),
        ({"lang": "xx"}, "Choose one of the possibilities"),
        ({"name": "n" * 121}, "The text is too long: 121 characters. At most 120"),
    ],
)
@pytest.mark.parametrize("partial", [False, True])
def test_new_person_refused(app: Flask, admin: Client, wrong: dict[str, str], sentence: str, partial: bool) -> None:
    answer = admin.post("/admin/people/new", {**NEW, **wrong}, partial=partial)
    assert answer.status_code == 422
    assert sentence in texts(answer)
    with app.app_context():
        assert db.session.query(Person).count() == len(make.PEOPLE)


def test_person_is_changed(app: Flask, admin: Client, broker_id: int) -> None:
    here = f"/admin/people/{broker_id}/edit"
    assert "Ingrid Megler" in admin.get(here, partial=True).get_data(as_text=True)
    changed = {"name": "Ingrid Ny", "email": make.BROKER, "lang": "nn"}
    assert admin.post(here, changed).headers["Location"] == f"/admin/people/{broker_id}"
    assert "Ingrid Ny" in texts(admin.get(f"/admin/people/{broker_id}"))
    assert verbs(app)[-1] == "person changed"
    taken = admin.post(here, {**changed, "email": make.MENTOR}, partial=True)
    assert taken.status_code == 422
    by_htmx = admin.post(here, changed, partial=True)
    assert by_htmx.headers["HX-Redirect"] == f"/admin/people/{broker_id}"


def test_account_is_closed_and_opened(app: Flask, admin: Client, broker_id: int) -> None:
    broker = Client(app, make.BROKER)
    here = f"/admin/people/{broker_id}"
    assert admin.get(f"{here}/disable").status_code == 200
    assert 'id="disable_form"' in admin.get(f"{here}/disable", partial=True).get_data(as_text=True)
    assert admin.post(f"{here}/disable").headers["Location"] == here
    assert broker.get("/profile").status_code == 303
    assert "Open the account again" in texts(admin.get(here))
    assert admin.post(f"{here}/link").status_code == 422
    assert admin.post(f"{here}/enable").headers["Location"] == here
    assert broker.get("/profile").status_code == 303
    assert verbs(app)[-2:] == ["person disabled", "person enabled"]


@pytest.mark.parametrize("partial", [False, True])
def test_last_admin_stays(app: Flask, admin: Client, partial: bool) -> None:
    with stored(app, make.ADMIN) as person:
        number, role = person.id, person.roles[0].id
    answer = admin.post(f"/admin/people/{number}/disable", partial=partial)
    assert answer.status_code == 422
    assert "last administrator" in texts(answer)
    answer = admin.post(f"/admin/roles/{role}/end", {"ends_on": "31.12.2099"}, partial=partial)
    assert answer.status_code == 422
    assert "last administrator" in texts(answer)
    assert admin.get("/admin/").status_code == 200


def test_link_is_shown_once(app: Flask, admin: Client, broker_id: int) -> None:
    here = f"/admin/people/{broker_id}/link"
    assert "/link/" not in admin.get(here).text
    assert 'id="link_form"' in admin.get(here, partial=True).get_data(as_text=True)
    answer = admin.post(here)
    assert 'for="made_link"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "/link/" not in admin.get(f"/admin/people/{broker_id}").text
    by_htmx = admin.post(here, partial=True)
    assert 'id="link_made"' in by_htmx.get_data(as_text=True)
    first, second = link_in(answer), link_in(by_htmx)
    assert Client(app).get(first).status_code == 404
    assert Client(app).get(second).status_code == 200


# --- roles ----------------------------------------------------------------------------------------------------


def test_role_is_given(app: Flask, admin: Client, world: World) -> None:
    number = id_of(app, make.STRANGER)
    here = f"/admin/people/{number}/roles/new"
    assert "Betongklyngen" in texts(admin.get(here))
    assert 'id="role_form"' in admin.get(here, partial=True).get_data(as_text=True)
    given = {
        "kind": "broker", "programme": str(world.programme), "cluster": str(world.betong),
        "starts_on": "today", "ends_on": "", "op_id": str(uuid4()),
    }  # fmt: skip
    for _ in range(2):
        assert admin.post(here, given).headers["Location"] == f"/admin/people/{number}"
    with app.app_context():
        role = db.session.query(Role).filter_by(person_id=number).one()
        assert (role.kind, role.cluster_id, role.ends_on) == ("broker", world.betong, None)
    assert "Betongklyngen, MoNo" in texts(admin.get(f"/admin/people/{number}"))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"cluster": ""}, "Choose a cluster"),
        ({"cluster": "999"}, "Choose one of the possibilities"),
        ({"kind": "king"}, "Choose one of the possibilities"),
        ({"starts_on": ""}, "Write the first day"),
        ({"starts_on": "31.02.2026"}, "There is no such day"),
        ({"ends_on": "yesterday"}, "The last day is before the first"),
    ],
)
@pytest.mark.parametrize("partial", [False, True])
def test_role_refused(
    app: Flask, admin: Client, world: World, wrong: dict[str, str], sentence: str, partial: bool
) -> None:
    number = id_of(app, make.STRANGER)
    given = {
        "kind": "broker", "programme": str(world.programme), "cluster": str(world.act), "starts_on": "today",
        "ends_on": "",
    }  # fmt: skip
    answer = admin.post(f"/admin/people/{number}/roles/new", {**given, **wrong}, partial=partial)
    assert answer.status_code == 422
    assert sentence in texts(answer)


def test_role_ends_on_a_day(app: Flask, admin: Client) -> None:
    with stored(app, make.LEAD) as person:
        number, role_id = person.id, person.roles[0].id
    here, lead = f"/admin/roles/{role_id}/end", Client(app, make.LEAD)
    assert admin.get(here).status_code == 200
    assert f'id="role_end_form-{role_id}"' in admin.get(here, partial=True).get_data(as_text=True)
    for wrong in ("", "nonsense", "1.1.2001"):
        assert admin.post(here, {"ends_on": wrong}).status_code == 422
    assert admin.post(here, {"ends_on": "today"}).headers["Location"] == f"/admin/people/{number}"
    assert lead.get("/admin/").status_code == 200
    assert admin.post(here, {"ends_on": "yesterday"}).status_code == 303
    assert lead.get("/admin/").status_code == 403
    assert "ended" in texts(admin.get(f"/admin/people/{number}"))
    assert verbs(app).count("role ended") == 2


# --- the audit log --------------------------------------------------------------------------------------------


def test_audit_log(app: Flask, admin: Client, broker_id: int) -> None:
    with app.app_context():
        for number in range(120):
            audit.note(f"line {number}", "entry", number)
        audit.note("read confidential", "entry", "secret")
        audit.note("role given", "person", broker_id, detail="broker")
        db.session.commit()
    first = admin.get("/admin/audit")
    assert "Role given" in texts(first)
    assert "Ingrid Megler" in texts(first)
    assert "secret" not in texts(first)
    assert "line 119" in texts(first)
    assert "line 60 " not in texts(first)
    older = first.get_data(as_text=True).split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    second = admin.get(older, partial=True)
    assert "line 60 " in texts(second)
    assert "line 119" not in texts(second)
    only = admin.get(f"/admin/audit?person={broker_id}")
    assert "Role given" in texts(only)
    assert "line 119" not in texts(only)
    assert admin.get("/admin/audit?person=nonsense&before=x").status_code == 200
    assert "Nothing is written here yet" in texts(admin.get("/admin/audit?before=1"))


def test_refusals_are_written_down(app: Flask, admin: Client, broker_id: int) -> None:
    Client(app, make.MENTOR).get(f"/admin/people/{broker_id}")
    Client(app, make.MENTOR).get("/admin/")
    page = texts(admin.get("/admin/audit"))
    assert "Refused: not allowed" in page
    assert "Refused: not there or not shared" in page
    assert "Marit Mentor" in page


def test_role_ended_yesterday_is_gone_at_once(app: Flask, admin: Client) -> None:
    with stored(app, make.STRANGER) as person:
        role = actions.give_role(person, "admin", clock.today() - timedelta(days=9))
    other = Client(app, make.STRANGER)
    assert other.get("/admin/").status_code == 200
    with app.app_context():
        actions.end_role(db.session.merge(role), clock.today() - timedelta(days=1))
        db.session.commit()
    assert other.get("/admin/").status_code == 403
