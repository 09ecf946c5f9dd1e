"""What was taken over: the taker works on it in the author's place; drafts and private notes stay with the author."""

from __future__ import annotations

import csv
import io
import re
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from mono_web.accounts import actions as accounts
from mono_web.core import clock, revisions
from mono_web.core.db import db
from mono_web.followups.models import FollowUp
from mono_web.logbook.models import SUBJECT, Entry
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World
from tests.logbook.estate import LIST, Estate, end_role, hand, person_id


def test_taker_goes_on_to_acceptance(app: Flask, estate: Estate) -> None:
    """The whole way: told, answers, edits, sends back; the mentor accepts; the author stays the author."""
    hand(app, estate)
    taker, mentor, address = Client(app, make.COLLEAGUE), Client(app, make.MENTOR), f"/logbook/{estate.returned}"
    start = texts(taker.get("/"))
    assert "Your turn, today Taken over from Ingrid Megler" in start
    assert "“Hva er det konkret dere ikke vet?”" in start
    assert "Ring Roar" in start
    assert "Send rapporten" in start
    assert str(estate.returned) in taker.get("/logbook/?turn=me").text
    page = texts(taker.get(address))
    assert "You have taken this over from Ingrid Megler." in page
    assert "Marit asks you to look at: Hva er det konkret dere ikke vet?" in page
    form = re.search(r'action="(/remarks/[0-9a-f-]+/answer)"', taker.get(address).text)
    assert form
    assert taker.post(form[1], {"text": "Om det lekker."}).status_code == 303
    edited = {
        "action": "send", "record_id": str(estate.returned), "base_rev": _revision(app, estate.returned),
        "place": _place(app, estate.returned), "company": "Ranfjord Slagg AS", "date": "i går", "hours": "2",
        "kind": "visit", "held": "yes", "text": "Ingen vet om det lekker.", "title": "Returnert sak",
        "audience": "mentor_lead",
    }  # fmt: skip
    assert "Marit" in texts(taker.get(f"{address}/edit"))
    assert taker.post(f"{address}/edit", edited).status_code == 303
    assert "The mentor has one of your entries" in texts(taker.get("/"))
    assert "1 of 1 answered" in texts(mentor.get("/mentoring/"))
    assert mentor.post(f"{address}/accept").status_code == 303
    assert taker.post(f"{address}/addendum", {"text": "Mer om lekkasjen"}).status_code == 303
    with app.app_context():
        entry = db.session.get_one(Entry, estate.returned)
        assert (entry.state, entry.author.email) == ("accepted", make.BROKER)
        assert revisions.of(SUBJECT, entry.id)[0].author_id == make.person(make.COLLEAGUE).id


def _revision(app: Flask, entry_id: UUID) -> str:
    with app.app_context():
        return str(db.session.get_one(Entry, entry_id).revision)


def _place(app: Flask, entry_id: UUID) -> str:
    with app.app_context():
        entry = db.session.get_one(Entry, entry_id)
        return f"{entry.programme_id}-{entry.cluster_id}"


def test_taker_reads_no_draft_revision_and_no_private_note(app: Flask, estate: Estate) -> None:
    with app.app_context():
        author = make.person(make.BROKER).id
        revisions.put_working_copy(SUBJECT, estate.returned, author, 1, {"text": ["zqulagret"]})
        db.session.commit()
    hand(app, estate)
    taker = Client(app, make.COLLEAGUE)
    for number, status in ((1, 404), (2, 404), (3, 200)):
        assert taker.get(f"/logbook/{estate.returned}/versions/{number}").status_code == status
    pages = ("", "/edit", "/print", "/versions", "/versions?old=1&new=3", "/audience")
    seen = "".join(taker.get(f"/logbook/{estate.returned}{page}").text for page in pages)
    assert "Slik den ble sendt." in seen
    for word in ("zqforsending", "zqbareingrid", "zqingridogmentor", "zqulagret"):
        assert word not in seen, word
    assert taker.get(f"/logbook/{estate.draft}").status_code == 404
    assert "zqkladd" not in taker.get("/logbook/export.csv").text


