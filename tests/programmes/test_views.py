"""Programmes, clusters and priority areas over HTTP."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from mono_web.accounts import actions as accounts
from mono_web.core import clock, revisions
from mono_web.core.db import db
from mono_web.programmes import actions
from mono_web.programmes.models import Cluster, PriorityArea, Programme
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World

MEMBERS = [make.BROKER, make.MENTOR, make.LEAD, make.MANAGER, make.OBSERVER]
PROGRAMME = {
    "name": "MoNo II",
    "code": "mono-2",
    "starts_on": "01.01.2027",
    "ends_on": "31.12.2029",
    "budget_nok": "3 000 000",
    "funder": "Forskningsrådet",
    "funder_ref": "322343",
    "source": "",
    "late_days": "5",
    "base_rev": "0",
}
CLUSTER = {"name": "BGINN", "code": "bginn", "other_names": "", "host": "", "place": "Bodø", "source": ""}


@pytest.fixture
def admin(app: Flask, world: World) -> Client:
    """The admin's browser."""
    return Client(app, make.ADMIN)


def another_admin(app: Flask) -> Client:
    """A second one, to meet the first."""
    with app.app_context():
        accounts.give_role(make.person(make.STRANGER), "admin", clock.today())
        db.session.commit()
    return Client(app, make.STRANGER)


def programme_form(app: Flask, programme_id: int) -> dict[str, str]:
    """What a browser would send of the form as it is shown."""
    with app.app_context():
        programme = db.session.get(Programme, programme_id)
        assert programme is not None
        fields = actions.as_fields(programme)
        days = {name: "-".join(fields[name].split("-")) for name in ("starts_on", "ends_on")}
        return {name: str(value or "") for name, value in (fields | days).items()} | {
            "starts_on": f"{programme.starts_on:%d.%m.%Y}",
            "ends_on": f"{programme.ends_on:%d.%m.%Y}",
            "base_rev": str(programme.revision),
        }


def test_everyone_sees_the_programmes_of_their_roles(app: Flask, world: World) -> None:
    for email in MEMBERS:
        client = Client(app, email)
        words = texts(client.get("/programmes/"))
        assert "ACT Cluster, Betongklyngen" in words
        assert "MoFI" not in words
        assert "New programme" not in words
        assert client.get(f"/programmes/{world.programme}").status_code == 200
        assert client.get(f"/programmes/{world.predecessor}").status_code == 404
    words = texts(Client(app, make.PREDECESSOR_BROKER).get("/programmes/"))
    assert "MoFI" in words
    assert "Betongklyngen" not in words
    assert "You have no role in a programme today" in texts(Client(app, make.STRANGER).get("/programmes/"))


def test_people_are_shown_to_admin_and_lead(app: Flask, world: World) -> None:
    for email, shown in ((make.ADMIN, True), (make.LEAD, True), (make.BROKER, False), (make.OBSERVER, False)):
        assert ("Liv Klyngeleder" in texts(Client(app, email).get(f"/programmes/{world.programme}"))) is shown


@pytest.mark.parametrize("email", [*MEMBERS, make.STRANGER])
def test_only_the_admin_writes(app: Flask, world: World, email: str) -> None:
    client = Client(app, email)
    with app.app_context():
        area = actions.record_area(make.viewer(make.ADMIN), _programme(world), {"name": "Havbruk", "source": ""})
        area_id = area.id
        db.session.commit()
    seen = 404 if email == make.STRANGER else 403
    own = f"/programmes/{world.programme}"
    assert client.post("/programmes/new", PROGRAMME).status_code == 403
    assert client.post("/programmes/clusters/new", CLUSTER).status_code == 403
    for address in (
        f"{own}/edit",
        f"{own}/areas/new",
        f"{own}/clusters",
        f"{own}/clusters/{world.act}/remove",
        f"/programmes/clusters/{world.act}/edit",
        f"/programmes/areas/{area_id}/edit",
        f"/programmes/areas/{area_id}/remove",
    ):
        assert client.post(address, PROGRAMME).status_code == seen, address
    assert client.post(f"/programmes/{world.predecessor}/edit", PROGRAMME).status_code == 404


def _programme(world: World) -> Programme:
    found = db.session.get(Programme, world.programme)
    assert found is not None
    return found


@pytest.mark.parametrize("address", ["/programmes/999", "/programmes/999/edit", "/programmes/clusters/999/edit",
                                     "/programmes/areas/999/edit", "/programmes/999/areas/new"])  # fmt: skip
def test_unknown_ones_are_not_found(admin: Client, address: str) -> None:
    assert admin.get(address).status_code == 404


# --- programmes ---------------------------------------------------------------------------------------------


