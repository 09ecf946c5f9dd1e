"""Undertakings over HTTP: list, page, form, suggestions."""

from __future__ import annotations

import csv
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from mono_web.companies import actions, queries
from mono_web.companies.forms import CompanyForm
from mono_web.companies.models import Company
from mono_web.core import revisions
from mono_web.core.db import db
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World

NUMBERS = Path(__file__).parents[1] / "core" / "data" / "orgnr_testvektorer.csv"
READERS = [make.BROKER, make.OTHER_BROKER, make.MENTOR, make.LEAD, make.MANAGER, make.PREDECESSOR_BROKER]
OTHERS = [make.OBSERVER, make.ADMIN, make.STRANGER]


BLANK = {"name": "", "orgnr": "", "legal_form": "", "municipality": "", "elsewhere": "", "website": ""}


def stored(app: Flask, company_id: UUID) -> Company:
    """The undertaking as it stands now."""
    with app.app_context():
        company = db.session.get(Company, company_id)
        assert company is not None
        list(company.clusters)  # loaded while there is a session
        return company


def many(app: Flask, number: int, name: str = "Fjellrev") -> None:
    """That many more undertakings."""
    with app.app_context():
        for place in range(number):
            actions.record_company(f"{name} {place:02d} AS", municipality="Rana")
        db.session.commit()


@pytest.mark.parametrize("email", READERS)
def test_readers_see_list_and_page(app: Flask, world: World, email: str) -> None:
    client = Client(app, email)
    assert "Ranfjord Slagg AS" in texts(client.get("/companies/"))
    page = client.get(f"/companies/{world.company}")
    assert page.status_code == 200
    assert "310 279 323" in texts(page).replace("\u00a0", " ")


@pytest.mark.parametrize("email", OTHERS)
def test_others_see_nothing(app: Flask, world: World, email: str) -> None:
    client = Client(app, email)
    assert client.get("/companies/").status_code == 403
    assert client.get("/companies/parts/suggest?q=ran", partial=True).status_code == 403
    assert client.get("/companies/new").status_code == 403
    for address in (f"/companies/{world.company}", f"/companies/{world.company}/edit"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "Ranfjord" not in texts(answer)


def test_unknown_undertaking_is_not_found(client: Client) -> None:
    assert client.login(make.BROKER).get(f"/companies/{uuid4()}").status_code == 404


def test_empty_facts_are_unknown(app: Flask, world: World) -> None:
    words = texts(Client(app, make.MENTOR).get(f"/companies/{world.other_company}"))
    assert words.count("unknown") == 5
    with app.app_context():
        company = db.session.get(Company, world.other_company)
        assert company is not None
        company.employees = 0
        db.session.commit()
    assert "Employees 0" in texts(Client(app, make.MENTOR).get(f"/companies/{world.other_company}"))


def test_only_brokers_of_its_clusters_edit(app: Flask, world: World) -> None:
    address = f"/companies/{world.company}/edit"
    for email in (make.BROKER, make.COLLEAGUE, make.MENTOR):
        assert Client(app, email).get(address).status_code == 200
    for email in (make.OTHER_BROKER, make.LEAD, make.MANAGER):
        client = Client(app, email)
        assert client.get(address).status_code == 403
        assert client.post(address, BLANK | {"name": "Kapret AS", "base_rev": "1"}).status_code == 403
        assert address not in client.get(f"/companies/{world.company}").get_data(as_text=True)
    assert stored(app, world.company).name == "Ranfjord Slagg AS"


# --- the list -----------------------------------------------------------------------------------------------


def test_list_pages_by_key(app: Flask, world: World) -> None:
    many(app, 30)
    client = Client(app, make.BROKER)
    first = client.get("/companies/")
    assert "Fjellrev 24 AS" in texts(first)
    assert "Fjellrev 25 AS" not in texts(first)
    with app.app_context():
        page = queries.companies_for(make.viewer(make.BROKER))
        rest = queries.companies_for(make.viewer(make.BROKER), after=page.after)
    assert (len(page.rows), len(rest.rows), rest.after) == (25, 7, "")
    assert not {one.id for one in page.rows} & {one.id for one in rest.rows}
    whole = client.get(f"/companies/?after={page.after}")
    assert "Ranfjord Slagg AS" in texts(whole)
    part = client.get(f"/companies/?after={page.after}", partial=True)
    assert part.get_data(as_text=True).startswith('<div id="company_rows-')
    assert client.get("/companies/?after=nonsense").status_code == 200


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("q=ranfj", ["Ranfjord Slagg AS"]),
        ("q=slagg", ["Ranfjord Slagg AS"]),
        ("q=310+279", ["Ranfjord Slagg AS"]),
        ("q=310279323", ["Ranfjord Slagg AS"]),
        ("q=%25", []),
        ("q=%22%27%28", []),
        ("q=finnes+ikke", []),
        ("q=&cluster=", ["Ofoten Betong AS", "Ranfjord Slagg AS"]),
    ],
)
def test_list_is_filtered(app: Flask, world: World, asked: str, wanted: list[str]) -> None:
    client = Client(app, make.BROKER)
    for partial in (False, True):
        words = texts(client.get(f"/companies/?{asked}", partial=partial))
        found = [name for name in ("Ofoten Betong AS", "Ranfjord Slagg AS") if name in words]
        assert found == wanted


