"""Search: what is found and by whom, what is shown of it, the ways through the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from mono_web.companies import actions as companies
from mono_web.core import clock, fulltext, revisions
from mono_web.core.db import db
from mono_web.logbook import actions as logbook
from mono_web.remarks import actions as remarks
from mono_web.search import queries
from mono_web.search.queries import snippets
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World

READERS = (
    make.BROKER, make.COLLEAGUE, make.OTHER_BROKER, make.MENTOR, make.LEAD, make.MANAGER, make.OTHER_MANAGER,
    make.PREDECESSOR_BROKER,
)  # fmt: skip


def found(app: Flask, email: str, words: str, query: str = "") -> list[str]:
    """Titles of the hits, from top to bottom."""
    page = Client(app, email).get("/search", query_string=f"q={words}{query}")
    assert page.status_code == 200
    titles = re.findall(r'<a class="title"[^>]*>(.*?)</a>', page.get_data(as_text=True))
    return [re.sub(r"<[^>]+>", "", title) for title in titles]


# Which of the readers finds the marker word of which record: the table of rights, written once more by hand.
REVIEW = {make.MENTOR, make.LEAD}
MARKERS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "kladdemerke": ({"state": "draft"}, {make.BROKER}),
    "standardmerke": ({}, {make.BROKER, *REVIEW}),
    "klyngemerke": ({"audience": "cluster"}, {make.BROKER, make.COLLEAGUE, make.MANAGER, *REVIEW}),
    "programmerke": ({"audience": "programme"}, set(READERS) - {make.PREDECESSOR_BROKER}),
    "hemmeligmerke": ({"audience": "programme", "confidential": True}, {make.BROKER, *REVIEW}),
    "trukketmerke": ({"audience": "programme", "state": "withdrawn"}, {make.BROKER, *REVIEW}),
}


@pytest.fixture
def markers(app: Flask, world: World) -> None:
    """One entry of the broker's for each marker word."""
    with app.test_request_context():
        for word, (changed, _people) in MARKERS.items():
            state = changed.get("state", "submitted")
            content = {key: value for key, value in changed.items() if key != "state"}
            entry = make.draft(world, title="Sak", text=f"Her står {word} i teksten.", **content)
            if state != "draft":
                logbook.send_entry(make.viewer(make.BROKER), entry)
            if state == "withdrawn":
                logbook.withdraw(make.viewer(make.BROKER), entry, "Feil")
        db.session.commit()


@pytest.mark.parametrize("sort", ["", "&sort=rank"])
def test_marker_words_are_found_by_their_readers_only(app: Flask, world: World, markers: None, sort: str) -> None:
    for email in READERS:
        client = Client(app, email)
        for word, (_changed, people) in MARKERS.items():
            page = client.get(f"/search?q={word}{sort}")
            assert page.status_code == 200
            hit = f"<mark>{word}</mark>" in page.get_data(as_text=True)
            assert hit == (email in people), (word, email)


def test_search_is_for_readers(app: Flask, world: World, markers: None) -> None:
    for email in (make.OBSERVER, make.ADMIN, make.STRANGER):
        client = Client(app, email)
        for address in ("/search", "/search?q=programmerke", "/search?q=310279323"):
            response = client.get(address)
            assert response.status_code == 403
            assert "programmerke" not in texts(response)


def test_notes_remarks_and_working_copies_are_never_found(app: Flask, world: World) -> None:
    with app.test_request_context():
        entry = make.sent(world, audience="programme")
        key = ("entry", entry.id)
        remarks.make_note(make.viewer(make.MENTOR), key, "only_me", "notatmerke")
        remarks.make_note(make.viewer(make.MENTOR), key, "programme", "notatmerke")
        remarks.make_remark(make.viewer(make.MENTOR), key, "question", "merknadsmerke", None)
        revisions.put_working_copy("entry", entry.id, make.viewer(make.BROKER).id, 1, {"text": ["utkastmerke"]})
        db.session.commit()
    for email in READERS:
        for word in ("notatmerke", "merknadsmerke", "utkastmerke"):
            assert found(app, email, word) == []


def test_older_wording_is_not_found(app: Flask, world: World) -> None:
    with app.test_request_context():
        entry = make.sent(world, text="Gammelmerke står her")
        logbook.save_entry(make.viewer(make.BROKER), entry, make.content(world, text="Nytt"), entry.revision)
        db.session.commit()
    assert found(app, make.MENTOR, "gammelmerke") == []