def test_new_programme(app: Flask, admin: Client) -> None:
    assert admin.get("/programmes/new").status_code == 200
    fields = PROGRAMME | {"op_id": str(uuid4())}
    page = admin.follow(admin.post("/programmes/new", fields))
    words = texts(page).replace("\u00a0", " ")
    assert "MoNo II is saved" in words
    assert "3,000,000 kr" in words
    assert "1 January 2027" in words
    admin.post("/programmes/new", fields)
    with app.app_context():
        [made] = db.session.scalars(select(Programme).where(Programme.code == "mono-2"))
        assert (made.budget_nok, made.late_days, made.revision) == (3_000_000, 5, 1)
        assert revisions.at("programme", UUID(int=made.id), 1) is not None


BAD_INPUT = [
    ({"name": ""}, "Write the name of the programme"),
    ({"code": ""}, "Write the code with small letters"),
    ({"code": "Mo No"}, "Write the code with small letters"),
    ({"code": "mono"}, "This code is in use"),
    ({"starts_on": ""}, "Write the first day"),
    ({"starts_on": "31.02.2027"}, "There is no such day"),
    ({"ends_on": "31.12.2026"}, "The last day lies before the first one"),
    ({"budget_nok": "mye"}, "Write a whole number from 0 to"),
    ({"budget_nok": "-5"}, "Write a whole number from 0 to"),
    ({"late_days": "0"}, "Write a whole number from 1 to 365"),
    ({"late_days": ""}, "Write a number of days"),
    ({"source": "x" * 2001}, "The text is too long"),
]


def test_programme_with_bad_input(app: Flask, admin: Client) -> None:
    for place, (given, sentence) in enumerate(BAD_INPUT):
        answer = admin.post("/programmes/new", PROGRAMME | given, partial=bool(place % 2))
        assert answer.status_code == 422
        assert sentence in texts(answer), given
        [typed] = given.values()
        assert typed in answer.get_data(as_text=True)
        assert 'value="322343"' in answer.get_data(as_text=True)
    with app.app_context():
        assert len(list(db.session.scalars(select(Programme)))) == 2


def test_edit_of_a_programme_made_by_the_setup(app: Flask, world: World, admin: Client) -> None:
    fields = programme_form(app, world.programme) | {"budget_nok": "kr 1.500.000,-", "late_days": "7"}
    page = admin.follow(admin.post(f"/programmes/{world.programme}/edit", fields))
    assert "Late after 7 days" in texts(page)
    with app.app_context():
        kept = revisions.of("programme", UUID(int=world.programme))
        assert [(one.number, one.fields["budget_nok"]) for one in kept] == [(2, 1_500_000), (1, None)]
        assert _programme(world).revision == 2


def test_edit_of_another_field_is_merged_and_told(app: Flask, world: World, admin: Client) -> None:
    two = another_admin(app)
    base = programme_form(app, world.programme)
    address = f"/programmes/{world.programme}/edit"
    admin.post(address, base | {"funder": "Forskningsrådet"})
    page = two.follow(two.post(address, base | {"budget_nok": "100"}))
    assert "Changed elsewhere meanwhile, and kept: Funder" in texts(page)
    with app.app_context():
        programme = _programme(world)
        assert (programme.funder, programme.budget_nok, programme.revision) == ("Forskningsrådet", 100, 3)


@pytest.mark.parametrize("partial", [False, True])
def test_two_admins_in_the_same_field_keep_both_texts(app: Flask, world: World, admin: Client, partial: bool) -> None:
    two = another_admin(app)
    base = programme_form(app, world.programme)
    address = f"/programmes/{world.programme}/edit"
    admin.post(address, base | {"source": "Kunngjort i mai", "ends_on": "01.05.2028", "funder": "Fylket"})
    sent = base | {"source": "Kunngjort i juni", "ends_on": "01.06.2028"}
    answer = two.post(address, sent, partial=partial)
    assert answer.status_code == 409
    body = answer.get_data(as_text=True)
    assert "Kunngjort i <ins>juni</ins>" in body
    assert "Kunngjort i <ins>mai</ins>" in body
    assert "Kunngjort i juni</textarea>" in body
    assert 'value="01.06.2028"' in body
    assert 'value="Fylket"' in body
    assert "Changed elsewhere meanwhile, and kept: Funder" in texts(answer)
    with app.app_context():
        assert _programme(world).source == "Kunngjort i mai"
        [row] = revisions.open_conflicts("programme", UUID(int=world.programme), make.person(make.STRANGER).id)
        assert row.fields["source"] == "Kunngjort i juni"
    chosen = {"base_rev": "2", "funder": "Fylket", "choose-source": "mine", "choose-ends_on": "theirs"}
    two.follow(two.post(address, sent | chosen))
    with app.app_context():
        programme = _programme(world)
        assert (programme.source, programme.funder) == ("Kunngjort i juni", "Fylket")
        assert f"{programme.ends_on:%d.%m.%Y}" == "01.05.2028"
        assert [one.fields["source"] for one in revisions.of("programme", UUID(int=world.programme))] == [
            "Kunngjort i juni",
            "Kunngjort i mai",
            "",
        ]


