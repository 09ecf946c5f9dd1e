"""Writing a need over HTTP: the form, the entry it is made from, two writers, the page, its history."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from mono_web.companies import actions as companies
from mono_web.core.db import db
from mono_web.needs import actions
from mono_web.needs.models import Need
from mono_web.needs.views.words import sentences
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World
from tests.needs import making

WRITERS = [make.BROKER, make.COLLEAGUE, make.MENTOR]
READERS = [*WRITERS, make.LEAD]
OUTSIDE = [make.OTHER_BROKER, make.MANAGER, make.OBSERVER, make.ADMIN, make.STRANGER, make.PREDECESSOR_BROKER]


def filled(world: World, **changed: str) -> dict[str, str]:
    """The form of a new need, complete."""
    return {
        "company": "Ranfjord Slagg AS",
        "place": f"{world.programme}-{world.act}",
        "title": "Varmegjenvinning i slaggrenna",
        **changed,
    }


def only(app: Flask) -> Need:
    """The one need there is."""
    with app.app_context():
        return db.session.scalars(select(Need)).one()


# --- a new one ------------------------------------------------------------------------------------------------


def test_broker_makes_a_need(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    assert client.get("/needs/new").status_code == 200
    sent = filled(world, theme="Varme", trl="4", next_step="Ringe Roar", next_step_date="31.12.2099")
    answer = client.post("/needs/new", sent)
    need = only(app)
    assert answer.headers["Location"] == f"/needs/{need.id}"
    assert (need.title, need.trl, need.owner_id, need.cluster_id) == (sent["title"], 4, need.made_by, world.act)
    words = texts(client.follow(answer))
    for told in ("Varmegjenvinning", "is made", "Ranfjord Slagg AS", "Ringe Roar", "To be clarified", "Ingrid Megler"):
        assert told in words


def test_double_click_makes_one(app: Flask, world: World) -> None:
    client, op_id = Client(app, make.BROKER), str(uuid4())
    first, second = (client.post("/needs/new", filled(world, op_id=op_id)) for _time in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert only(app).title == "Varmegjenvinning i slaggrenna"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "Write what the need is"),
        ({"company": ""}, "Choose which undertaking has the need"),
        ({"company": "Finnes Ikke AS"}, "Register it first"),
        ({"place": "1-999"}, "Choose one of the possibilities"),
        ({"trl": "10"}, "Choose one of the possibilities"),
        ({"area": "99"}, "Choose one of the possibilities"),
        ({"next_step_date": "31.02.2021"}, "There is no such day"),
        ({"next_step_date": "1.1.2099"}, "Write what is to be done that day"),
        ({"description": "Fødselsnummer 13097248022"}, "national identity number"),
    ],
)
def test_refused_form_keeps_what_was_typed(app: Flask, world: World, wrong: dict[str, str], sentence: str) -> None:
    client = Client(app, make.BROKER)
    for partial in (False, True):
        answer = client.post("/needs/new", filled(world, theme="Varmt vann", **wrong), partial=partial)
        assert answer.status_code == 422
        assert sentence in texts(answer)
        assert "Varmt vann" in answer.text
        assert answer.text.startswith("<form") == partial
    with app.app_context():
        assert db.session.scalars(select(Need)).all() == []


def test_warning_lets_the_second_send_through(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    sent = filled(world, description="13097248022")
    warned = client.post("/needs/new", sent)
    seen = re.search(r'name="seen_warnings" value="([^"]+)"', warned.text)
    assert seen
    assert client.post("/needs/new", {**sent, "seen_warnings": seen[1]}).status_code == 303


def test_undertaking_of_several_is_chosen(app: Flask, world: World) -> None:
    with app.app_context():
        companies.record_company("Ranfjord Slagg AS", municipality="Bodø")
        db.session.commit()
    client = Client(app, make.BROKER)
    asked = client.post("/needs/new", filled(world))
    assert asked.status_code == 422
    assert asked.text.count('name="pick_company"') == 2
    picked = client.post("/needs/new", filled(world, pick_company=str(world.company)))
    assert f'name="company_id" value="{world.company}"' in picked.text
    assert client.post("/needs/new", filled(world, company_id=str(world.company))).status_code == 303


@pytest.mark.parametrize("email", [make.LEAD, make.MANAGER, make.OBSERVER, make.ADMIN, make.STRANGER])
def test_others_make_none(app: Flask, world: World, email: str) -> None:
    client = Client(app, email)
    assert client.get("/needs/new").status_code == 403
    assert client.post("/needs/new", filled(world)).status_code == 403


def test_place_is_ones_own(app: Flask, world: World) -> None:
    answer = Client(app, make.OTHER_BROKER).post("/needs/new", filled(world))
    assert answer.status_code == 422


# --- made from an entry ---------------------------------------------------------------------------------------


TEXT = "De kjører slagg til deponi. Ingen vet om det lekker mangan!\n\n* Roar er **usikker**"


def entry(app: Flask, world: World, **changed: Any) -> UUID:
    """A sent entry of the broker's."""
    with app.app_context():
        found = make.sent(world, **{"text": TEXT, "title": "Besøk hos Ranfjord", **changed}).id
        db.session.commit()
    return found


