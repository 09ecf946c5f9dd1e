"""The lists of the directory over HTTP, and the suggestions."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from mono_web.core.db import db
from mono_web.research import actions, queries
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World
from tests.research.directory import environment, names_in, researcher


@pytest.mark.parametrize(
    ("asked", "wanted"),
    [
        ("q=ranfjord", ["Ranfjord Tareforsk"]),
        ("q=tareforsk", ["Ranfjord Tareforsk"]),
        ("q=mehamn", ["Bergforsk"]),
        ("q=970 940", ["Bergforsk"]),
        ("theme=Tare", ["Ranfjord Tareforsk"]),
        ("theme=tar", []),
        ("theme=t_re", []),
        ("approved=yes", ["Bergforsk"]),
        ("approved=no", ["Kaiforsk"]),
        ("approved=unknown", ["Ranfjord Tareforsk"]),
        ("approved=zz", ["Bergforsk", "Kaiforsk", "Ranfjord Tareforsk"]),
        ("q=forsk&theme=berg&approved=no", []),
        ("q=%00", ["Bergforsk", "Kaiforsk", "Ranfjord Tareforsk"]),
    ],
)
def test_filters(app: Flask, world: World, asked: str, wanted: list[str]) -> None:
    environment(app, themes=["tare", "kalde strøk"])
    environment(app, "Bergforsk", themes=["berg"], approved=True, municipality="Mehamn", orgnr="970940243")
    environment(app, "Kaiforsk", approved=False)
    client = Client(app, make.BROKER)
    assert names_in(client.get(f"/research/?{asked}").get_data(as_text=True)) == wanted
    part = client.get(f"/research/?{asked}", partial=True).get_data(as_text=True)
    assert part.startswith('<section id="environment_results"')
    assert names_in(part) == wanted


def test_approval_is_told_in_words(app: Flask, world: World) -> None:
    addresses = [environment(app, f"Sted {value}", approved=value) for value in (True, False, None)]
    client = Client(app, make.BROKER)
    found = [texts(client.get(f"/research/{one}")) for one in addresses]
    assert "Approval Yes" in found[0]
    assert "Approval No" in found[1]
    assert "Approval Unknown" in found[2]
    listed = texts(client.get("/research/"))
    for words in ("Not an approved research organisation", "Approval unknown"):
        assert words in listed


def test_lists_page_by_key(app: Flask, world: World) -> None:
    with app.app_context():
        home = actions.record_environment({"name": "Aller først"}, None).id
        for place in range(30):
            actions.record_environment({"name": f"Fjellforsk {place:02d}"}, None)
            fields = {"name": f"Per {place:02d}", "environment": str(home), "unit": "", "link": "", "themes": []}
            actions.record_researcher(fields, make.person(make.BROKER).id)
        db.session.commit()
        first = queries.environments_for(make.viewer(make.BROKER))
        people = queries.researchers_for(make.viewer(make.BROKER), environment_id=home)
    client = Client(app, make.BROKER)
    page = client.get("/research/").get_data(as_text=True)
    assert (len(names_in(page)), names_in(page)[-1]) == (25, "Fjellforsk 23")
    rest = client.get(f"/research/?after={first.after}", partial=True).get_data(as_text=True)
    assert names_in(rest) == [f"Fjellforsk {place:02d}" for place in range(24, 30)]
    assert rest.startswith('<div id="environment_rows-')
    shown = client.get(f"/research/{home}").get_data(as_text=True)
    more = f"/research/researchers/?environment={home}&amp;after={people.after}"
    assert (len(names_in(shown)), more in shown) == (25, True)
    rest = client.get(more.replace("&amp;", "&"), partial=True).get_data(as_text=True)
    assert names_in(rest) == [f"Per {place:02d}" for place in range(25, 30)]
    assert client.get("/research/?after=nonsense").status_code == 200


def test_number_of_queries_does_not_grow(app: Flask, world: World) -> None:
    home = environment(app, themes=["tare"])
    part = environment(app, "Tarelaboratoriet", parent=str(home))
    researcher(app, home=home)
    client = Client(app, make.BROKER)
    addresses = ["/research/", f"/research/{home}", f"/research/{part}", "/research/researchers/", "/research/new"]

    def counts() -> list[int]:
        found = []
        for address in [*addresses, "/research/parts/suggest?q=tare"]:
            partial = "/parts/" in address
            client.get(address, partial=partial)
            with statements() as sent:
                assert client.get(address, partial=partial).status_code == 200
            found.append(len(sent))
        return found

    few = counts()
    for place in range(20):
        environment(app, f"Tarested {place}", parent=str(home), themes=["tare", f"tema {place}"])
        researcher(app, f"Tarefinner {place}", home)
    assert counts() == few


def test_researchers_are_found_by_name_home_and_theme(app: Flask, world: World) -> None:
    home = environment(app)
    researcher(app, home=home, themes=["sukkertare"])
    researcher(app, "Per Fjell", unit="Institutt for gruver")
    client = Client(app, make.BROKER)
    for typed, wanted in (
        ("tone", ["Tone Tareforsker"]), ("ranfjord", ["Tone Tareforsker"]), ("sukkertare", ["Tone Tareforsker"]),
        ("gruver", ["Per Fjell"]), ("ingen", []), ("", ["Per Fjell", "Tone Tareforsker"]),
    ):  # fmt: skip
        assert names_in(client.get(f"/research/researchers/?q={typed}").get_data(as_text=True)) == wanted
    answer = client.get(f"/research/researchers/?environment={home}", partial=True)
    assert names_in(answer.get_data(as_text=True)) == ["Tone Tareforsker"]
    assert client.get("/research/researchers/?environment=zz").status_code == 200


# --- suggestions --------------------------------------------------------------------------------------------


def test_suggestions_are_eight_of_both_kinds(app: Flask, world: World) -> None:
    home = environment(app, "Tarehuset", short_name="TH", municipality="Bodø")
    for place in range(10):
        environment(app, f"Tarested {place}")
        researcher(app, f"Tara {place}", home, unit="Lab")
    client = Client(app, make.MANAGER)
    page = client.get("/research/parts/suggest?q=tar", partial=True).get_data(as_text=True)
    kinds = re.findall(r'data-value="(environment|researcher)-[0-9a-f-]{36}"', page)
    assert kinds == ["environment"] * 4 + ["researcher"] * 4
    with app.app_context():
        viewer = make.viewer(make.BROKER)
        assert queries.suggestions(viewer, "tarehuset")[0] == ("environment", home, "Tarehuset", "TH · Bodø")
        assert queries.suggestions(viewer, "tara 3")[0].detail == "Tarehuset · Lab"
        assert len(queries.suggestions(viewer, "tara")) == 8
        assert queries.suggestions(viewer, " %_ ") == queries.suggestions(viewer, "") == []