def test_merged_days_stay_in_order(app: Flask, world: World, admin: Client) -> None:
    base = programme_form(app, world.programme)
    address = f"/programmes/{world.programme}/edit"
    admin.post(address, base | {"ends_on": base["starts_on"]})
    late = base | {"starts_on": f"{make.day(1):%d.%m.%Y}"}
    answer = admin.post(address, late)
    assert answer.status_code == 422
    assert "The last day lies before the first one" in texts(answer)


# --- clusters and areas -------------------------------------------------------------------------------------


def test_cluster_exists_once_and_joins_programmes(app: Flask, world: World, admin: Client) -> None:
    own = f"/programmes/{world.programme}"
    page = admin.follow(admin.post(f"/programmes/clusters/new?programme={world.programme}", CLUSTER))
    assert "BGINN" in texts(page)
    assert "This code is in use" in texts(admin.post("/programmes/clusters/new", CLUSTER))
    with app.app_context():
        [cluster] = db.session.scalars(select(Cluster).where(Cluster.code == "bginn"))
        number = cluster.id
    other = f"/programmes/{world.predecessor}"
    assert "BGINN takes part" in texts(admin.follow(admin.post(f"{other}/clusters", {"cluster": number})))
    assert "BGINN is taken out" in texts(admin.follow(admin.post(f"{own}/clusters/{number}/remove")))
    with app.app_context():
        assert [one.code for one in _programme(world).clusters] == ["act", "betong"]


def test_cluster_with_roles_stays(app: Flask, world: World, admin: Client) -> None:
    answer = admin.post(f"/programmes/{world.programme}/clusters/{world.act}/remove")
    assert answer.status_code == 422
    assert "ACT Cluster cannot be taken out: somebody has or has had a role in it" in texts(answer)
    with app.app_context():
        assert world.act in {one.id for one in _programme(world).clusters}


def test_unknown_cluster_takes_no_part(world: World, admin: Client) -> None:
    answer = admin.post(f"/programmes/{world.programme}/clusters", {"cluster": "999"})
    assert answer.status_code == 422
    assert "Choose one of the possibilities" in texts(answer)


def test_cluster_is_edited_for_all_programmes(app: Flask, world: World, admin: Client) -> None:
    address = f"/programmes/clusters/{world.act}/edit"
    assert 'value="ACT Cluster"' in admin.get(address).get_data(as_text=True)
    fields = CLUSTER | {"name": "ACT", "code": "act", "base_rev": "1"}
    assert "ACT is saved" in texts(admin.follow(admin.post(address, fields)))
    answer = admin.post(address, fields | {"name": "ACT klynge"})
    assert answer.status_code == 409
    with app.app_context():
        cluster = db.session.get(Cluster, world.act)
        assert cluster is not None
        assert (cluster.name, cluster.revision) == ("ACT", 2)


def test_priority_areas_come_change_and_go(app: Flask, world: World, admin: Client) -> None:
    own = f"/programmes/{world.programme}"
    assert admin.get(f"{own}/areas/new").status_code == 200
    page = admin.follow(admin.post(f"{own}/areas/new", {"name": "Havbruk", "source": "Handlingsplanen"}))
    assert "Havbruk Handlingsplanen" in texts(page)
    assert "Write the name" in texts(admin.post(f"{own}/areas/new", {"name": " "}))
    with app.app_context():
        [area] = db.session.scalars(select(PriorityArea))
        number = area.id
    address = f"/programmes/areas/{number}/edit"
    fields = {"name": "Havbruk og tare", "source": "", "base_rev": "1"}
    assert "Havbruk og tare is saved" in texts(admin.follow(admin.post(address, fields)))
    assert admin.post(address, fields | {"name": "Tare"}).status_code == 409
    assert "is taken away" in texts(admin.follow(admin.post(f"/programmes/areas/{number}/remove")))
    assert admin.get(address).status_code == 404
    with app.app_context():
        assert len(revisions.of("area", UUID(int=number))) == 2


def test_number_of_queries_does_not_grow(app: Flask, world: World, admin: Client) -> None:
    addresses = ("/programmes/", f"/programmes/{world.programme}")
    counts = []
    for turn in range(2):
        counted = []
        for address in addresses:
            admin.get(address)
            with statements() as sent:
                admin.get(address)
            counted.append(len(sent))
        counts.append(counted)
        with app.app_context():
            viewer = make.viewer(make.ADMIN)
            for place in range(30):
                programme = actions.record_programme(
                    viewer, actions.as_fields(_programme(world)) | {"code": f"p-{turn}-{place}"}
                )
                actions.record_cluster(viewer, CLUSTER | {"code": f"c-{turn}-{place}"}, programme)
                actions.record_area(viewer, _programme(world), {"name": f"Tema {place}", "source": ""})
                person = accounts.make_person(f"p{turn}-{place}@mono.test", "Per Mentor", "en")
                accounts.give_role(person, "mentor", clock.today(), None, world.programme)
            db.session.commit()
    assert counts[0] == counts[1]
