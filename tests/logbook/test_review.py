"""The acts of the review over HTTP: who may, what they ask for, what they leave behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from mono_web.core import clock
from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from mono_web.logbook import actions
from mono_web.logbook.models import Addendum, Entry
from mono_web.remarks import actions as remarks
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World

Maker = Callable[..., Entry]


def entry_of(app: Flask, maker: Maker, world: World, by: str = make.BROKER, **changed: object) -> UUID:
    with app.app_context():
        entry = maker(world, by, **changed)
        db.session.commit()
        return entry.id


def state_of(app: Flask, entry_id: UUID) -> str:
    with app.app_context():
        return db.session.get_one(Entry, entry_id).state


ACTS = [
    ("start", make.sent, make.MENTOR, {}, "in_review"),
    ("return", make.sent, make.MENTOR, {"reason": "Hva vet dere ikke?"}, "returned"),
    ("accept", make.sent, make.MENTOR, {}, "accepted"),
    ("take-back", make.accepted, make.MENTOR, {"reason": "Feil virksomhet"}, "in_review"),
    ("withdraw", make.sent, make.BROKER, {"reason": "Skrevet to ganger"}, "withdrawn"),
    ("withdraw", make.accepted, make.BROKER, {"reason": "Skrevet to ganger"}, "withdrawn"),
    ("send", make.returned, make.BROKER, {}, "answered"),
    ("send", make.draft, make.BROKER, {}, "submitted"),
    ("addendum", make.accepted, make.BROKER, {"text": "Og så ringte de."}, "accepted"),
]


@pytest.mark.parametrize(("act", "maker", "who", "fields", "state"), ACTS)
def test_act_moves_the_entry(
    app: Flask, world: World, act: str, maker: Maker, who: str, fields: dict[str, str], state: str
) -> None:
    entry_id = entry_of(app, maker, world)
    client = Client(app, who)
    answer = client.post(f"/logbook/{entry_id}/{act}", fields)
    assert answer.status_code == 303
    assert state_of(app, entry_id) == state
    page = client.follow(answer)
    assert page.status_code == 200


@pytest.mark.parametrize(("act", "maker", "who", "fields", "state"), ACTS)
def test_act_of_the_wrong_person_changes_nothing(
    app: Flask, world: World, act: str, maker: Maker, who: str, fields: dict[str, str], state: str
) -> None:
    entry_id = entry_of(app, maker, world)
    before = state_of(app, entry_id)
    others = {make.COLLEAGUE: 404, make.OTHER_BROKER: 404, make.OBSERVER: 404, make.ADMIN: 404, make.LEAD: 403}
    others[make.BROKER if who == make.MENTOR else make.MENTOR] = 403
    if before == "draft":
        others = dict.fromkeys(others, 404)
    for email, status in others.items():
        assert Client(app, email).post(f"/logbook/{entry_id}/{act}", fields).status_code == status, email
    assert state_of(app, entry_id) == before
    with app.app_context():
        refused = select(func.count()).select_from(AuditLine).where(AuditLine.verb.startswith("refused"))
        assert db.session.scalar(refused) == len(others)


@pytest.mark.parametrize("act", ["return", "take-back", "withdraw"])
def test_missing_reason_is_asked_for(app: Flask, world: World, act: str) -> None:
    maker = make.accepted if act == "take-back" else make.sent
    entry_id = entry_of(app, maker, world)
    client = Client(app, make.BROKER if act == "withdraw" else make.MENTOR)
    before = state_of(app, entry_id)
    for partial in (False, True):
        answer = client.post(f"/logbook/{entry_id}/{act}", {"reason": "  "}, partial=partial)
        assert answer.status_code == 422
        assert "Write w" in texts(answer)
    assert state_of(app, entry_id) == before
    dialog = client.get(f"/logbook/{entry_id}/{act}", partial=True)
    assert dialog.text.lstrip().startswith("<dialog")


def test_accept_with_must_fix_open_needs_a_reason(app: Flask, world: World) -> None:
    entry_id = entry_of(app, make.sent, world)
    with app.app_context():
        remarks.make_remark(make.viewer(make.MENTOR), ("entry", entry_id), "must_fix", "Rett dette.", None)
        db.session.commit()
    client = Client(app, make.MENTOR)
    assert client.post(f"/logbook/{entry_id}/accept", {}).status_code == 422
    assert state_of(app, entry_id) == "in_review"
    assert client.post(f"/logbook/{entry_id}/accept", {"reason": "Tas i neste"}).status_code == 303
    assert state_of(app, entry_id) == "accepted"


def test_after_a_decision_the_bar_leads_on(app: Flask, world: World) -> None:
    sent = []
    for days in (4, 3, 2):
        with clock.at(clock.now() - timedelta(days=days)):
            sent.append(entry_of(app, make.sent, world))
    first, second, third = sent
    other = entry_of(app, make.sent, world, make.OTHER_BROKER, cluster_id=world.betong)
    client = Client(app, make.MENTOR)

    def bar(entry_id: UUID, way: str) -> str:
        return client.get(f"/logbook/{entry_id}{way}").text.partition('id="review_bar"')[2].partition("</main>")[0]

    assert "Next in the queue" not in bar(first, "?queue=1")
    client.post(f"/logbook/{first}/accept?queue=1", {})
    assert f'href="/logbook/{second}?queue=1"' in bar(first, "?queue=1")
    client.post(f"/logbook/{second}/return?queue=1", {"reason": "Hva vet dere ikke?"})
    assert "Returned" in bar(second, "?queue=1")
    assert f'href="/logbook/{third}?queue=1"' in bar(second, "?queue=1")
    client.post(f"/logbook/{third}/accept", {})
    with app.app_context():
        author = make.viewer(make.BROKER).id
    assert f'href="/logbook/{other}?queue=1"' in bar(third, "?queue=1")
    assert "Next in the queue" not in bar(third, f"?queue=1&broker={author}")
    assert f'href="/mentoring/?broker={author}"' in bar(third, f"?queue=1&broker={author}")
    assert "Next in the queue" not in bar(first, "")


def test_nobody_reviews_their_own(app: Flask, world: World) -> None:
    entry_id = entry_of(app, make.sent, world, make.MENTOR)
    assert Client(app, make.MENTOR).post(f"/logbook/{entry_id}/accept", {}).status_code == 403
    assert Client(app, make.LEAD).post(f"/logbook/{entry_id}/accept", {}).status_code == 303


def test_stale_decision_is_refused(app: Flask, world: World) -> None:
    entry_id = entry_of(app, make.accepted, world)
    assert Client(app, make.MENTOR).post(f"/logbook/{entry_id}/return", {"reason": "For sent"}).status_code == 403
    assert state_of(app, entry_id) == "accepted"


def test_locked_takes_addenda_only(app: Flask, world: World) -> None:
    with app.app_context():
        entry_id = make.accepted(world, date=make.day(40)).id
        actions.close_period(make.viewer(make.LEAD), world.programme, make.day(60), make.day(30))
        db.session.commit()
    broker, mentor = Client(app, make.BROKER), Client(app, make.MENTOR)
    assert broker.get(f"/logbook/{entry_id}/edit").status_code == 403
    assert broker.post(f"/logbook/{entry_id}/withdraw", {"reason": "x"}).status_code == 403
    assert mentor.post(f"/logbook/{entry_id}/take-back", {"reason": "x"}).status_code == 403
    assert broker.post(f"/logbook/{entry_id}/addendum", {"text": "Et tillegg"}).status_code == 303
    assert "Et tillegg" in texts(mentor.get(f"/logbook/{entry_id}"))


def test_addendum_sent_twice_is_one(app: Flask, world: World) -> None:
    entry_id = entry_of(app, make.accepted, world)
    client = Client(app, make.BROKER)
    fields = {"text": "Samme tillegg", "op_id": "6a3f2c1e-5b1d-4f0e-9a51-0c4fe8a7b111"}
    assert [client.post(f"/logbook/{entry_id}/addendum", fields).status_code for _ in range(2)] == [303, 303]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Addendum)) == 1


def test_audience_is_widened_only_after_the_names_were_shown(app: Flask, world: World) -> None:
    entry_id = entry_of(app, make.sent, world)
    client = Client(app, make.BROKER)
    asked = client.post(f"/logbook/{entry_id}/audience", {"audience": "cluster"})
    assert asked.status_code == 200
    assert "2 more can read it: Kari Kollega, Liv Klyngeleder." in texts(asked)
    assert Client(app, make.COLLEAGUE).get(f"/logbook/{entry_id}").status_code == 404
    shared = client.post(f"/logbook/{entry_id}/audience", {"audience": "cluster", "confirmed": "yes"})
    assert shared.status_code == 303
    assert Client(app, make.COLLEAGUE).get(f"/logbook/{entry_id}").status_code == 200
    assert Client(app, make.COLLEAGUE).get(f"/logbook/{entry_id}/versions/2").status_code == 404
    client.post(f"/logbook/{entry_id}/audience", {"audience": "cluster", "confidential": "y"})
    assert Client(app, make.COLLEAGUE).get(f"/logbook/{entry_id}").status_code == 404


def test_confidential_reading_is_logged(app: Flask, world: World) -> None:
    entry_id = entry_of(app, make.sent, world, confidential=True)
    Client(app, make.BROKER).get(f"/logbook/{entry_id}")
    Client(app, make.MENTOR).get(f"/logbook/{entry_id}")
    with app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.verb == "read confidential")).all()
        assert [(one.person_id, one.subject_id) for one in lines] == [(make.viewer(make.MENTOR).id, str(entry_id))]


def test_readers_of_a_confidential_entry_are_shown_to_its_author(app: Flask, world: World) -> None:
    entry_id = entry_of(app, make.sent, world, confidential=True)
    assert "Who has read it" not in texts(Client(app, make.BROKER).get(f"/logbook/{entry_id}"))
    Client(app, make.MENTOR).get(f"/logbook/{entry_id}")
    page = texts(Client(app, make.BROKER).get(f"/logbook/{entry_id}"))
    assert "Marit Mentor" in page.partition("Who has read it")[2]


def test_mentor_sees_only_what_changed(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.returned(world, text="Linje en står.\n\nVi må teste slagget.")
        changed = make.content(world, text="Linje en står.\n\nIngen vet hvordan mangan lekker.")
        actions.save_entry(make.viewer(make.BROKER), entry, changed, entry.revision)
        actions.send_entry(make.viewer(make.BROKER), entry)
        entry_id = entry.id
        db.session.commit()
    page = Client(app, make.MENTOR).get(f"/logbook/{entry_id}")
    assert "What Ingrid has changed since you read it" in texts(page)
    assert "<del>Vi må teste slagget.</del>" in page.text
    assert "<ins>Ingen vet hvordan mangan lekker.</ins>" in page.text
    plain = Client(app, make.MENTOR).get(f"/logbook/{entry_id}?changes=0")
    assert "<del>" not in plain.text
    assert "<del>" not in Client(app, make.LEAD).get(f"/logbook/{entry_id}").text


def test_entry_page_has_a_fixed_number_of_queries(app: Flask, world: World) -> None:
    few, many = entry_of(app, make.sent, world), entry_of(app, make.sent, world)
    with app.app_context():
        for number in range(30):
            remarks.make_remark(make.viewer(make.MENTOR), ("entry", many), "question", f"Spørsmål {number}", "text")
        remarks.make_remark(make.viewer(make.MENTOR), ("entry", few), "question", "Ett", "text")
        db.session.commit()
    client = Client(app, make.BROKER)
    client.get(f"/logbook/{few}")
    with statements() as one:
        client.get(f"/logbook/{few}")
    with statements() as thirty:
        client.get(f"/logbook/{many}")
    assert len(one) == len(thirty)
    assert len(thirty) <= 16


@pytest.mark.parametrize(
    ("kinds", "heading", "hint"),
    [
        (["must_fix", "question"], "Accept with 2 open remarks?", "1 of 2 open remarks must be fixed."),
        (["must_fix"], "Accept with one open remark?", "The open remark must be fixed."),
        (["question"], "Accept the entry?", None),
    ],
)
def test_accepting_says_which_remarks_are_counted(
    app: Flask, world: World, kinds: list[str], heading: str, hint: str | None
) -> None:
    entry_id = entry_of(app, make.sent, world)
    with app.test_request_context():
        for kind in kinds:
            remarks.make_remark(make.viewer(make.MENTOR), ("entry", entry_id), kind, "Hva?", None)
        db.session.commit()
    said = texts(Client(app, make.MENTOR).get(f"/logbook/{entry_id}/accept", partial=True))
    assert heading in said
    assert ("must be fixed" in said) == (hint is not None)
    assert (hint or "") in said
