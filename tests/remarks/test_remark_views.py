"""Making, answering and resolving remarks over HTTP."""

from __future__ import annotations

import json
import re
from uuid import UUID, uuid4

import pytest
from flask import Flask

from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from mono_web.logbook.models import Entry
from mono_web.remarks import actions
from mono_web.remarks.models import Answer, Remark
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World


@pytest.fixture
def entry_id(app: Flask, world: World) -> UUID:
    """A sent entry that the cluster may read."""
    with app.app_context():
        made = make.sent(world, audience="cluster").id
        db.session.commit()
    return made


@pytest.fixture
def remark_id(app: Flask, entry_id: UUID) -> UUID:
    """A question of the mentor on the text of that entry."""
    with app.app_context():
        made = actions.make_remark(
            make.viewer(make.MENTOR), ("entry", entry_id), "question", "Hvem eier dataene?", "text"
        ).id
        db.session.commit()
    return made


def _new(entry_id: UUID) -> str:
    return f"/remarks/entry-{entry_id}/new"


def _count(app: Flask, model: type[Remark] | type[Answer]) -> int:
    with app.app_context():
        return db.session.query(model).count()


def _without_scripts(body: str) -> str:
    """What the page holds where no script unfolds a template."""
    return re.sub(r"<template\b.*?</template>", "", body, flags=re.DOTALL)


def test_no_text_can_stand_unsaved_beside_a_decision(app: Flask, entry_id: UUID, remark_id: UUID) -> None:
    """Without scripts what is written about an entry is written on pages of their own, with no other form beside it."""
    way = f"/remarks/{remark_id}/answer"
    for email in (make.BROKER, make.MENTOR):
        body = Client(app, email).get(f"/logbook/{entry_id}").get_data(as_text=True)
        assert 'id="review_bar"' in body
        assert "<textarea" not in _without_scripts(body)
        assert f'href="{way}"' in _without_scripts(body)
        assert ('<template data-unfold><form class="answer' in body) == (email == make.BROKER)
    places = (_new(entry_id), f"/remarks/entry-{entry_id}/notes/new", way)
    for email, address in [(make.BROKER, places[1]), (make.BROKER, way), *((make.MENTOR, one) for one in places)]:
        main = Client(app, email).get(address).get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
        assert main.count('method="post"') == 1, (email, address)
        assert f'action="{address}"' in main


NEW = {"kind": "must_fix", "field": "text", "text": "Hva er det dere ikke vet?"}


def test_new_form_begins_with_a_question_on_the_field(app: Flask, entry_id: UUID) -> None:
    mentor = Client(app, make.MENTOR)
    for partial in (False, True):
        answer = mentor.get(_new(entry_id) + "?field=text", partial=partial)
        body = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert ("<html" in body) != partial
        assert 'value="question"' in body.split("checked")[1].split(">")[0] + body.split("checked")[0][-200:]
        assert '<option selected value="text">' in body


def test_new_form_takes_no_unknown_field(app: Flask, entry_id: UUID) -> None:
    body = Client(app, make.MENTOR).get(_new(entry_id) + "?field=%3Cb%3E").get_data(as_text=True)
    assert '<option selected value="">' in body


def test_remark_is_made_without_scripts(app: Flask, entry_id: UUID) -> None:
    mentor = Client(app, make.MENTOR)
    answer = mentor.post(_new(entry_id), NEW)
    with app.app_context():
        remark = db.session.query(Remark).one()
        entry = db.session.get(Entry, entry_id)
        assert entry is not None
        assert (remark.kind, remark.field, remark.text, entry.state) == (*NEW.values(), "in_review")
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/logbook/{entry_id}#remark-{remark.id}"
    page = mentor.follow(answer)
    assert "The remark is made" in texts(page)
    assert f'id="remark-{remark.id}"' in page.get_data(as_text=True)


