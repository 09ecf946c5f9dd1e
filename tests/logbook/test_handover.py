"""When a broker's role has ended: the lead is told, and names who goes on with what is left."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from flask import Flask

from mono_web.accounts import actions as accounts
from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from mono_web.followups.models import FollowUp
from mono_web.logbook import queries
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.remarks.models import Act
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World
from tests.logbook.estate import LIST, Estate, end_role, hand, person_id
from tests.logbook.test_list_cost import explain
from tests.logbook.test_plans import SCAN


def test_lead_is_told_on_the_start_page(app: Flask, estate: Estate) -> None:
    page = Client(app, make.LEAD).get("/")
    assert "The role of Ingrid Megler has ended 1 returned entry 1 next step" in texts(page)
    assert f'href="{estate.address}"' in page.text
    for other in (make.MENTOR, make.COLLEAGUE, make.MANAGER, make.ADMIN, make.OBSERVER):
        assert "has ended" not in texts(Client(app, other).get("/")), other


def test_nothing_is_told_while_nothing_waits(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.returned(world)
        db.session.commit()
    lead = Client(app, make.LEAD)
    assert "must take over" not in texts(lead.get("/"))
    assert "Nothing waits for somebody to take over" in texts(lead.get(LIST))


def test_start_page_asks_one_statement_more(app: Flask, estate: Estate) -> None:
    lead = Client(app, make.LEAD)
    lead.get("/")
    with statements() as seen:
        lead.get("/")
    assert len([one for one, _values in seen if "former" in one]) == 1


def test_page_holds_what_waits_and_no_draft(app: Flask, estate: Estate) -> None:
    said = texts(Client(app, make.LEAD).get(estate.address))
    assert "Ranfjord Slagg AS – Returnert sak" in said
    assert "Next step: Ring Roar" in said
    assert "Ranfjord Slagg AS – Godkjent sak" in said
    assert "These wait for the mentor" in said
    assert said.index("Returnert sak") < said.index("Godkjent sak") < said.index("Sendt sak")
    assert "Kladden min" not in said


def test_brokers_of_the_same_cluster_stand_first(app: Flask, estate: Estate) -> None:
    page = Client(app, make.LEAD).get(estate.address).text
    people = re.findall(r"<option[^>]*>([^<]+)</option>", page)
    assert people == [
        "Choose a person", "Kari Kollega, ACT Cluster", "Marit Mentor, ACT Cluster (then cannot review them)",
        "Tor Andreklynge, Betongklyngen",
    ]  # fmt: skip


def test_bad_choice_keeps_what_was_chosen(app: Flask, estate: Estate) -> None:
    lead = Client(app, make.LEAD)
    taker = person_id(app, make.COLLEAGUE)
    for fields, sentence in (
        ({"chosen": [str(estate.accepted)], "taker": ""}, "Choose who takes over"),
        ({"chosen": [str(estate.accepted)], "taker": person_id(app, make.BROKER)}, "Choose one of the possibilities"),
        ({"chosen": [str(estate.accepted)], "taker": person_id(app, make.MANAGER)}, "Choose one of the possibilities"),
        ({"taker": taker}, "Choose at least one"),
        ({"chosen": [str(estate.draft)], "taker": taker}, "The list has changed meanwhile"),
        ({"chosen": [str(estate.sent)], "taker": taker}, "The list has changed meanwhile"),
    ):
        for partial in (False, True):
            answer = lead.post(estate.address, fields, partial=partial)
            assert answer.status_code == 422
            assert sentence in texts(answer), sentence
        ticked = set(re.findall(r'<input[^>]*\bchecked\b[^>]*value="([^"]+)"', answer.text))
        assert ticked <= set(fields.get("chosen", []))
        assert (f'selected value="{fields["taker"]}"' in answer.text) == (fields["taker"] in ("", taker))
    with app.app_context():
        assert not db.session.query(Entry).filter(Entry.taker_id.is_not(None)).count()


def test_part_of_it_can_be_handed_over(app: Flask, estate: Estate) -> None:
    lead = Client(app, make.LEAD)
    hand(app, estate, make.COLLEAGUE, estate.accepted)
    said = texts(lead.get(estate.address))
    assert "Godkjent sak" not in said
    assert "Returnert sak" in said
    assert "1 returned entry" in texts(lead.get(LIST))
    hand(app, estate, make.OTHER_BROKER, estate.returned)
    assert "Nothing waits" in texts(lead.get(LIST))
    assert "Nothing waits" in texts(lead.get(estate.address))
    assert "has ended" not in texts(lead.get("/"))


def test_pressed_twice_is_done_once(app: Flask, estate: Estate) -> None:
    lead, fields = Client(app, make.LEAD), {"chosen": [str(estate.returned)], "taker": person_id(app, make.COLLEAGUE)}
    op_id = str(uuid4())
    for _ in range(2):
        assert lead.post(estate.address, {**fields, "op_id": op_id}).status_code == 303
    with app.app_context():
        assert db.session.query(Act).filter_by(verb=queries.HANDED_OVER).count() == 1


def test_who_handed_over_what_is_kept(app: Flask, estate: Estate) -> None:
    hand(app, estate)
    before, after = person_id(app, make.BROKER), person_id(app, make.COLLEAGUE)
    with app.app_context():
        lead = make.person(make.LEAD).id
        lines = db.session.query(AuditLine).filter_by(person_id=lead, detail=f"{before} -> {after}").all()
        assert sorted(line.verb for line in lines) == ["follow-up handed over"] * 2 + ["handed_over"] * 2
        assert {line.subject_id for line in lines if line.subject_type == SUBJECT} == {
            str(estate.returned), str(estate.accepted),
        }  # fmt: skip
        steps = db.session.query(FollowUp).filter(FollowUp.subject_id.in_([estate.returned, estate.accepted]))
        assert {step.owner_id for step in steps} == {int(after)}
    page = texts(Client(app, make.LEAD).get(f"/logbook/{estate.returned}"))
    assert "Håkon Leder let Kari Kollega take over from Ingrid Megler" in page
    assert "Kari Kollega has taken this over from Ingrid Megler." in page
    assert "Kari Kollega, today" in page


def test_lead_of_another_programme_is_told_nothing(app: Flask, estate: Estate, world: World) -> None:
    with app.app_context():
        accounts.give_role(make.person(make.STRANGER), "lead", make.day(9), None, world.predecessor)
        db.session.commit()
    other = Client(app, make.STRANGER)
    assert other.get(estate.address).status_code == 404
    assert other.post(estate.address, {"chosen": [str(estate.returned)]}).status_code == 404
    assert "Ingrid" not in texts(other.get(LIST))
    assert "has ended" not in texts(other.get("/"))
    for key in ("1", "x-y", f"{world.programme}-0", f"{world.programme}-{person_id(app, make.COLLEAGUE)}"):
        assert Client(app, make.LEAD).get(f"{LIST}{key}").status_code == 404, key


def test_disabled_account_counts_as_ended(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.returned(world)
        accounts.disable(make.person(make.BROKER))
        db.session.commit()
    assert "The role of Ingrid Megler has ended 1 returned entry" in texts(Client(app, make.LEAD).get("/"))


def test_programme_without_a_broker_says_so(app: Flask, estate: Estate) -> None:
    with app.test_request_context():
        for email in (make.COLLEAGUE, make.OTHER_BROKER, make.MENTOR):
            end_role(email)
        db.session.commit()
    lead = Client(app, make.LEAD)
    assert "The programme has no broker today" in texts(lead.get(estate.address))
    assert lead.post(estate.address, {"chosen": [str(estate.returned)], "taker": ""}).status_code == 422


# --- what it costs ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", [make.LEAD, make.COLLEAGUE])
def test_pages_scan_no_table_that_grows(app: Flask, estate: Estate, email: str) -> None:
    hand(app, estate, make.COLLEAGUE, estate.accepted)
    person = Client(app, email)
    for address in ("/", "/logbook/?turn=me", *((LIST, estate.address) if email == make.LEAD else ())):
        with statements() as seen:
            assert person.get(address).status_code == 200
        with app.app_context():
            for statement, values in seen:
                plan = explain(statement, values)
                assert not [step for step in plan if SCAN.match(step) and " USING " not in step], statement
                # Found by who is in charge, not by looking through all that is open.
                assert not [step for step in plan if "followup USING" in step and "owner_id" not in step
                            and "(id=" not in step and "subject_id" not in step], statement  # fmt: skip


def test_statements_of_the_page_do_not_grow(app: Flask, estate: Estate, world: World) -> None:
    lead, counted = Client(app, make.LEAD), []
    lead.get(estate.address)
    for more in (0, 20):
        with app.test_request_context():
            for number in range(more):
                make.returned(world, make.COLLEAGUE, title=f"Sak {number}", next_step="Ring", next_step_date=None)
            for entry in db.session.query(Entry).filter_by(author_id=make.person(make.COLLEAGUE).id):
                entry.author_id = make.person(make.BROKER).id
            db.session.commit()
        with statements() as seen:
            assert lead.get(estate.address).status_code == 200
        counted.append(len(seen))
    assert counted[0] == counted[1]