def test_entry_leads_to_a_filled_form(app: Flask, world: World) -> None:
    source = entry(app, world)
    client = Client(app, make.BROKER)
    address = f"/needs/new?source=entry-{source}"
    assert f'href="{address}"' in client.get(f"/logbook/{source}").text
    page = client.get(address)
    assert 'value="Ranfjord Slagg AS"' in page.text
    for sentence in ("De kjører slagg til deponi.", "Ingen vet om det lekker mangan!", "Roar er usikker"):
        assert f'<option value="{sentence}">' in page.text
    sent = filled(world, company_id=str(world.company), quote="Ingen vet om det lekker mangan!")
    answer = client.post(address, sent)
    words = texts(client.follow(answer))
    assert "Ingen vet om det lekker mangan!" in words
    assert "Besøk hos Ranfjord" in words
    need = only(app)
    assert (need.source_type, need.source_id) == ("entry", source)


def test_marked_passage_comes_along(app: Flask, world: World) -> None:
    source = entry(app, world)
    client = Client(app, make.BROKER)
    address = f"/needs/new?source=entry-{source}&quote=om+det+lekker%0Amangan"
    page = client.get(address)
    assert '<option selected value="om det lekker mangan">' in page.text
    assert re.search(r'<input[^>]+name="title"[^>]+value="om det lekker mangan"', page.text)
    assert client.post(address, filled(world, quote="om det lekker mangan")).status_code == 303
    assert only(app).source_quote == "om det lekker mangan"
    assert client.post(address, filled(world, quote="noe annet")).status_code == 422


def test_passage_has_the_readers_of_its_entry(app: Flask, world: World) -> None:
    source = entry(app, world)
    client = Client(app, make.BROKER)
    client.post(f"/needs/new?source=entry-{source}&quote=lekker", filled(world, quote="lekker"))
    need = only(app).id
    for email, there in ((make.LEAD, True), (make.MENTOR, True), (make.COLLEAGUE, False)):
        page = Client(app, email).get(f"/needs/{need}")
        assert ("<blockquote>" in page.text, f"/logbook/{source}" in page.text) == (there, there), email


def test_confidential_entry_gives_a_confidential_need(app: Flask, world: World) -> None:
    source = entry(app, world, confidential=True)
    page = Client(app, make.BROKER).get(f"/needs/new?source=entry-{source}")
    assert re.search(r'<input[^>]* checked[^>]*name="confidential"', page.text)


def test_only_who_works_on_the_entry_makes_needs_of_it(app: Flask, world: World) -> None:
    source = entry(app, world, audience="programme")
    for email in (make.COLLEAGUE, make.MENTOR, make.OTHER_BROKER):
        client = Client(app, email)
        assert client.get(f"/needs/new?source=entry-{source}").status_code == 404
        assert "/needs/new?source" not in client.get(f"/logbook/{source}").text
    client = Client(app, make.BROKER)
    for wrong in ("entry-tull", f"entry-{uuid4()}", f"need-{uuid4()}", "tull"):
        assert client.get(f"/needs/new?source={wrong}").status_code == 404


def test_entry_about_several_asks_which(app: Flask, world: World) -> None:
    source = entry(app, world, companies=(world.company, world.other_company))
    page = Client(app, make.BROKER).get(f"/needs/new?source=entry-{source}")
    assert page.text.count('name="pick_company"') == 2


def test_sentences_of_a_text() -> None:
    assert sentences("# Tittel\n\nEn **to**. Tre? Ja!\n- punkt") == ["Tittel", "En to.", "Tre?", "Ja!", "punkt"]
    assert sentences("") == []
    assert len(sentences("Ja. " * 500)) == 60


# --- changed --------------------------------------------------------------------------------------------------


