"""The mentor's desk: the queue by age and by broker, the way through it, and who has one."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from mono_web.accounts import actions as accounts
from mono_web.core import clock
from mono_web.core.db import db
from mono_web.logbook import actions as logbook
from mono_web.logbook import queries as entries
from mono_web.mentoring import queries
from mono_web.remarks import actions as remarks
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World


def waiting(world: World, days: int, by: str = make.BROKER, **changed: object) -> UUID:
    """An entry that was sent some days ago. The caller commits."""
    with clock.at(clock.now() - timedelta(days=days)):
        return make.sent(world, by, **changed).id


@pytest.fixture
def queue(app: Flask, world: World) -> list[UUID]:
    """Entries that wait 8, 6, 4, 1 and 0 days, the third one by the broker of the other cluster."""
    with app.test_request_context():
        ids = [
            waiting(world, 8, title="Åtte dager"),
            waiting(world, 6, title="Seks dager"),
            waiting(world, 4, make.OTHER_BROKER, title="Fire dager", cluster_id=world.betong),
            waiting(world, 1, title="En dag"),
            waiting(world, 0, title="I dag"),
        ]
        db.session.commit()
    return ids


def rows(body: str) -> list[str]:
    """Ids of the rows, from top to bottom."""
    return re.findall(r'id="queue_row-([0-9a-f-]{36})"', body)


def test_queue_is_oldest_first_in_age_groups(app: Flask, world: World, queue: list[UUID]) -> None:
    page = Client(app, make.MENTOR).get("/mentoring/")
    body = page.get_data(as_text=True)
    assert "5 entries wait for you. The oldest has waited 8 days." in texts(page)
    assert rows(body) == [str(one) for one in queue]
    said = texts(page)
    places = [
        said.index(text) for text in ("Over 5 days", "Åtte", "Seks", "2 to 5 days", "Fire", "Yesterday", "En dag")
    ]
    assert places == sorted(places)
    assert f'href="/logbook/{queue[0]}?queue=1"' in body


def test_desk_is_for_reviewers(app: Flask, world: World) -> None:
    people = (make.BROKER, make.MANAGER, make.OBSERVER, make.ADMIN, make.STRANGER)
    assert [Client(app, email).get("/mentoring/").status_code for email in people] == [403] * 5
    assert [Client(app, email).get("/mentoring/").status_code for email in (make.MENTOR, make.LEAD)] == [200] * 2


def test_own_entries_never_lie_here(app: Flask, world: World) -> None:
    with app.test_request_context():
        waiting(world, 3, make.MENTOR, title="Mentors egen")
        db.session.commit()
    assert "Mentors egen" not in texts(Client(app, make.MENTOR).get("/mentoring/"))
    # The author is the only mentor, so the lead reviews it.
    assert "Mentors egen" in texts(Client(app, make.LEAD).get("/mentoring/"))


def test_lead_has_nothing_while_there_is_a_mentor(app: Flask, world: World, queue: list[UUID]) -> None:
    page = Client(app, make.LEAD).get("/mentoring/")
    assert rows(page.get_data(as_text=True)) == []
    assert "The mentor reviews the entries" in texts(page)


def test_drafts_and_withdrawn_entries_are_absent(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.draft(world, title="Bare en kladd")
        gone = make.sent(world, title="Trukket sak")
        logbook.withdraw(make.viewer(make.BROKER), gone, "Feil virksomhet")
        db.session.commit()
    said = texts(Client(app, make.MENTOR).get("/mentoring/"))
    assert "Bare en kladd" not in said
    assert "Trukket sak" not in said
    assert "The queue is empty" in said


def test_broker_filter_narrows_everything(app: Flask, world: World, queue: list[UUID]) -> None:
    with app.app_context():
        other = make.person(make.OTHER_BROKER).id
    page = Client(app, make.MENTOR).get(f"/mentoring/?broker={other}")
    body = page.get_data(as_text=True)
    assert rows(body) == [str(queue[2])]
    assert "One entry waits for you." in texts(page)
    assert f"/logbook/{queue[2]}?queue=1&amp;broker={other}" in body
    assert "data-removable" in body


def test_broker_cards_count_here_and_there(app: Flask, world: World, queue: list[UUID]) -> None:
    with app.test_request_context():
        make.returned(world, title="Hos megler")
        db.session.commit()
    said = texts(Client(app, make.MENTOR).get("/mentoring/"))
    assert "Ingrid Megler ACT Cluster 4 wait for you , Ingrid Megler 1 with the broker" in said
    assert "Tor Andreklynge Betongklyngen 1 waits for you" in said
    assert "Kari Kollega ACT Cluster Nothing waits for you" in said


def test_other_tabs(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.returned(world, title="Ligger hos megleren")
        make.accepted(world, title="Nylig godkjent")
        with clock.at(clock.now() - timedelta(days=20)):
            make.accepted(world, title="Gammel godkjenning")
        db.session.commit()
    client = Client(app, make.MENTOR)
    returned, accepted = client.get("/mentoring/?tab=returned"), client.get("/mentoring/?tab=accepted")
    assert "Ligger hos megleren" in texts(returned)
    assert "Nylig godkjent" not in texts(returned)
    assert "Nylig godkjent" in texts(accepted)
    assert "Gammel godkjenning" not in texts(accepted)
    assert "the last one was accepted" in texts(client.get("/mentoring/"))
    assert client.get("/mentoring/?tab=nonsense&broker=x").status_code == 200


def test_row_says_what_is_new(app: Flask, world: World) -> None:
    mentor, broker = make.viewer, make.viewer
    with app.test_request_context():
        entry = make.sent(world, title="Besvart sak")
        first, second = (
            remarks.make_remark(mentor(make.MENTOR), ("entry", entry.id), kind, "Hva vet vi?", None)
            for kind in ("question", "must_fix")
        )
        remarks.make_remark(mentor(make.MENTOR), ("entry", entry.id), "praise", "Godt sett", None)
        remarks.answer(broker(make.BROKER), first, "Ingenting ennå")
        remarks.resolve(mentor(make.MENTOR), second)
        begun = make.sent(world, title="Påbegynt sak")
        logbook.start_reading(mentor(make.MENTOR), begun)
        db.session.commit()
        assert queries.answered([entry.id, begun.id]) == {entry.id: (2, 2)}
    said = texts(Client(app, make.MENTOR).get("/mentoring/"))
    assert "2 of 2 answered" in said
    assert "Begun" in said


def test_answer_of_another_does_not_count(app: Flask, world: World) -> None:
    with app.test_request_context():
        entry = make.sent(world)
        remark = remarks.make_remark(make.viewer(make.MENTOR), ("entry", entry.id), "question", "Hvem?", None)
        remarks.answer(make.viewer(make.MENTOR), remark, "Jeg mente bedriften")
        db.session.commit()
        assert queries.answered([entry.id]) == {entry.id: (0, 1)}


def test_place_in_queue(app: Flask, world: World, queue: list[UUID]) -> None:
    client = Client(app, make.MENTOR)
    middle = client.get(f"/logbook/{queue[2]}?queue=1")
    body = middle.text
    assert "3 of 5 in the queue" in texts(middle)
    assert re.search(rf'href="/logbook/{queue[1]}\?queue=1" aria-keyshortcuts="k"', body)
    assert re.search(rf'href="/logbook/{queue[3]}\?queue=1" aria-keyshortcuts="j"', body)
    assert 'aria-keyshortcuts="k"' not in client.get(f"/logbook/{queue[0]}?queue=1").text
    assert "in the queue" not in texts(client.get(f"/logbook/{queue[2]}"))
    with app.app_context():
        broker = make.person(make.BROKER).id
    narrowed = client.get(f"/logbook/{queue[3]}?queue=1&broker={broker}")
    assert "3 of 4 in the queue" in texts(narrowed)
    assert f"/logbook/{queue[1]}?queue=1&amp;broker={broker}" in narrowed.text


def test_place_after_acceptance_leads_to_the_oldest(app: Flask, world: World, queue: list[UUID]) -> None:
    with app.test_request_context():
        done = make.accepted(world).id
        db.session.commit()
        assert entries.place_in_queue(make.viewer(make.MENTOR), done) == (0, 5, None, queue[0])
    said = texts(Client(app, make.MENTOR).get(f"/logbook/{done}?queue=1"))
    assert "5 entries wait in the queue" in said
    assert "Next in the queue" in said


def test_place_costs_the_same_in_a_long_queue(app: Flask, world: World, queue: list[UUID]) -> None:
    client = Client(app, make.MENTOR)
    with statements() as few:
        client.get(f"/logbook/{queue[0]}?queue=1")
    with app.test_request_context():
        for _more in range(10):
            waiting(world, 1)
        db.session.commit()
    with statements() as many:
        assert "1 of 15 in the queue" in texts(client.get(f"/logbook/{queue[0]}?queue=1"))
    assert len(many) == len(few)


@pytest.mark.parametrize("email", [make.BROKER, make.LEAD])
def test_place_is_for_its_reviewer(app: Flask, world: World, queue: list[UUID], email: str) -> None:
    page = Client(app, email).get(f"/logbook/{queue[0]}?queue=1")
    assert page.status_code == 200
    assert "in the queue" not in texts(page)


def test_own_entry_has_no_place(app: Flask, world: World) -> None:
    with app.test_request_context():
        own = waiting(world, 1, make.MENTOR)
        db.session.commit()
    assert "queue_place" not in Client(app, make.MENTOR).get(f"/logbook/{own}?queue=1").text


def test_mentor_whose_role_ended_has_no_desk(app: Flask, world: World, queue: list[UUID]) -> None:
    client = Client(app, make.MENTOR)
    assert client.get("/mentoring/").status_code == 200
    with app.app_context():
        (role,) = [one for one in make.person(make.MENTOR).roles if one.kind == "mentor"]
        accounts.end_role(role, make.day(1))
        db.session.commit()
    assert client.get("/mentoring/").status_code == 403


def test_statements_do_not_grow_with_the_queue(app: Flask, world: World) -> None:
    client = Client(app, make.MENTOR)
    client.get("/")  # the first request of an application asks for more
    sent = []
    for count in (1, 54):
        with app.test_request_context():
            for _ in range(count):
                entry = make.sent(world)
                remarks.make_remark(make.viewer(make.MENTOR), ("entry", entry.id), "question", "Hva?", None)
            db.session.commit()
        with statements() as seen:
            page = client.get("/mentoring/")
        sent.append(len(seen))
    assert sent[0] == sent[1]
    assert sent[0] <= 12
    assert len(rows(page.get_data(as_text=True))) == queries.MOST_SHOWN
    assert "The 50 oldest of 55 are shown" in texts(page)