def test_remark_goes_to_its_place_on_the_page(app: Flask, entry_id: UUID) -> None:
    mentor = Client(app, make.MENTOR)
    for field, place in (("text", "remarks-text"), ("", "remarks-whole")):
        answer = mentor.post(_new(entry_id) + "?field=text", {**NEW, "field": field}, partial=True)
        body = answer.get_data(as_text=True)
        assert f'<hx-partial hx-target="#{place}" hx-swap="beforeend">' in body
        assert '<div id="remark_new">' in body
        assert "The remark is made" in body
        assert "remarks:remark-changed" in json.loads(answer.headers["HX-Trigger"])


@pytest.mark.parametrize("partial", [False, True])
def test_remark_pressed_twice_is_made_once(app: Flask, entry_id: UUID, partial: bool) -> None:
    mentor = Client(app, make.MENTOR)
    sent = {**NEW, "op_id": str(uuid4())}
    first = mentor.post(_new(entry_id), sent, partial=partial)
    second = mentor.post(_new(entry_id), sent, partial=partial)
    assert _count(app, Remark) == 1
    if not partial:
        assert first.headers["Location"] == second.headers["Location"]
    else:
        # What is there already is put there anew, so that it does not stand twice.
        assert '<hx-partial hx-target="#remarks-text" hx-swap="innerHTML">' in second.get_data(as_text=True)


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": " "}, "Write the remark"),
        ({"text": "ord " * 5_001}, "At most 20000"),
        ({"kind": "blame"}, "Choose one of the possibilities"),
        ({"field": "secret"}, "Choose one of the possibilities"),
    ],
)
def test_bad_remark_is_told_and_kept(
    app: Flask, entry_id: UUID, partial: bool, changed: dict[str, str], sentence: str
) -> None:
    answer = Client(app, make.MENTOR).post(_new(entry_id), {**NEW, **changed}, partial=partial)
    assert answer.status_code == 422
    assert sentence in texts(answer)
    if len(changed.get("text", "")) != 1:
        assert {**NEW, **changed}["text"] in answer.get_data(as_text=True)
    assert _count(app, Remark) == 0


def test_warning_lets_the_second_send_through(app: Flask, entry_id: UUID) -> None:
    mentor = Client(app, make.MENTOR)
    answer = mentor.post(_new(entry_id), {**NEW, "text": "Se <script>her</script>"})
    assert answer.status_code == 422
    assert "The text holds HTML or a script" in texts(answer)
    again = mentor.post(_new(entry_id), {**NEW, "text": "Se <script>her</script>", "seen_warnings": "text:html"})
    assert again.status_code == 303


def _walk(entry_id: UUID, remark_id: UUID) -> list[tuple[str, str]]:
    return [
        ("GET", _new(entry_id)),
        ("POST", _new(entry_id)),
        ("GET", f"/remarks/parts/entry-{entry_id}/new"),
        ("GET", f"/remarks/{remark_id}/answer"),
        ("POST", f"/remarks/{remark_id}/answer"),
        ("GET", f"/remarks/parts/{remark_id}"),
        ("POST", f"/remarks/{remark_id}/resolve"),
        ("POST", f"/remarks/{remark_id}/reopen"),
    ]


@pytest.mark.parametrize("email", [make.COLLEAGUE, make.OTHER_BROKER, make.MANAGER, make.ADMIN, make.STRANGER])
def test_review_does_not_exist_for_others(app: Flask, entry_id: UUID, remark_id: UUID, email: str) -> None:
    """Also for a colleague who may read the entry itself."""
    browser = Client(app, email)
    for verb, address in _walk(entry_id, remark_id):
        answer = browser.get(address) if verb == "GET" else browser.post(address, {**NEW})
        assert answer.status_code == 404, (verb, address)
        assert "Hvem eier" not in answer.get_data(as_text=True)
    assert (_count(app, Remark), _count(app, Answer)) == (1, 0)


def test_lead_reads_only(app: Flask, entry_id: UUID, remark_id: UUID) -> None:
    lead = Client(app, make.LEAD)
    for verb, address in _walk(entry_id, remark_id):
        answer = lead.get(address, partial=True) if verb == "GET" else lead.post(address, {**NEW})
        assert answer.status_code == (200 if address == f"/remarks/parts/{remark_id}" else 403), (verb, address)
    assert (_count(app, Remark), _count(app, Answer)) == (1, 0)


