"""The list of the logbook: filters in the address, pages by key, a fixed number of queries, plans that stay flat."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from mono_web.core.db import db
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World

LIST = "/logbook/"


def fill(app: Flask, world: World, count: int, **changed: Any) -> None:
    with app.app_context():
        for number in range(count):
            make.sent(world, **{"date": make.day(number + 1), "title": f"Sak nummer {number:03}", **changed})
        db.session.commit()


def titles(page: str) -> list[str]:
    return re.findall(r"Sak nummer (\d+)", page)


# --- pages ----------------------------------------------------------------------------------------------------


def test_pages_by_link_show_each_entry_once(app: Flask, world: World) -> None:
    fill(app, world, 60, date=make.day(3))  # one day: the id decides
    client = Client(app, make.BROKER)
    seen: list[str] = []
    address: str | None = LIST
    while address:
        page = client.get(address).get_data(as_text=True)
        seen += titles(page)
        more = re.search(r'href="([^"]*after=[^"]*)"', page)
        address = more[1].replace("&amp;", "&") if more else None
    assert len(seen) == 60
    assert len(set(seen)) == 60


def test_first_page_says_what_comes_next(app: Flask, world: World) -> None:
    fill(app, world, 40)
    said = texts(Client(app, make.BROKER).get(LIST))
    assert "Shows the 25 newest." in said
    assert "The next is from" in said


def test_more_by_htmx_appends_rows_and_renews_the_button(app: Flask, world: World) -> None:
    fill(app, world, 30)
    client = Client(app, make.BROKER)
    page = client.get(LIST).get_data(as_text=True)
    more = re.search(r'hx-get="([^"]*shown=25)"', page)
    assert more
    part = client.get(more[1].replace("&amp;", "&"), partial=True).get_data(as_text=True)
    assert part.lstrip().startswith('<tbody id="entry_rows-')
    assert len(titles(part)) == 5
    assert part.count("data-focus") == 1
    assert 'hx-target="#entry_next"' in part
    assert "No more entries" in part
    assert "5 more are shown" in part


def test_month_heading_is_not_repeated_in_an_appended_page(app: Flask, world: World) -> None:
    fill(app, world, 30, date=make.day(1))
    client = Client(app, make.BROKER)
    page = client.get(LIST).get_data(as_text=True)
    more = re.search(r'hx-get="([^"]*shown=25)"', page)
    assert more
    assert page.count('class="group"') == 1
    assert 'class="group"' not in client.get(more[1].replace("&amp;", "&"), partial=True).get_data(as_text=True)


# --- filters --------------------------------------------------------------------------------------------------


@pytest.fixture
def varied(app: Flask, world: World) -> World:
    """Entries that differ in one thing each; the number in the title names them."""
    with app.app_context():
        make.sent(world, title="Sak nummer 001", date=make.day(40), next_step="Ring tilbake")
        make.accepted(world, title="Sak nummer 002", kind="phone", form="digital", date=make.day(3))
        make.sent(world, make.COLLEAGUE, title="Sak nummer 003", audience="cluster")
        make.returned(world, title="Sak nummer 004", companies=(world.other_company,))
        make.sent(world, make.OTHER_BROKER, title="Sak nummer 005", cluster_id=world.betong, audience="programme")
        make.draft(world, title="Sak nummer 006", text="Silikastøv som tilslag")
        db.session.commit()
    return world


NARROWED = {
    "": "001 002 003 004 005 006",
    "broker=me": "001 002 004 006",
    "turn=me": "004 006",
    "broker=me&state=submitted&state=in_review&state=answered": "001",
    "broker=me&next=none": "002 004",
    "cluster=betong": "005",
    "kind=phone": "002",
    "kind=phone&kind=visit&state=accepted": "002",
    "state=returned": "004",
    "words=silikastøv": "006",
    "words=silikastøv&state=draft&broker=me": "006",
    "company=Ofoten Betong": "004",
    "company=310279323&kind=phone": "002",
    "company=310279323&words=slagg&broker=me": "001 002 006",
    "programme=mono": "001 002 003 004 005 006",
    "turn=me&state=draft&cluster=act": "006",
}


def test_filters_narrow(app: Flask, varied: World) -> None:
    client = Client(app, make.BROKER)
    for query, wanted in NARROWED.items():
        page = client.get(f"{LIST}?{query}").get_data(as_text=True)
        assert sorted(titles(page)) == wanted.split(), query


def test_period_is_inclusive(app: Flask, varied: World) -> None:
    day = make.day(40).isoformat()
    page = Client(app, make.BROKER).get(f"{LIST}?from={day}&to={day}").get_data(as_text=True)
    assert titles(page) == ["001"]


def test_mentors_turn_is_the_queue(app: Flask, varied: World) -> None:
    page = Client(app, make.MENTOR).get(f"{LIST}?turn=me").get_data(as_text=True)
    assert sorted(titles(page)) == ["001", "003", "005"]


def test_leads_turn_is_what_has_no_other_mentor(app: Flask, varied: World) -> None:
    with app.app_context():
        make.sent(varied, make.MENTOR, title="Sak nummer 007")
        db.session.commit()
    page = Client(app, make.LEAD).get(f"{LIST}?turn=me").get_data(as_text=True)
    assert titles(page) == ["007"]


WRONG = {
    "from=31.02.2026": "There is no such day",
    "to=aldri": "Write the date like this",
    "from=2026-02-01&to=2026-01-01": "The last day is before the first",
    "kind=hopp": "Choose one of the possibilities",
    "state=ferdig&state=draft": "Choose one of the possibilities",
    "cluster=nowhere": "Choose one of the possibilities",
    "programme=mofi": "Choose one of the possibilities",
    "broker=99999": "Choose one of the possibilities",
    "company=Ukjent AS": "We know no undertaking",
    "company=123456789": "We know no undertaking",
    "words=%3F%21": "Write at least one word",
    "after=her_er_intet": "That place in the list is not there",
    "after=2026-01-01_": "That place in the list is not there",
}
STRANGE = (
    "shown=x&at=-1",
    "shown=9999999&at=77",
    "from=%00",
    "words=a%00b",
    f"company={'9' * 3000}",
    "after=_",
    "kind=",
)


def test_bad_parameter_costs_a_sentence_and_nothing_else(app: Flask, varied: World) -> None:
    client = Client(app, make.BROKER)
    for query, sentence in WRONG.items():
        answer = client.get(f"{LIST}?broker=me&{query}" if "broker" not in query else f"{LIST}?{query}")
        assert answer.status_code == 200
        assert sentence in texts(answer), query
        assert "002" in titles(answer.get_data(as_text=True)) or "state=draft" in query


def test_strange_parameters_never_crash(app: Flask, varied: World) -> None:
    client = Client(app, make.BROKER)
    for query in (*STRANGE, f"company={'9' * 3000}"):
        assert client.get(f"{LIST}?{query}").status_code in (200, 302)
        assert client.get(f"{LIST}?{query}&broker=me", partial=True).status_code in (200, 302)


def test_form_leads_to_a_clean_address(app: Flask, varied: World) -> None:
    answer = Client(app, make.BROKER).get(f"{LIST}?from=&to=&company=&words=&kind=visit&broker=me&state=")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/logbook/?broker=me&kind=visit")


def test_chip_is_removed_by_a_link_and_focus_goes_on(app: Flask, varied: World) -> None:
    client = Client(app, make.BROKER)
    page = client.get(f"{LIST}?cluster=act&kind=visit&kind=phone").get_data(as_text=True)
    assert "Company visit and Phone" in page
    removal = re.search(r'hx-get="([^"]*at=0)" hx-push-url="([^"]*)"', page)
    assert removal
    assert removal[2] == "/logbook/?kind=visit&amp;kind=phone"
    part = client.get(removal[1].replace("&amp;", "&"), partial=True).get_data(as_text=True)
    assert part.lstrip().startswith('<div id="entry_list">')
    assert re.search(r"data-removable[^>]*data-focus", part)
    assert "entries are shown" in part
    assert 'hx-target="#entry_export"' in part


def test_filter_form_comes_as_a_part_and_as_a_page(app: Flask, varied: World) -> None:
    client = Client(app, make.BROKER)
    part = client.get("/logbook/parts/filters?kind=visit&broker=me", partial=True).get_data(as_text=True)
    assert re.search(r'value="visit"\s+checked', part)
    assert re.search(r'value="me" selected', part)
    page = client.get(f"{LIST}?kind=visit&filter=open").get_data(as_text=True)
    assert 'id="entry_filter_form"' in page


# --- what a row says ------------------------------------------------------------------------------------------


def test_row_says_whose_turn_and_what_was_not_held(app: Flask, world: World) -> None:
    with app.app_context():
        make.returned(world, held="cancelled", audience="programme")
        make.sent(world, confidential=True)
        db.session.commit()
    page = Client(app, make.BROKER).get(LIST)
    said = texts(page)
    for word in ("Your turn, today", "Mentor, today", "Cancelled", "Shared with the programme", "Confidential"):
        assert word in said
    assert page.get_data(as_text=True).count("<tr data-mine>") == 1


def test_late_entry_says_so(app: Flask, world: World) -> None:
    with app.app_context():
        make.sent(world).late = True
        db.session.commit()
    assert "Entered late" in texts(Client(app, make.BROKER).get(LIST))


def test_several_undertakings_stand_in_their_order(app: Flask, world: World) -> None:
    with app.app_context():
        make.sent(world, companies=(world.other_company, world.company))
        db.session.commit()
    assert "Ofoten Betong AS, Ranfjord Slagg AS" in texts(Client(app, make.BROKER).get(LIST))


def test_draft_names_its_unregistered_undertaking(app: Flask, world: World) -> None:
    with app.app_context():
        make.draft(world, companies=(), new_companies=({"name": "Nystarta AS", "orgnr": "", "municipality": ""},))
        db.session.commit()
    assert "Nystarta AS" in texts(Client(app, make.BROKER).get(LIST))


def test_unsaved_copy_stands_on_top_of_own_views(app: Flask, world: World) -> None:
    copy = uuid4()
    with app.app_context():
        saved = make.draft(world).id
        db.session.commit()
    client = Client(app, make.BROKER)
    for record, fields in (
        (copy, {"company": "Kladd Mek AS", "text": "Noen ord"}),
        (saved, {"company": "Skal ikke stå her", "base_rev": "1"}),
    ):
        address = f"/logbook/parts/working-copy/{record}"
        assert client.post(address, {**fields, "record_id": str(record)}).status_code == 204
    for query in ("turn=me", "broker=me"):
        page = client.get(f"{LIST}?{query}").get_data(as_text=True)
        assert "Kladd Mek AS" in page
        assert f"/logbook/new?draft={copy}" in page
        assert "Skal ikke stå her" not in page
    assert "Kladd Mek AS" not in texts(client.get(LIST))
    assert "Kladd Mek AS" not in texts(Client(app, make.COLLEAGUE).get(f"{LIST}?broker=me"))


# --- empty ----------------------------------------------------------------------------------------------------


def test_empty_states_say_what_to_do(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    assert "The logbook is empty" in texts(client.get(LIST))
    fill(app, world, 2)
    said = texts(client.get(f"{LIST}?turn=me"))
    assert "Nothing waits for you" in said
    assert "The mentor has 2 of your entries" in said
    said = texts(client.get(f"{LIST}?cluster=act&kind=phone"))
    assert "You have chosen ACT Cluster and Phone." in said
    assert "Remove “Phone”" in said
    assert "There are no older entries" in texts(client.get(f"{LIST}?after=2000-01-01_{uuid4()}"))


# --- who ------------------------------------------------------------------------------------------------------


def test_who_may_open_it(app: Flask, world: World) -> None:
    refused = {make.OBSERVER: 403, make.ADMIN: 403, make.STRANGER: 200, make.LEAD: 200, make.MANAGER: 200}
    for email, status in refused.items():
        client = Client(app, email)
        for address in (LIST, "/logbook/export.csv"):
            assert client.get(address).status_code == status
        assert client.get("/logbook/parts/filters", partial=True).status_code == status


def test_person_without_roles_sees_own_drafts_only(app: Flask, world: World) -> None:
    with app.app_context():
        make.draft(world, make.STRANGER, title="Sak nummer 001")
        make.sent(world, title="Sak nummer 002", audience="programme")
        db.session.commit()
    page = Client(app, make.STRANGER).get(LIST).get_data(as_text=True)
    assert titles(page) == ["001"]
    assert 'aria-label="Views"' not in page


def test_views_fit_the_roles(app: Flask, world: World) -> None:
    def views(email: str) -> list[str]:
        page = Client(app, email).get(LIST).get_data(as_text=True)
        nav = re.search(r'<nav class="views".*?</nav>', page, re.DOTALL)
        return re.findall(r">([A-Z][\w ]+)", nav[0]) if nav else []

    assert views(make.LEAD) == ["All", "My turn", "Without next step"]
    assert views(make.MANAGER) == ["All", "My cluster"]
    assert views(make.BROKER)[:4] == ["All", "My turn", "All mine", "Waiting for the mentor"]


def test_draft_is_never_called_shared(app: Flask, world: World) -> None:
    """Whatever audience it will have: as long as it is a draft nobody else sees it."""
    with app.app_context():
        make.draft(world, audience="cluster", title="zqkladd")
        db.session.commit()
    client = Client(app, make.BROKER)
    assert "Shared with the cluster" not in texts(client.get("/logbook/"))
    with app.app_context():
        make.sent(world, audience="cluster", title="zqsendt")
        db.session.commit()
    assert "Shared with the cluster" in texts(client.get("/logbook/"))


def test_foot_of_the_list_leads_to_import_and_file(app: Flask, world: World) -> None:
    """On a narrow page they stand here; only who writes may import."""
    with app.app_context():
        make.sent(world)
        db.session.commit()
    foot = Client(app, make.BROKER).get("/logbook/?state=submitted").text.rpartition('class="more only-narrow"')[2]
    assert 'href="/logbook/import"' in foot
    assert 'href="/logbook/export.csv?state=submitted" download' in foot
    foot = Client(app, make.LEAD).get("/logbook/").text.rpartition("more only-narrow")[2]
    assert "/logbook/import" not in foot