def edited(need: Need, **changed: str) -> dict[str, str]:
    """The form of a need as it stands, with changes."""
    return {
        "base_rev": str(need.revision), "title": need.title, "description": need.description, "theme": need.theme,
        "abstract": need.abstract, "area": "", "trl": "", "scheme": "", "next_step": "", "next_step_date": "",
        **changed,
    }  # fmt: skip


def test_colleague_changes_and_a_meeting_of_texts_is_shown(app: Flask, world: World) -> None:
    need = making.made(app, world)
    first = making.stored(app, need)
    colleague = Client(app, make.COLLEAGUE)
    assert colleague.post(f"/needs/{need}/edit", edited(first, title="Hennes tittel")).status_code == 303
    broker = Client(app, make.BROKER)
    merged = broker.post(f"/needs/{need}/edit", edited(first, title=making.TITLE, theme="Havbruk"))
    assert "Changed elsewhere meanwhile, and kept: What is the need?" in texts(broker.follow(merged))
    assert making.stored(app, need).title == "Hennes tittel"
    met = broker.post(f"/needs/{need}/edit", edited(first, title="Min tittel", theme="Havbruk"))
    assert met.status_code == 409
    assert "Hennes tittel" in met.text
    assert "is kept beside the need" in texts(broker.get(f"/needs/{need}"))
    now = making.stored(app, need)
    chosen = edited(now, title="Min tittel", **{"choose-title": "mine"})
    assert broker.post(f"/needs/{need}/edit", chosen).status_code == 303
    assert making.stored(app, need).title == "Min tittel"
    assert "is kept beside" not in texts(broker.get(f"/needs/{need}"))


def test_only_the_owner_is_asked_about_secrets(app: Flask, world: World) -> None:
    need = making.made(app, world)
    assert 'name="confidential"' in Client(app, make.BROKER).get(f"/needs/{need}/edit").text
    assert 'name="confidential"' not in Client(app, make.COLLEAGUE).get(f"/needs/{need}/edit").text


def test_changed_abstract_takes_the_release_back(app: Flask, world: World) -> None:
    need = making.made(app, world)
    client = Client(app, make.BROKER)
    assert client.post(f"/needs/{need}/share", {"consent_by": "Roar Hemnes"}).status_code == 303
    assert "with the consent of Roar Hemnes" in texts(client.get(f"/needs/{need}"))
    answer = client.post(f"/needs/{need}/edit", edited(making.stored(app, need), abstract="Nytt"))
    assert "The abstract is not shared any more" in texts(client.follow(answer))
    assert client.post(f"/needs/{need}/share", {"consent_by": ""}).status_code == 422
    assert client.post(f"/needs/{need}/share", {"consent_by": "Anne"}, partial=True).status_code == 204
    assert client.post(f"/needs/{need}/unshare").status_code == 303
    assert not making.stored(app, need).shared


# --- the page -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", READERS)
def test_readers_see_the_page(app: Flask, world: World, email: str) -> None:
    need = making.made(app, world)
    client = Client(app, email)
    words = texts(client.get(f"/needs/{need}"))
    assert making.TITLE in words
    assert "saltvann" in words
    writes = email in WRITERS
    assert (f"/needs/{need}/edit" in client.get(f"/needs/{need}").text) == writes
    for page in ("edit", "move", "matches/new", "share", "owner"):
        assert client.get(f"/needs/{need}/{page}").status_code == (200 if writes else 403), page
    assert client.post(f"/needs/{need}/edit", {"title": "Kapret"}).status_code == (303 if writes else 403)


@pytest.mark.parametrize("email", OUTSIDE)
def test_others_find_nothing(app: Flask, world: World, email: str) -> None:
    need = making.made(app, world)
    client = Client(app, email)
    for page in ("", "/edit", "/move", "/matches/new", "/share", "/owner", "/versions"):
        answer = client.get(f"/needs/{need}{page}")
        assert answer.status_code == 404
        assert making.TITLE not in answer.text
    assert client.post(f"/needs/{need}/move", {"state": "on_hold"}).status_code == 404
    assert making.stored(app, need).state == "identified"


def test_reading_a_confidential_need_is_told(app: Flask, world: World) -> None:
    need = making.made(app, world, confidential=True)
    Client(app, make.LEAD).get(f"/needs/{need}")
    words = texts(Client(app, make.BROKER).get(f"/needs/{need}"))
    assert "Håkon Leder" in words.partition("Who has read it")[2]
    assert Client(app, make.COLLEAGUE).get(f"/needs/{need}").status_code == 404