def test_hits_are_newest_first_across_kinds(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.sent(world, date=make.day(9), title="Kvernstein gammel")
        with clock.at(clock.now() - timedelta(days=5)):
            companies.record_company("Kvernstein Maskin AS", municipality="Rana")
        make.sent(world, date=make.day(2), title="Kvernstein ny")
        db.session.commit()
    assert found(app, make.BROKER, "kvernstein") == [
        "Ranfjord Slagg AS – Kvernstein ny", "Kvernstein Maskin AS", "Ranfjord Slagg AS – Kvernstein gammel",
    ]  # fmt: skip
    said = texts(Client(app, make.BROKER).get("/search?q=kvernstein"))
    for part in ("Undertaking", "Rana", "Entry", "Company visit", "Ingrid Megler", "Submitted"):
        assert part in said


def test_stems_and_beginnings_are_marked(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.sent(world, title="Restråstoffene i kverna", text="**Restråstoff** fra <kverna> og restråstoffer.")
        db.session.commit()
    body = Client(app, make.BROKER).get("/search?q=restråstoffet").get_data(as_text=True)
    assert "<mark>Restråstoffene</mark>" in body
    assert "<mark>Restråstoff</mark> fra &lt;kverna" in body
    assert "<mark>restråstoffer</mark>" in body
    body = Client(app, make.BROKER).get("/search?q=restrå").get_data(as_text=True)
    assert "<mark>Restråstoff</mark>" in body


def test_text_is_never_markup(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.sent(world, title="<b>slagg</b>", text="<script>alert('slagg')</script> slagg & <mark>mer</mark>")
        db.session.commit()
    for words in ("slagg", "<script>", "alert", '"><img src=x onerror=alert(1)>'):
        body = Client(app, make.BROKER).get("/search", query_string={"q": words}).get_data(as_text=True)
        assert "<script>alert" not in body
        assert "<b>" not in body
        assert "<img" not in body


def test_rank_puts_titles_and_repeated_words_first(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.sent(world, date=make.day(1), title="Annet", text="Nevner varmepumpe en gang.")
        make.sent(world, date=make.day(20), title="Ofte", text="Varmepumpe, varmepumpe og varmepumpe igjen.")
        make.sent(world, date=make.day(30), title="Varmepumpe", text="Bare i tittelen.")
        db.session.commit()
    assert [one[20:] for one in found(app, make.BROKER, "varmepumpe")] == ["Annet", "Ofte", "Varmepumpe"]
    assert [one[20:] for one in found(app, make.BROKER, "varmepumpe", "&sort=rank")] == ["Varmepumpe", "Ofte", "Annet"]


def test_rank_prefers_newer_of_equals(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.sent(world, date=make.day(90), title="Like", text="Membran")
        newer = make.sent(world, date=make.day(3), title="Like", text="Membran")
        db.session.commit()
        result = queries.results_for(make.viewer(make.BROKER), "membran", by_rank=True)
    assert result.hits[0].row.id == newer.id


@pytest.mark.parametrize("sort", ["", "&sort=rank"])
def test_show_more_walks_all_pages(app: Flask, world: World, sort: str) -> None:
    with app.test_request_context():
        for number in range(queries.PAGE * 2 + 3):
            make.sent(world, date=make.day(number // 3), title=f"Serie {number}")
        db.session.commit()
    client, titles, address = Client(app, make.BROKER), [], f"/search?q=serie{sort}"
    for count in (queries.PAGE, queries.PAGE, 3):
        page = client.get(address)
        body = page.get_data(as_text=True)
        here = re.findall(r"– <mark>Serie</mark> (\d+)</a>", body)
        assert len(here) == count
        titles += here
        way = re.search(r'hx-get="([^"]+)"', body.partition("result_list")[2])
        if way:
            address = way[1].replace("&amp;", "&")
            part = client.get(address, partial=True).get_data(as_text=True)
            assert part.lstrip().startswith('<div id="result_list-')
            assert part.count("data-focus") == 1
            assert "shown" in part
    assert sorted(titles, key=int) == [str(number) for number in range(queries.PAGE * 2 + 3)]


def test_address_of_next_page_tells_no_number_of_documents(app: Flask, world: World) -> None:
    with app.test_request_context():
        for _ in range(queries.PAGE + 1):
            make.sent(world, title="Serie")
        db.session.commit()
    body = Client(app, make.BROKER).get("/search?q=serie").get_data(as_text=True)
    assert re.search(r"after=entry-[0-9a-f-]{36}", body)


@pytest.mark.parametrize("sort", ["", "&sort=rank"])
def test_odd_next_page_is_no_error(app: Flask, world: World, sort: str) -> None:
    with app.test_request_context():
        make.sent(world, title="Serie")
        db.session.commit()
    client = Client(app, make.BROKER)
    for after in ("x", "entry-x", "draft-1", f"entry-{uuid4()}", "company-", "-1", "9" * 40, "٣", '"><b>', "%00"):
        assert client.get(f"/search?q=serie&after={after}{sort}").status_code == 200
        assert client.get(f"/search?q=serie&after={after}{sort}", partial=True).status_code == 200


def test_entry_of_others_is_no_mark_to_page_by(app: Flask, world: World) -> None:
    with app.test_request_context():
        hidden = make.sent(world, make.OTHER_BROKER, cluster_id=world.betong, date=make.day(1), title="Skjult serie")
        make.sent(world, date=make.day(0), title="Serie", held="yes")
        db.session.commit()
        after = f"entry-{hidden.id}"
        # As if there were no such entry: the list begins at its beginning.
        assert len(queries.results_for(make.viewer(make.BROKER), "serie", after=after).hits) == 1


def test_number_leads_to_the_undertaking(app: Flask, world: World) -> None:
    for typed in ("310279323", "310 279 323"):
        response = Client(app, make.MENTOR).get("/search", query_string={"q": typed})
        assert response.status_code == 303
        assert response.headers["Location"] == f"/companies/{world.company}"
    assert Client(app, make.MENTOR).get("/search?q=999999999").status_code == 200


def test_empty_and_fruitless_searches_say_what_to_do(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    assert "Search in entries and undertakings" in texts(client.get("/search"))
    assert "nothing to search for" in texts(client.get("/search?q=%22%2A%28"))
    page = client.get("/search?q=finnes ikke")
    assert "Nothing found for “finnes ikke”" in texts(page)
    assert "Search for “finnes” only" in texts(page)
    assert "No more hits" in texts(client.get("/search?q=finnesikke&after=50&sort=rank"))


def test_statements_are_as_many_for_one_hit_as_for_many(app: Flask, world: World) -> None:
    client, sent = Client(app, make.MENTOR), []
    client.get("/search?q=serie")
    for count in (1, 29):
        with app.test_request_context():
            for _ in range(count):
                make.sent(world, title="Serie")
            db.session.commit()
        for address in ("/search?q=serie", "/search?q=serie&sort=rank"):
            with statements() as seen:
                client.get(address)
            sent.append(len(seen))
    assert set(sent) == {3}  # the person, the menu's counts, the hits


@pytest.mark.parametrize("email", [make.BROKER, make.MENTOR, make.LEAD])
@pytest.mark.parametrize("paged", [False, True])
def test_newest_first_walks_the_index(app: Flask, world: World, email: str, paged: bool) -> None:
    with app.test_request_context():
        last = make.sent(world, title="Serie")
        db.session.commit()
        after = f"entry-{last.id}" if paged else ""
        with statements() as seen:
            queries.results_for(make.viewer(email), "serie", after=after)
        statement, values = seen[-1]
        assert "MATCH" in statement
        plan = [
            str(row[-1]) for row in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
    assert any("search_index VIRTUAL TABLE" in step for step in plan)
    assert not [step for step in plan if "TEMP B-TREE" in step]
    assert not [step for step in plan if step.startswith("SCAN") and "VIRTUAL" not in step and "CONSTANT" not in step]


def test_snippet_is_cut_around_the_hit() -> None:
    wanted = snippets.Wanted(fulltext.found_terms("mangan"), "mangan")
    long = "ord " * 100 + "mangan i slagget " + "mer " * 100
    pieces = snippets.snippet(long, wanted)
    assert [piece.text for piece in pieces if piece.hit] == ["mangan"]
    shown = "".join(piece.text for piece in pieces)
    assert shown.startswith("… ord")
    assert shown.endswith(" …")
    assert len(shown) <= snippets.LENGTH + 4
    assert "".join(piece.text for piece in snippets.snippet("kort", wanted)) == "kort"
    assert snippets.snippet("", wanted) == []


def test_index_itself_is_sound(app: Flask, world: World, markers: None) -> None:
    with app.app_context():
        db.session.execute(text("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"))