def test_notes_for_the_author_reach_the_taker_from_now_on(app: Flask, estate: Estate) -> None:
    hand(app, estate)
    mentor, address = Client(app, make.MENTOR), f"/remarks/entry-{estate.returned}/notes/new"
    page = texts(mentor.get(address))
    assert "Can be read by: Kari Kollega and you" in page
    mentor.post(address, {"audience": "author_mentor", "text": "Nytt notat til den som skriver"})
    assert "Nytt notat til den som skriver" in Client(app, make.COLLEAGUE).get(f"/logbook/{estate.returned}").text
    assert "zqingridogmentor" in mentor.get(f"/logbook/{estate.returned}").text


def test_other_brokers_see_nothing_of_it(app: Flask, estate: Estate) -> None:
    hand(app, estate)
    for email in (make.OTHER_BROKER, make.MANAGER, make.BROKER):
        for entry in (estate.returned, estate.accepted):
            assert Client(app, email).get(f"/logbook/{entry}").status_code == 404, email
        assert "Returnert sak" not in Client(app, email).get("/logbook/export.csv").text, email


def test_taker_of_a_step_can_do_it(app: Flask, estate: Estate) -> None:
    """A step on an entry that only mentor and lead read: whoever takes it over reads what it is about."""
    hand(app, estate, make.OTHER_BROKER, estate.accepted)
    taker = Client(app, make.OTHER_BROKER)
    assert "Send rapporten" in texts(taker.get("/"))
    assert "Godkjent sak" in texts(taker.get(f"/logbook/{estate.accepted}"))
    with app.app_context():
        step = db.session.query(FollowUp).filter_by(subject_id=estate.accepted).one().id
    assert taker.post(f"/followups/{step}/done").status_code == 303


def test_taker_loses_it_with_the_role_and_it_waits_again(app: Flask, estate: Estate) -> None:
    hand(app, estate)
    taker = Client(app, make.COLLEAGUE)
    assert taker.get(f"/logbook/{estate.returned}").status_code == 200
    with app.test_request_context():
        end_role(make.COLLEAGUE)
        db.session.commit()
    assert taker.get(f"/logbook/{estate.returned}").status_code == 404
    assert taker.post(f"/logbook/{estate.returned}/send").status_code == 404
    lead = Client(app, make.LEAD)
    said = texts(lead.get(LIST))
    assert "Kari Kollega MoNo 1 returned entry 1 next step" in said
    assert "Ingrid Megler" not in said


def test_author_who_comes_back_works_on_it_too(app: Flask, estate: Estate, world: World) -> None:
    hand(app, estate)
    with app.test_request_context():
        accounts.give_role(make.person(make.BROKER), "broker", clock.today(), None, world.programme, world.act)
        db.session.commit()
    for email in (make.BROKER, make.COLLEAGUE):
        assert Client(app, email).get(f"/logbook/{estate.returned}/edit").status_code == 200
        assert "Returnert sak" in texts(Client(app, email).get("/"))
    with app.test_request_context():
        end_role(make.COLLEAGUE)
        db.session.commit()
    lead = Client(app, make.LEAD)
    address = f"{LIST}{world.programme}-{person_id(app, make.COLLEAGUE)}"
    fields = {"chosen": [str(estate.returned), str(estate.accepted)], "taker": person_id(app, make.BROKER)}
    assert lead.post(address, fields).status_code == 303
    with app.app_context():
        assert db.session.get_one(Entry, estate.returned).taker_id is None
        assert {step.owner_id for step in db.session.query(FollowUp)} == {make.person(make.BROKER).id}


def test_mentor_who_takes_over_reviews_it_no_more(app: Flask, estate: Estate) -> None:
    hand(app, estate, make.MENTOR, estate.returned)
    mentor, lead, address = Client(app, make.MENTOR), Client(app, make.LEAD), f"/logbook/{estate.returned}"
    assert "Taken over from Ingrid Megler" in texts(mentor.get("/"))
    assert str(estate.returned) not in mentor.get("/mentoring/?tab=returned").text
    assert mentor.post(f"{address}/send", {"anyway": "1"}).status_code == 303
    assert mentor.post(f"{address}/accept").status_code == 403
    assert str(estate.returned) not in mentor.get("/mentoring/").text
    assert str(estate.returned) in lead.get("/mentoring/").text
    assert lead.post(f"{address}/accept").status_code == 303


