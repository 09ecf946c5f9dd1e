"""The list and the columns over HTTP: order, filters, pages by key, what others see, the file, the cost."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta

import pytest
from flask import Flask

from mono_web.accounts import actions as accounts
from mono_web.core import clock
from mono_web.core.db import db
from mono_web.needs import actions, queries
from mono_web.needs.models import Need
from mono_web.programmes.models import PriorityArea
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World
from tests.needs import making


def many(app: Flask, world: World, number: int, *, days: int = 0, by: str = make.BROKER) -> None:
    """That many more needs, each a minute older than the one before."""
    with app.app_context():
        # At noon, some days ago: near midnight a change of summer time would make it another day.
        then = (clock.now() - timedelta(days=days)).replace(hour=11) if days else clock.now()
        for place in range(number):
            with clock.at(then - timedelta(minutes=place)):
                making.need(world, by, title=f"Behov {place:02d}")
        db.session.commit()


def test_longest_without_movement_comes_first_by_key(app: Flask, world: World) -> None:
    many(app, world, 30)
    with app.app_context():
        me = make.viewer(make.BROKER)
        first = queries.needs_for(me, queries.Filters())
        rest = queries.needs_for(me, queries.Filters(), first.after)
    assert [row.title for row in first.rows[:2]] == ["Behov 29", "Behov 28"]
    assert (len(first.rows), len(rest.rows), rest.after) == (25, 5, None)
    assert not {row.id for row in first.rows} & {row.id for row in rest.rows}
    client = Client(app, make.BROKER)
    page = client.get("/needs/")
    more = re.search(r'href="(/needs/\?after=[^"]+)"', page.text)
    assert more
    assert "Behov 04" in texts(client.get(more[1]))
    part = client.get(more[1], partial=True)
    assert part.text.startswith("<tbody")
    assert "5 more are shown" in part.text
    assert client.get("/needs/?after=tull").status_code == 200


def test_needs_that_stand_still_are_told(app: Flask, world: World) -> None:
    many(app, world, 2, days=40)
    making.made(app, world)
    words = texts(Client(app, make.BROKER).get("/needs/"))
    assert "2 needs have stood still for over 30 days" in words
    assert "ACT Cluster." in words
    assert words.count("40 days") == 2


def test_filters_stand_in_the_address(app: Flask, world: World) -> None:
    with app.app_context():
        area = PriorityArea(programme_id=world.programme, name="Havbruk")
        db.session.add(area)
        db.session.flush()
        me = make.viewer(make.BROKER)
        making.need(world, title="Mitt", theme="Tare", priority_area_id=area.id)
        making.need(world, make.COLLEAGUE, title="Hennes", description="Vindmøller")
        closed = making.need(world, title="Ferdig")
        actions.move_need(me, closed, "closed", actions.Facts(reason="Solgt"))
        left = making.need(world, make.COLLEAGUE, title="Forlatt")
        left.owner_id = accounts.make_person(make.GONE, "Gunn Gått", "en").id
        area_id = area.id
        db.session.commit()
    client = Client(app, make.BROKER)
    for query, wanted in (
        ("", {"Mitt", "Hennes", "Forlatt"}), ("?state=closed", {"Ferdig"}),
        ("?state=all", {"Mitt", "Hennes", "Forlatt", "Ferdig"}), ("?theme=TARE", {"Mitt"}), ("?owner=me", {"Mitt"}),
        ("?owner=none", {"Forlatt"}), (f"?area={area_id}", {"Mitt"}), ("?words=vindmølle", {"Hennes"}),
        ("?company=ranfjord+slagg", {"Mitt", "Hennes", "Forlatt"}), ("?cluster=betong", set()),
        (f"?company={world.other_company}", set()),
    ):  # fmt: skip
        found = set(re.findall(r'data-row href="[^"]+"[^>]*>([^<]+)<', client.get(f"/needs/{query}").text))
        assert found == wanted, query
    blank = client.get("/needs/?theme=&state=closed&words=")
    assert (blank.status_code, blank.headers["Location"]) == (303, "/needs/?state=closed")


@pytest.mark.parametrize(
    "query", ["state=zz", "owner=zz", "cluster=zz", "area=99", "company=finnes+ikke", "words=%21%21"]
)
def test_unreadable_filter_costs_a_sentence(app: Flask, world: World, query: str) -> None:
    making.made(app, world)
    page = Client(app, make.BROKER).get(f"/needs/?{query}")
    assert page.status_code == 200
    assert 'aria-invalid="true"' in page.text or "f-state-e" in page.text
    assert making.TITLE in page.text


def test_columns_are_a_view_of_the_same_address(app: Flask, world: World) -> None:
    need = making.made(app, world)
    with app.app_context():
        actions.move_need(
            make.viewer(make.BROKER), db.session.get_one(Need, need), "assessed", actions.Facts(True, "Ja")
        )  # fmt: skip
        making.need(world, title="Uvurdert", theme="Tare")
        db.session.commit()
    client = Client(app, make.BROKER)
    page = client.get("/needs/?view=columns")
    headings = re.findall(r'<h2 id="column-(\w+)">[^<]+<span class="num">(\d+)', page.text)
    assert headings == [
        ("identified", "1"), ("assessed", "1"), ("matching", "0"), ("matched", "0"), ("in_application", "0"),
    ]  # fmt: skip
    assert f"/needs/{need}/move?view=columns" in page.text
    assert "Uvurdert" not in client.get("/needs/?view=columns&theme=materialer").text
    assert '<h2 id="column-closed"' in client.get("/needs/?view=columns&state=closed").text
    # Who reads and does not write gets no button.
    assert "/move" not in Client(app, make.LEAD).get("/needs/?view=columns").text


@pytest.mark.parametrize("address", ["/needs/", "/needs/?view=columns", "/needs/?owner=none&words=behov"])
def test_list_costs_the_same_with_1_and_with_30(app: Flask, world: World, address: str) -> None:
    client = Client(app, make.BROKER)
    many(app, world, 1)
    client.get(address)
    with statements() as one:
        client.get(address)
    many(app, world, 30)
    with statements() as thirty:
        client.get(address)
    assert len(one) == len(thirty), [text for text, _values in thirty]
    assert len(thirty) <= 9


def test_list_goes_along_an_index(app: Flask, world: World) -> None:
    """However many needs there are, a page reads few of them: no statement sorts a whole table."""
    many(app, world, 3)
    for email in (make.BROKER, make.MENTOR):
        with app.app_context(), statements() as sent:
            queries.needs_for(make.viewer(email), queries.Filters())
            sent_last, values = sent[-1]
            plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sent_last}", values).all()
        steps = [str(row[3]) for row in plan]
        assert not [step for step in steps if step.startswith("SCAN need") and "INDEX" not in step], steps
        assert any("ix_need_" in step for step in steps)


# --- what others see --------------------------------------------------------------------------------------------


def test_others_meet_the_abstract_alone(app: Flask, world: World) -> None:
    need = making.made(app, world)
    hidden = making.made(app, world, title="Udelt", abstract="Udelt sammendrag")
    with app.app_context():
        actions.release_abstract(make.viewer(make.BROKER), db.session.get_one(Need, need), "Roar Hemnes")
        db.session.commit()
    for email in (make.OTHER_BROKER, make.MANAGER, make.OTHER_MANAGER):
        client = Client(app, email)
        for address in ("/needs/shared", f"/needs/shared/{need}", "/needs/shared?theme=materialer"):
            words = texts(client.get(address))
            assert "lurer på utlekking" in words
            assert "ACT Cluster" in words
            for secret in (making.TITLE, "Ranfjord", "Roar Hemnes", "saltvann", "Udelt"):
                assert secret not in words, (email, address)
        assert client.get(f"/needs/{need}").status_code == 404
        assert client.get(f"/needs/shared/{hidden}").status_code == 404
        # A hit by words would tell what stands in the rest.
        assert "lurer på utlekking" in texts(client.get("/needs/shared?words=finnesikke"))
    assert Client(app, make.OBSERVER).get("/needs/shared").status_code == 403


def test_manager_is_led_to_titles(app: Flask, world: World) -> None:
    making.made(app, world)
    making.made(app, world, title="Hemmelig", confidential=True)
    client = Client(app, make.MANAGER)
    answer = client.get("/needs/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/needs/outline")
    words = texts(client.get("/needs/outline"))
    assert making.TITLE in words
    assert "To be clarified" in words
    assert "Ranfjord" not in words
    assert "Hemmelig" not in words
    assert making.TITLE not in texts(Client(app, make.OTHER_MANAGER).get("/needs/outline"))
    assert client.get("/needs/export.csv").status_code == 403


# --- the file -----------------------------------------------------------------------------------------------------


def test_file_holds_the_filtered_list(app: Flask, world: World) -> None:
    need = making.made(app, world, theme="Tare", trl=3, confidential=True)
    making.made(app, world, title="Et annet")
    making.matched(app, need, making.environment(app))
    client = Client(app, make.MENTOR)
    answer = client.get("/needs/export.csv?theme=tare")
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=answer_separator(answer)))
    assert [(row["title"], row["company"], row["match"], row["trl"], row["confidential"]) for row in rows] == [
        (making.TITLE, "Ranfjord Slagg AS", "SINTEF Helgeland", "3", "yes")
    ]
    # Somebody else's confidential need was read in the file: its owner is told.
    assert "Marit Mentor" in texts(Client(app, make.BROKER).get(f"/needs/{need}")).partition("Who has read it")[2]


def answer_separator(answer: object) -> str:
    """The sign between the columns of a file."""
    first = answer.get_data().decode("utf-8-sig").splitlines()[0]  # type: ignore[attr-defined]
    return ";" if ";" in first else ","