def test_page_costs_the_same_with_1_and_with_30(app: Flask, world: World) -> None:
    need = making.made(app, world)
    client = Client(app, make.BROKER)
    making.matched(app, need, making.environment(app, "Miljø 0"))
    client.get(f"/needs/{need}")
    with statements() as one:
        client.get(f"/needs/{need}")
    for number in range(1, 30):
        making.matched(app, need, making.environment(app, f"Miljø {number}"))
    with statements() as thirty:
        client.get(f"/needs/{need}")
    assert len(one) == len(thirty)
    assert len(thirty) <= 14


def test_versions_are_compared_and_brought_back(app: Flask, world: World) -> None:
    need = making.made(app, world)
    client = Client(app, make.BROKER)
    client.post(f"/needs/{need}/edit", edited(making.stored(app, need), title="Utlekking av mangan fra slagg"))
    page = client.get(f"/needs/{need}/versions")
    assert re.search(r"<del>betong</del><ins>slagg</ins>", page.text)
    assert "These versions say the same" in texts(client.get(f"/needs/{need}/versions?old=1&new=1"))
    assert client.post(f"/needs/{need}/versions/1/bring-back").status_code == 303
    assert making.stored(app, need).title == making.TITLE
    assert client.post(f"/needs/{need}/versions/9/bring-back").status_code == 404
    assert Client(app, make.LEAD).post(f"/needs/{need}/versions/1/bring-back").status_code == 403


def test_mentor_remarks_and_notes_hang_on_it(app: Flask, world: World) -> None:
    need = making.made(app, world)
    mentor = Client(app, make.MENTOR)
    sent = {"kind": "question", "field": "description", "text": "Er det målt før?"}
    assert mentor.post(f"/remarks/need-{need}/new", sent).status_code == 303
    note = {"audience": "mentors_leads", "text": "Følg med her"}
    assert mentor.post(f"/remarks/need-{need}/notes/new", note).status_code == 303
    owner, colleague = (texts(Client(app, email).get(f"/needs/{need}")) for email in (make.BROKER, make.COLLEAGUE))
    assert "Er det målt før?" in owner
    assert "Følg med her" not in owner
    assert "Er det målt før?" not in colleague


def test_need_is_taken_over(app: Flask, world: World) -> None:
    need = making.made(app, world)
    with app.app_context():
        gone = make.person(make.BROKER)
        gone.roles[0].ends_on = make.day(1)
        colleague = make.person(make.COLLEAGUE).id
        outsider = make.person(make.OTHER_BROKER).id
        db.session.commit()
    client = Client(app, make.COLLEAGUE)
    assert "Nobody is in charge" in texts(client.get(f"/needs/{need}"))
    assert "nobody in charge" in texts(client.get("/needs/?owner=none")).lower()
    for wrong in ("", str(outsider)):
        assert client.post(f"/needs/{need}/owner", {"owner": wrong}).status_code == 422
    assert client.post(f"/needs/{need}/owner", {"owner": str(colleague)}).status_code == 303
    assert making.stored(app, need).owner_id == colleague


# --- on other pages -------------------------------------------------------------------------------------------


def test_undertaking_shows_its_needs(app: Flask, world: World) -> None:
    need = making.made(app, world)
    making.matched(app, need, making.environment(app))
    with app.app_context():
        done = making.need(world, title="Ferdig behov")
        actions.move_need(make.viewer(make.BROKER), done, "closed", actions.Facts(reason="Solgt"))
        db.session.commit()
    address = f"/needs/parts/company/{world.company}"
    for email in READERS:
        answer = Client(app, email).get(address, partial=True)
        words = texts(answer)
        assert making.TITLE in words
        assert "SINTEF Helgeland" in words
        assert "Ferdig behov" not in words
        assert (f"/needs/new?company_id={world.company}" in answer.text) == (email in WRITERS)
    for email in (make.OTHER_BROKER, make.MANAGER):
        assert making.TITLE not in texts(Client(app, email).get(address, partial=True))
    assert Client(app, make.OBSERVER).get(address, partial=True).status_code == 404
    assert f'hx-get="{address}"' in Client(app, make.BROKER).get(f"/companies/{world.company}").text


def test_directory_shows_the_matches_one_reads(app: Flask, world: World) -> None:
    need, environment = making.made(app, world), making.environment(app)
    making.matched(app, need, environment)
    address = f"/needs/parts/research/{environment}"
    assert making.TITLE in texts(Client(app, make.COLLEAGUE).get(address, partial=True))
    for email in (make.OTHER_BROKER, make.MANAGER):
        assert "No matches that you can see" in texts(Client(app, email).get(address, partial=True))
    assert Client(app, make.ADMIN).get(address, partial=True).status_code == 404