def test_desk_names_the_taker(app: Flask, estate: Estate) -> None:
    hand(app, estate)
    desk = texts(Client(app, make.MENTOR).get("/mentoring/?tab=returned"))
    assert "Kari Kollega, today" in desk
    assert "Ingrid, by Kari" in desk
    assert "Kari Kollega ACT Cluster Nothing waits for you 1 with the broker" in desk
    assert "Kari Kollega, today" in texts(Client(app, make.LEAD).get("/logbook/?state=returned"))


def test_desk_lists_what_was_taken_over_under_the_taker(app: Flask, estate: Estate) -> None:
    hand(app, estate)
    client = Client(app, make.MENTOR)
    with app.app_context():
        author, taker = make.person(make.BROKER).id, make.person(make.COLLEAGUE).id
    assert str(estate.returned) in client.get(f"/mentoring/?tab=returned&broker={taker}").text
    assert str(estate.returned) not in client.get(f"/mentoring/?tab=returned&broker={author}").text
    Client(app, make.COLLEAGUE).post(f"/logbook/{estate.returned}/send", {"anyway": "1"})
    place = texts(client.get(f"/logbook/{estate.returned}?queue=1&broker={taker}"))
    assert "1 of 1 in the queue" in place


def test_draft_has_no_taker(app: Flask, estate: Estate) -> None:
    """The table itself refuses it, whatever an action does."""
    with app.app_context():
        db.session.get_one(Entry, estate.draft).taker_id = make.person(make.COLLEAGUE).id
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


# --- the former broker --------------------------------------------------------------------------------------


def test_draft_of_a_former_broker_says_so(app: Flask, estate: Estate) -> None:
    page = Client(app, make.BROKER).get(f"/logbook/{estate.draft}")
    said = texts(page)
    assert "A draft. Only you see it." in said
    assert "It lies with the reviewer" not in said
    link = re.search(r'href="([^"]+)" download', page.text)
    assert link
    assert "zqkladd" in Client(app, make.BROKER).get(link[1].replace("&amp;", "&")).text
    assert f"/logbook/{estate.draft}/delete" in page.text


def test_former_broker_fetches_their_drafts_and_nothing_else(app: Flask, estate: Estate) -> None:
    former = Client(app, make.BROKER)
    link = re.search(r'href="([^"]+)" download>Download your drafts', former.get("/").text)
    assert link
    file = former.get(link[1].replace("&amp;", "&"))
    assert file.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(file.get_data().decode("utf-8-sig"))))
    assert [(row["entry_id"], row["text"]) for row in rows] == [(str(estate.draft), "zqkladd")]
    assert former.post(f"/logbook/{estate.draft}/delete").status_code == 303
    assert "Download your drafts" not in former.get("/").text
    assert "Download your drafts" not in Client(app, make.STRANGER).get("/").text


def test_former_broker_who_leads_now_reads_as_a_lead(app: Flask, estate: Estate, world: World) -> None:
    """The rights of today's roles hold for what one wrote oneself too, and one may hand it over; drafts stay own."""
    with app.test_request_context():
        accounts.give_role(make.person(make.BROKER), "lead", clock.today(), None, world.programme)
        db.session.commit()
    former = Client(app, make.BROKER)
    assert former.get(f"/logbook/{estate.returned}").status_code == 200
    assert former.get(f"/logbook/{estate.returned}/edit").status_code == 403
    assert "Returnert sak" in texts(former.get(estate.address))


def test_admin_is_told_that_the_lead_is_asked(app: Flask, world: World) -> None:
    with app.app_context():
        roles = {email: make.person(email).roles[0].id for email in (make.BROKER, make.MANAGER)}
    admin = Client(app, make.ADMIN)
    sentence = "The project lead is asked who takes over"
    assert sentence in texts(admin.get(f"/admin/roles/{roles[make.BROKER]}/end"))
    assert sentence not in texts(admin.get(f"/admin/roles/{roles[make.MANAGER]}/end"))
