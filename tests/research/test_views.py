"""The directory over HTTP: who may, and the forms."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask

from mono_web.core import revisions
from mono_web.core.db import db
from mono_web.research.models import ENVIRONMENT, Researcher
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World
from tests.research.directory import BLANK, EMPTY, environment, researcher, stored

READERS = [make.BROKER, make.OTHER_BROKER, make.MENTOR, make.LEAD, make.MANAGER]
OTHERS = [make.OBSERVER, make.ADMIN, make.STRANGER]


# --- who ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", READERS)
def test_readers_see_lists_and_pages(app: Flask, world: World, email: str) -> None:
    home = environment(app, themes=["tare"])
    who = researcher(app, home=home)
    client = Client(app, email)
    assert "Ranfjord Tareforsk" in texts(client.get("/research/"))
    assert "Tone Tareforsker" in texts(client.get(f"/research/{home}"))
    assert "Tone Tareforsker" in texts(client.get("/research/researchers/"))
    assert "Ranfjord Tareforsk" in texts(client.get(f"/research/researchers/{who}"))
    assert 'href="/research/"' in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize("email", OTHERS)
def test_others_see_nothing(app: Flask, world: World, email: str) -> None:
    home = environment(app)
    who = researcher(app, home=home)
    client = Client(app, email)
    for address in ("", "researchers/", "new", "researchers/new", "nva", "parts/suggest?q=tone"):
        assert client.get(f"/research/{address}").status_code == 403, address
    for address in (f"{home}", f"{home}/edit", f"researchers/{who}", f"researchers/{who}/edit"):
        answer = client.get(f"/research/{address}")
        assert answer.status_code == 404
        assert "Tare" not in texts(answer)
    assert 'href="/research/"' not in client.get("/").get_data(as_text=True)


def test_only_brokers_write(app: Flask, world: World) -> None:
    home = environment(app)
    who = researcher(app, home=home)
    for email in (make.LEAD, make.MANAGER):
        client = Client(app, email)
        for address in ("new", f"{home}/edit", "researchers/new", f"researchers/{who}/edit", "nva"):
            assert client.get(f"/research/{address}").status_code == 403
        for address in ("new", f"{home}/edit", "researchers/new", f"researchers/{who}/edit"):
            assert client.post(f"/research/{address}", BLANK | {"name": "Kapret"}).status_code == 403
        pages = [client.get(f"/research/{one}").get_data(as_text=True) for one in ("", home, f"researchers/{who}")]
        assert not any("/edit" in page or "/new" in page for page in pages)
    assert stored(app, home).name == "Ranfjord Tareforsk"
    for email in (make.OTHER_BROKER, make.MENTOR):
        assert Client(app, email).get(f"/research/{home}/edit").status_code == 200


def test_unknown_is_not_found(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    assert client.get(f"/research/{uuid4()}").status_code == 404
    assert client.get(f"/research/researchers/{uuid4()}").status_code == 404


# --- environments -------------------------------------------------------------------------------------------


def test_new_environment(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    top = environment(app)
    fields = BLANK | {
        "name": "Tarelaboratoriet", "orgnr": "970 940 243", "part_of": str(top), "approved": "no",
        "url": "tare.example", "themes": "Tare, tare; kalde strøk", "cristin_id": "204.0.0.0",
        "checked_on": "1.2.2024", "note": "Ring Per.",
    }  # fmt: skip
    answer = client.post("/research/new", fields)
    page = texts(client.follow(answer))
    assert "Tarelaboratoriet is in the directory" in page
    assert "1 February 2024" in page
    made = stored(app, UUID(answer.headers["Location"].rpartition("/")[2]))
    assert (made.orgnr, made.parent_id, made.approved, made.themes) == (
        "970940243",
        top,
        False,
        ["Tare", "kalde strøk"],
    )
    assert (made.theme_keys, made.source, made.revision) == ("|tare|kalde strøk|", "typed", 1)
    assert made.nva_uri.endswith("/organization/204.0.0.0")
    assert 'href="https://tare.example"' in client.get(f"/research/{made.id}").get_data(as_text=True)
    assert "Tarelaboratoriet" in texts(client.get(f"/research/{top}"))


def test_sent_twice_is_made_once(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    fields = BLANK | {"name": "Tarelaboratoriet", "op_id": str(uuid4())}
    first, second = client.post("/research/new", fields), client.post("/research/new", fields)
    assert first.headers["Location"] == second.headers["Location"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "Write the name of the environment"),
        ({"orgnr": "123456789"}, "The number is not right"),
        ({"cristin_id": "204"}, "Write the id as four numbers"),
        ({"url": "ikke her"}, "Write the address like this"),
        ({"url": "mailto:per@sted.no"}, "Write the address like this"),
        ({"checked_on": "31.02.2024"}, "There is no such day"),
        ({"checked_on": "i morgen"}, "The day lies ahead"),
        ({"approved": "zz"}, "Choose one of the possibilities"),
        ({"part_of": "zz"}, "Choose one of the possibilities"),
        ({"themes": "a" * 81}, "A theme has at most 80 characters"),
        ({"themes": ",".join(map(str, range(31)))}, "At most 30 themes"),
    ],
)
def test_wrong_environment_is_refused(app: Flask, world: World, wrong: dict[str, str], sentence: str) -> None:
    client = Client(app, make.BROKER)
    answer = client.post("/research/new", BLANK | {"name": "Nytt"} | wrong, partial=True)
    assert answer.status_code == 422
    assert sentence in texts(answer)
    assert answer.get_data(as_text=True).startswith('<form class="form" id="environment_form"')


def test_number_and_name_that_are_known(app: Flask, world: World) -> None:
    home = environment(app, orgnr="970940243")
    client = Client(app, make.BROKER)
    answer = client.post("/research/new", BLANK | {"name": "Annet", "orgnr": "970940243"})
    assert answer.status_code == 422
    assert "This number is registered already: Ranfjord Tareforsk" in texts(answer)
    assert f'href="/research/{home}"' in answer.get_data(as_text=True)
    again = BLANK | {"name": "Ranfjord tareforsk AS"}
    answer = client.post("/research/new", again)
    assert "There is already an R&D environment of this name" in texts(answer)
    assert client.post("/research/new", again | {"seen_warnings": f"twin:{home}"}).status_code == 303


def form_of(app: Flask, environment_id: UUID) -> dict[str, str]:
    """What a browser would send of the form as it is shown."""
    one = stored(app, environment_id)
    return BLANK | {"name": one.name, "themes": ", ".join(one.themes), "note": one.note, "base_rev": str(one.revision)}


def test_no_environment_is_part_of_itself(app: Flask, world: World) -> None:
    top = environment(app)
    part = environment(app, "Del", parent=str(top))
    client = Client(app, make.BROKER)
    assert f'value="{top}"' not in client.get(f"/research/{top}/edit").get_data(as_text=True)
    answer = client.post(f"/research/{top}/edit", form_of(app, top) | {"part_of": str(part)})
    assert answer.status_code == 422
    assert "cannot be part of itself or of one of its parts" in texts(answer)
    assert stored(app, top).parent_id is None


def test_edit_of_another_field_is_merged_and_told(app: Flask, world: World) -> None:
    home = environment(app)
    one, two = Client(app, make.BROKER), Client(app, make.OTHER_BROKER)
    fields, address = form_of(app, home), f"/research/{home}/edit"
    one.post(address, fields | {"themes": "tare, alger"})
    page = two.follow(two.post(address, fields | {"approved": "yes"}))
    assert "Changed elsewhere meanwhile, and kept: Themes" in texts(page)
    now = stored(app, home)
    assert (now.themes, now.approved, now.revision) == (["tare", "alger"], True, 3)
    with app.app_context():
        assert [row.number for row in revisions.of(ENVIRONMENT, home)] == [3, 2, 1]


@pytest.mark.parametrize("partial", [False, True])
def test_edit_of_the_same_field_shows_both(app: Flask, world: World, partial: bool) -> None:
    home = environment(app)
    one, two = Client(app, make.BROKER), Client(app, make.OTHER_BROKER)
    fields, address = form_of(app, home), f"/research/{home}/edit"
    one.post(address, fields | {"approved": "yes", "themes": "tare", "note": "Har laboratorium."})
    answer = two.post(address, fields | {"approved": "no", "themes": "alger"}, partial=partial)
    assert answer.status_code == 409
    body = answer.get_data(as_text=True)
    assert "<ins>alger</ins>" in body
    assert "<ins>tare</ins>" in body
    assert "<ins>Yes</ins>" in body
    assert "Har laboratorium.</textarea>" in body
    assert 'name="base_rev" value="2"' in body
    assert stored(app, home).approved is True
    with app.app_context():
        [row] = revisions.open_conflicts(ENVIRONMENT, home, make.person(make.OTHER_BROKER).id)
        assert row.fields["themes"] == ["alger"]
    chosen = fields | {"approved": "no", "themes": "alger", "note": "Har laboratorium.", "base_rev": "2"}
    two.post(address, chosen | {"choose-approved": "theirs", "choose-themes": "mine"})
    now = stored(app, home)
    assert (now.approved, now.themes, now.note) == (True, ["alger"], "Har laboratorium.")
    with app.app_context():
        assert not revisions.open_conflicts(ENVIRONMENT, home, make.person(make.OTHER_BROKER).id)


# --- researchers --------------------------------------------------------------------------------------------


def test_new_and_changed_researcher(app: Flask, world: World) -> None:
    home = environment(app)
    client = Client(app, make.BROKER)
    assert f'<option selected value="{home}">' in client.get(f"/research/researchers/new?environment={home}").get_data(
        as_text=True
    )
    fields = EMPTY | {"name": "Tone  Tareforsker", "environment": str(home), "themes": "tare", "link": "tone.example"}
    answer = client.post("/research/researchers/new", fields)
    page = texts(client.follow(answer))
    assert "Tone Tareforsker is in the directory" in page
    assert "Written by a person" in page
    made = UUID(answer.headers["Location"].rpartition("/")[2])
    address = f"/research/researchers/{made}/edit"
    assert client.get(address).status_code == 200
    client.post(address, fields | {"base_rev": "1", "unit": "Laboratoriet"})
    answer = Client(app, make.COLLEAGUE).post(address, fields | {"base_rev": "1", "unit": "Kaia"}, partial=True)
    assert answer.status_code == 409
    assert "<ins>Laboratoriet</ins>" in answer.get_data(as_text=True)
    with app.app_context():
        one = db.session.get_one(Researcher, made)
        assert (one.name, one.unit, one.revision, one.source) == ("Tone Tareforsker", "Laboratoriet", 2, "typed")


def test_wrong_researcher_is_refused_and_namesake_is_shown_once(app: Flask, world: World) -> None:
    known = researcher(app)
    client = Client(app, make.BROKER)
    address = "/research/researchers/new"
    answer = client.post(address, EMPTY | {"link": "ikke her"}, partial=True)
    assert answer.status_code == 422
    assert "Write the name of the researcher" in texts(answer)
    assert "Write the address like this" in texts(answer)
    answer = client.post(address, EMPTY | {"name": "tone tareforsker"})
    assert "There is already a researcher of this name" in texts(answer)
    again = EMPTY | {"name": "tone tareforsker", "seen_warnings": f"twin:{known}"}
    assert client.post(address, again).status_code == 303


def test_matches_have_a_place_only_where_they_can_be_read(app: Flask, world: World) -> None:
    home = environment(app)
    there = "needs.research_matches" in app.view_functions
    address = f"/needs/parts/research/{home}"
    for email, reads in ((make.BROKER, True), (make.LEAD, True), (make.MANAGER, False)):
        page = Client(app, email).get(f"/research/{home}").get_data(as_text=True)
        assert (f'hx-get="{address}"' in page) is (there and reads)