def test_author_answers_and_the_form_closes(app: Flask, remark_id: UUID) -> None:
    broker = Client(app, make.BROKER)
    address = f"/remarks/{remark_id}/answer"
    assert "Save the answer" in broker.get(f"/remarks/parts/{remark_id}", partial=True).get_data(as_text=True)
    answer = broker.post(address, {"text": "Bedriften, etter kontrakten."}, partial=True)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert body.lstrip().startswith(f'<article class="remark" id="remark-{remark_id}"')
    assert 'data-focus>\n    <p class="meta">Ingrid Megler' in body
    assert "Bedriften, etter kontrakten." in body
    assert "The answer is saved" in body
    assert "Save the answer" not in body
    assert "remarks:remark-changed" in json.loads(answer.headers["HX-Trigger"])


def test_answer_without_scripts(app: Flask, entry_id: UUID, remark_id: UUID) -> None:
    broker = Client(app, make.BROKER)
    address = f"/remarks/{remark_id}/answer"
    page = broker.get(address)
    assert page.status_code == 200
    assert "hx-post" not in page.get_data(as_text=True).split("<main")[1].split("</main")[0]
    answer = broker.post(address, {"text": "Bedriften."})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/logbook/{entry_id}#remark-{remark_id}")
    assert "The answer is saved" in texts(broker.follow(answer))


@pytest.mark.parametrize("partial", [False, True])
def test_bad_answer_is_told_and_kept(app: Flask, remark_id: UUID, partial: bool) -> None:
    broker = Client(app, make.BROKER)
    for text, sentence in (("", "Write the answer"), ("ord " * 5_001, "At most 20000")):
        answer = broker.post(f"/remarks/{remark_id}/answer", {"text": text}, partial=partial)
        assert answer.status_code == 422
        assert sentence in texts(answer)
        assert text in answer.get_data(as_text=True)
    assert _count(app, Answer) == 0


@pytest.mark.parametrize("partial", [False, True])
def test_answer_pressed_twice_is_one(app: Flask, remark_id: UUID, partial: bool) -> None:
    broker = Client(app, make.BROKER)
    sent = {"text": "Bedriften.", "op_id": str(uuid4())}
    codes = [broker.post(f"/remarks/{remark_id}/answer", sent, partial=partial).status_code for _ in range(2)]
    assert codes == ([200, 200] if partial else [303, 303])
    assert _count(app, Answer) == 1


def test_mentor_asks_for_the_answer_form_and_cancels(app: Flask, entry_id: UUID, remark_id: UUID) -> None:
    mentor = Client(app, make.MENTOR)
    closed = mentor.get(f"/remarks/parts/{remark_id}", partial=True).get_data(as_text=True)
    opened = mentor.get(f"/remarks/{remark_id}/answer", partial=True).get_data(as_text=True)
    assert ("<textarea" in closed, "<textarea" in opened) == (False, True)
    assert f'hx-get="/remarks/parts/{remark_id}"' in opened
    away = mentor.get(f"/remarks/parts/{remark_id}")
    assert away.headers["Location"] == f"/logbook/{entry_id}#remark-{remark_id}"
    link = mentor.get(f"/remarks/parts/entry-{entry_id}/new", partial=True).get_data(as_text=True)
    assert "<form" not in link
    assert mentor.get(f"/remarks/parts/entry-{entry_id}/new").headers["Location"] == f"/logbook/{entry_id}"


def test_resolve_folds_and_counts(app: Flask, entry_id: UUID, remark_id: UUID) -> None:
    mentor = Client(app, make.MENTOR)
    mentor.post(_new(entry_id), {**NEW, "kind": "praise"})
    mentor.post(_new(entry_id), {**NEW, "kind": "idea"})
    answer = mentor.post(f"/remarks/{remark_id}/resolve", partial=True)
    body = answer.get_data(as_text=True)
    assert "<summary data-focus>" in body
    assert "1 Question, resolved" in texts(answer)
    assert "Remark 1 is resolved. 1 left." in texts(answer)
    back = mentor.post(f"/remarks/{remark_id}/reopen", partial=True)
    assert "<details" not in back.get_data(as_text=True)
    assert "Remark 1 is open again" in texts(back)
    plain = mentor.post(f"/remarks/{remark_id}/resolve")
    assert plain.headers["Location"] == f"/logbook/{entry_id}#remark-{remark_id}"