def test_list_is_filtered_by_cluster(app: Flask, world: World) -> None:
    words = texts(Client(app, make.BROKER).get(f"/companies/?cluster={world.betong}", partial=True))
    assert "Ofoten Betong AS" in words
    assert "Ranfjord" not in words
    assert "1 undertaking" in words


def test_number_of_queries_does_not_grow(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    addresses = ("/companies/", "/companies/?q=fjell", "/companies/parts/suggest?q=fjellrev+0")
    many(app, 1)
    client.get("/companies/")
    counts = []
    for _round in range(2):
        counted = []
        for address in addresses:
            with statements() as sent:
                client.get(address, partial="parts" in address)
            counted.append(len(sent))
        counts.append(counted)
        many(app, 30)
    assert counts[0][:2] == counts[1][:2]
    assert counts[0][2] >= counts[1][2]


# --- suggestions --------------------------------------------------------------------------------------------


def test_suggestions_carry_what_the_script_reads(app: Flask, world: World) -> None:
    body = Client(app, make.BROKER).get("/companies/parts/suggest?q=ranf&new=1", partial=True).get_data(as_text=True)
    assert f'data-value="{world.company}" data-label="Ranfjord Slagg AS"' in body
    assert "310\u00a0279\u00a0323 · Rana" in body
    assert 'data-value="new" data-label="ranf"' in body
    assert "Register “ranf” as new" in body


@pytest.mark.parametrize(("typed", "new"), [("", ""), ("ranf", ""), ("", "&new=1"), ("   ", "&new=1")])
def test_nothing_new_is_offered_unasked(app: Flask, world: World, typed: str, new: str) -> None:
    body = Client(app, make.BROKER).get(f"/companies/parts/suggest?q={typed}{new}", partial=True)
    assert "as new" not in texts(body)


def test_only_brokers_are_offered_to_register(app: Flask, world: World) -> None:
    body = Client(app, make.LEAD).get("/companies/parts/suggest?q=ranf&new=1", partial=True)
    assert "Ranfjord Slagg AS" in texts(body)
    assert "as new" not in texts(body)


def test_typed_script_is_shown_as_letters(app: Flask, world: World) -> None:
    answer = Client(app, make.BROKER).get("/companies/parts/suggest?new=1&q=<script>x</script>", partial=True)
    assert "<script>" not in answer.get_data(as_text=True)


def test_suggestions_are_eight_and_the_beginning_goes_first(app: Flask, world: World) -> None:
    many(app, 12)
    with app.app_context():
        actions.record_company("Gamle Fjellrev Drift AS")
        actions.record_company("Slagg og Sement AS")
        viewer = make.viewer(make.BROKER)
        assert len(queries.suggestions(viewer, "fjellrev")) == 8
        names = [company.name for company in queries.suggestions(viewer, "slagg")]
        assert names == ["Slagg og Sement AS", "Ranfjord Slagg AS"]
        assert [one.name for one in queries.suggestions(viewer, "310 27")] == ["Ranfjord Slagg AS"]
        assert queries.suggestions(viewer, "") == []
        assert queries.suggestions(make.viewer(make.OBSERVER), "slagg") == []


# --- new ----------------------------------------------------------------------------------------------------


def test_new_undertaking_is_registered(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    assert client.get("/companies/new?name=Nesna+Plast").status_code == 200
    answer = client.post(
        "/companies/new",
        BLANK
        | {
            "name": " Nesna   Plast AS",
            "orgnr": "974 760 673",
            "legal_form": "AS",
            "municipality": "1828",
            "website": "nesnaplast.example",
            "clusters": [world.act, world.betong],
        },
    )
    page = client.follow(answer)
    assert "Nesna Plast AS is registered" in texts(page)
    assert 'href="https://nesnaplast.example"' in page.get_data(as_text=True)
    company = stored(app, UUID(answer.headers["Location"].rsplit("/", 1)[-1]))
    assert (company.orgnr, company.municipality_code, company.municipality) == ("974760673", "1828", "Nesna")
    assert [cluster.id for cluster in company.clusters] == [world.act]
    assert company.created_by is not None


def test_new_undertaking_is_made_once(app: Flask, world: World) -> None:
    client, fields = Client(app, make.BROKER), BLANK | {"name": "Nesna Plast AS", "op_id": str(uuid4())}
    places = {client.post("/companies/new", fields).headers["Location"] for _time in range(2)}
    assert len(places) == 1


BAD_INPUT: list[tuple[dict[str, str], str]] = [
    ({"name": ""}, "Write the name of the undertaking"),
    ({"name": "A" * 201}, "The text is too long"),
    ({"name": "Nesna\x00Plast"}, "invisible character"),
    ({"name": "Nesna \u202e Plast"}, "turn the reading direction"),
    ({"name": "Nesna Plast", "orgnr": "974760674"}, "the last one is a check digit"),
    ({"name": "Nesna Plast", "orgnr": "97476067"}, "has nine digits"),
    ({"name": "Nesna Plast", "legal_form": "XYZ"}, "Choose one of the possibilities"),
    ({"name": "Nesna Plast", "municipality": "0301"}, "Choose one of the possibilities"),
    ({"name": "Nesna Plast", "municipality": "other"}, "Write the place"),
    ({"name": "Nesna Plast", "website": "ingen adresse"}, "Write the website like this"),
]


def test_new_undertaking_with_bad_input(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    for given, sentence in BAD_INPUT:
        answer = client.post("/companies/new", BLANK | given, partial=bool(given["name"]))
        assert answer.status_code == 422
        assert sentence in texts(answer), given
    with app.app_context():
        assert len(queries.companies_for(make.viewer(make.BROKER)).rows) == 2


def test_known_number_names_and_links_the_undertaking(app: Flask, world: World) -> None:
    given = BLANK | {"name": "Ranfjord", "orgnr": "310 279 323"}
    answer = Client(app, make.BROKER).post("/companies/new", given)
    assert answer.status_code == 422
    assert "This number is registered already: Ranfjord Slagg AS" in texts(answer)
    assert f'href="/companies/{world.company}"' in answer.get_data(as_text=True)


def test_twin_is_asked_about_once(app: Flask, world: World) -> None:
    client, fields = Client(app, make.BROKER), BLANK | {"name": "RANFJORD SLAGG", "municipality": "1833"}
    answer = client.post("/companies/new", fields)
    assert answer.status_code == 422
    assert "There is already an undertaking of this name" in texts(answer)
    seen = f"twin:{world.company}"
    assert f'name="seen_warnings" value="{seen}"' in answer.get_data(as_text=True)
    assert client.post("/companies/new", {**fields, "seen_warnings": seen}).status_code == 303
    assert client.post("/companies/new", {**fields, "municipality": "1806"}).status_code == 303


def test_numbers_are_judged_as_the_vectors_say(app: Flask, world: World) -> None:
    with NUMBERS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    with app.test_request_context(method="POST"):
        for row in rows:
            form = CompanyForm(formdata=MultiDict(BLANK | {"name": "Nesna Plast", "orgnr": row["inn"]}))
            form.offer()
            assert (form.validate() and not form.errors) is row["dom"].startswith("gyldig"), row


def test_known_number_uses_the_existing_one(app: Flask, world: World) -> None:
    with app.app_context():
        made = actions.record_company("Et annet navn", orgnr="310279323", cluster_id=world.betong)
        assert made.known
        assert (made.company.id, made.company.name) == (world.company, "Ranfjord Slagg AS")
        assert [cluster.id for cluster in made.company.clusters] == [world.act]
        assert made.company.revision == 1


# --- edit ---------------------------------------------------------------------------------------------------


def form_of(client: Client, company_id: UUID) -> dict[str, str]:
    """What a browser would send of the form as it is shown."""
    company = stored(client.app, company_id)
    assert client.get(f"/companies/{company_id}/edit").status_code == 200
    return {
        "base_rev": str(company.revision),
        "name": company.name,
        "orgnr": company.orgnr or "",
        "legal_form": company.form,
        "municipality": company.municipality_code or "",
        "website": company.website,
    }


def test_edit_saves_and_keeps_a_revision(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    fields = form_of(client, world.company) | {"website": "ranfjord.example", "clusters": world.act}
    page = client.follow(client.post(f"/companies/{world.company}/edit", fields))
    assert "Ranfjord Slagg AS is saved" in texts(page)
    company = stored(app, world.company)
    assert (company.website, company.revision, company.municipality_code) == ("ranfjord.example", 2, "1833")
    with app.app_context():
        kept = revisions.of("company", world.company)
        assert [one.fields["website"] for one in kept] == ["ranfjord.example", ""]


def test_edit_leaves_clusters_of_others(app: Flask, world: World) -> None:
    with app.app_context():
        made = actions.record_company("To klynger AS", more_clusters=[world.act, world.betong])
        both = made.company.id
        db.session.commit()
    client = Client(app, make.BROKER)
    page = texts(client.get(f"/companies/{both}/edit"))
    assert "Also in: Betongklyngen" in page
    given = BLANK | {"name": "To klynger AS", "base_rev": "1", "clusters": world.betong}
    client.post(f"/companies/{both}/edit", given)
    assert [cluster.id for cluster in stored(app, both).clusters] == [world.betong]


def test_edit_takes_no_number_of_another(app: Flask, world: World) -> None:
    client = Client(app, make.OTHER_BROKER)
    fields = form_of(client, world.other_company) | {"orgnr": "310279323"}
    answer = client.post(f"/companies/{world.other_company}/edit", fields, partial=True)
    assert answer.status_code == 422
    assert "This number is registered already: Ranfjord Slagg AS" in texts(answer)
    assert stored(app, world.other_company).orgnr is None


def test_edit_of_another_field_is_merged_and_told(app: Flask, world: World) -> None:
    one, two = Client(app, make.BROKER), Client(app, make.COLLEAGUE)
    first, second = form_of(one, world.company), form_of(two, world.company)
    address = f"/companies/{world.company}/edit"
    one.post(address, first | {"website": "ranfjord.example", "clusters": world.act})
    page = two.follow(two.post(address, second | {"legal_form": "AS", "clusters": world.act}))
    assert "Changed elsewhere meanwhile, and kept: Website" in texts(page)
    company = stored(app, world.company)
    assert (company.website, company.form, company.revision) == ("ranfjord.example", "AS", 3)


@pytest.mark.parametrize("partial", [False, True])
def test_edit_of_the_same_field_shows_both(app: Flask, world: World, partial: bool) -> None:
    one, two = Client(app, make.BROKER), Client(app, make.COLLEAGUE)
    first, second = form_of(one, world.company), form_of(two, world.company)
    address = f"/companies/{world.company}/edit"
    one.post(address, first | {"name": "Ranfjord Metall AS", "website": "a.example", "clusters": world.act})
    answer = two.post(address, second | {"name": "Ranfjord Gips AS", "clusters": world.act}, partial=partial)
    assert answer.status_code == 409
    body = answer.get_data(as_text=True)
    assert "Ranfjord <ins>Gips</ins> AS" in body
    assert "Ranfjord <ins>Metall</ins> AS" in body
    assert 'value="Ranfjord Gips AS"' in body
    assert 'value="a.example"' in body
    assert 'name="base_rev" value="2"' in body
    assert stored(app, world.company).name == "Ranfjord Metall AS"
    with app.app_context():
        [row] = revisions.open_conflicts("company", world.company, make.person(make.COLLEAGUE).id)
        assert (row.fields["name"], row.base_rev, row.met_rev) == ("Ranfjord Gips AS", 1, 2)
    chosen = second | {"name": "Ranfjord Gips AS", "website": "a.example", "base_rev": "2", "clusters": world.act}
    two.post(address, chosen | {"choose-name": "theirs"})
    company = stored(app, world.company)
    assert (company.name, company.website, company.revision) == ("Ranfjord Metall AS", "a.example", 3)
    with app.app_context():
        assert not revisions.open_conflicts("company", world.company, make.person(make.COLLEAGUE).id)
    two.post(address, chosen | {"choose-name": "mine", "base_rev": "3"})
    assert stored(app, world.company).name == "Ranfjord Gips AS"