def test_resolved_remark_takes_no_answer(app: Flask, remark_id: UUID) -> None:
    Client(app, make.MENTOR).post(f"/remarks/{remark_id}/resolve")
    answer = Client(app, make.BROKER).post(f"/remarks/{remark_id}/answer", {"text": "For sent"})
    assert (answer.status_code, _count(app, Answer)) == (403, 0)


def test_reading_a_confidential_review_is_logged(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world, confidential=True)
        remark = actions.make_remark(make.viewer(make.MENTOR), ("entry", entry.id), "idea", "Spør Narvik", None)
        db.session.commit()
        entry_id, remark_id = entry.id, remark.id
    mentor = Client(app, make.MENTOR)
    for address in (_new(entry_id), f"/remarks/{remark_id}/answer", f"/remarks/entry-{entry_id}/notes/new"):
        assert mentor.get(address).status_code == 200
    assert mentor.get(f"/remarks/parts/{remark_id}", partial=True).status_code == 200
    with app.app_context():
        logged = db.session.query(AuditLine).filter_by(verb="read confidential", subject_id=str(entry_id))
        assert logged.count() == 4


def test_script_in_a_remark_is_shown_as_characters(app: Flask, entry_id: UUID) -> None:
    mentor = Client(app, make.MENTOR)
    text = "<script>alert(1)</script>"
    sent = {**NEW, "text": text, "seen_warnings": "text:html"}
    body = mentor.post(_new(entry_id), sent, partial=True).get_data(as_text=True)
    assert "&lt;script&gt;" in body
    assert "<script>" not in body


# --- the way through the queue ------------------------------------------------------------------------------

WAY = "?queue=1&broker=7"


def test_remark_without_scripts_stays_on_the_way(app: Flask, entry_id: UUID) -> None:
    client = Client(app, make.MENTOR)
    page = client.get(f"/logbook/{entry_id}{WAY}").text
    link = re.search(r'href="(/remarks/entry-[^"]+/new\?[^"]+)"', page)
    assert link
    asked = client.get(link[1].replace("&amp;", "&")).text
    action = re.search(r'action="(/remarks/entry-[^"]+)"', asked)
    assert action
    fields = {"kind": "question", "field": "text", "text": "Hvem eier dataene?"}
    answer = client.post(action[1].replace("&amp;", "&"), fields)
    assert answer.headers["Location"].startswith(f"/logbook/{entry_id}{WAY}#remark-")


@pytest.mark.parametrize("act", ["resolve", "answer"])
def test_act_on_a_remark_stays_on_the_way(app: Flask, entry_id: UUID, remark_id: UUID, act: str) -> None:
    client = Client(app, make.MENTOR)
    page = client.get(f"/logbook/{entry_id}{WAY}").text
    address = f"/remarks/{remark_id}/{act}{WAY}"
    assert address.replace("&", "&amp;") in page
    answer = client.post(address, {"text": "Jeg mente bedriften"})
    assert answer.headers["Location"].startswith(f"/logbook/{entry_id}{WAY}#remark-")


def test_note_without_scripts_stays_on_the_way(app: Flask, entry_id: UUID) -> None:
    client = Client(app, make.MENTOR)
    asked = client.get(f"/remarks/entry-{entry_id}/notes/new{WAY}").text
    assert f'action="/remarks/entry-{entry_id}/notes/new{WAY}"'.replace("&", "&amp;") in asked
    fields = {"audience": "only_me", "text": "Spør igjen"}
    answer = client.post(f"/remarks/entry-{entry_id}/notes/new{WAY}", fields)
    assert answer.headers["Location"].startswith(f"/logbook/{entry_id}{WAY}#note-")
    kept = client.get(f"/logbook/{entry_id}/return{WAY}").text
    assert f'href="/logbook/{entry_id}{WAY}"'.replace("&", "&amp;") in kept
