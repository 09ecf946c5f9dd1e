"""A returned entry in its author's hands: what is asked stands beside the form, and nothing goes back by mistake."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from mono_web.core.db import db
from mono_web.logbook import actions as logbook
from mono_web.logbook.models import Entry
from mono_web.remarks import actions as remarks
from mono_web.remarks.models import Remark
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World

NONE_ANSWERED = "You have answered none of the 2 remarks. Send back anyway?"


@pytest.fixture
def returned(app: Flask, world: World) -> UUID:
    """Returned with a question, a must-fix and a word of praise."""
    with app.test_request_context():
        entry = make.sent(world)
        for kind, text in (("question", "Hvem eier dataene?"), ("must_fix", "Tallet mangler"), ("praise", "Godt sett")):
            remarks.make_remark(make.viewer(make.MENTOR), ("entry", entry.id), kind, text, "text")
        logbook.return_entry(make.viewer(make.MENTOR), entry, "Begynn med spørsmålet")
        db.session.commit()
        return entry.id


def answer_first(app: Flask, entry_id: UUID) -> None:
    with app.test_request_context():
        first = db.session.query(Remark).filter_by(subject_id=entry_id, number=1).one()
        remarks.answer(make.viewer(make.BROKER), first, "Bedriften")
        db.session.commit()


def fields(app: Flask, world: World, entry_id: UUID, **changed: Any) -> dict[str, Any]:
    """The form of the entry as its page shows it."""
    with app.app_context():
        entry = db.session.get_one(Entry, entry_id)
        return {
            "action": "send", "record_id": str(entry_id), "base_rev": str(entry.revision),
            "place": f"{world.programme}-{world.act}", "company": "Ranfjord Slagg AS",
            "company_id": str(world.company), "date": entry.date.strftime("%d.%m.%Y"), "hours": "2:30",
            "participants": entry.participants, "kind": entry.kind, "contact_form": entry.form, "held": entry.held,
            "text": entry.text, "title": entry.title, "audience": entry.audience, **changed,
        }  # fmt: skip


def state_of(app: Flask, entry_id: UUID) -> str:
    with app.app_context():
        return db.session.get_one(Entry, entry_id).state


def test_unanswered_entry_is_sent_back_from_its_page_after_a_question(app: Flask, returned: UUID) -> None:
    client = Client(app, make.BROKER)
    asked = client.post(f"/logbook/{returned}/send")
    assert asked.status_code == 422
    assert NONE_ANSWERED in texts(asked)
    assert state_of(app, returned) == "returned"
    assert client.post(f"/logbook/{returned}/send", {"anyway": "1"}).status_code == 303
    assert state_of(app, returned) == "answered"


def test_answered_entry_is_sent_back_at_once(app: Flask, returned: UUID) -> None:
    answer_first(app, returned)
    assert Client(app, make.BROKER).post(f"/logbook/{returned}/send").status_code == 303
    assert state_of(app, returned) == "answered"


def test_form_stops_the_first_send_only(app: Flask, world: World, returned: UUID) -> None:
    client, sent = Client(app, make.BROKER), fields(app, world, returned)
    first = client.post(f"/logbook/{returned}/edit", sent, partial=True)
    assert first.status_code == 422
    assert NONE_ANSWERED in texts(first)
    assert 'name="seen_warnings" value="entry:unanswered"' in first.text
    assert state_of(app, returned) == "returned"
    again = client.post(f"/logbook/{returned}/edit", {**sent, "seen_warnings": "entry:unanswered"}, partial=True)
    assert NONE_ANSWERED not in texts(again)
    assert state_of(app, returned) == "answered"


def test_changed_text_goes_back_without_a_question(app: Flask, world: World, returned: UUID) -> None:
    changed = fields(app, world, returned, text="Bedriften eier dataene. Tallet er 7.")
    assert Client(app, make.BROKER).post(f"/logbook/{returned}/edit", changed).status_code == 303
    assert state_of(app, returned) == "answered"


def test_text_changed_before_goes_back_without_a_question(app: Flask, world: World, returned: UUID) -> None:
    client = Client(app, make.BROKER)
    changed = fields(app, world, returned, text="Bedriften eier dataene.", action="save")
    client.post(f"/logbook/{returned}/edit", changed)
    assert client.post(f"/logbook/{returned}/send").status_code == 303


def test_saving_without_sending_asks_nothing(app: Flask, world: World, returned: UUID) -> None:
    saved = fields(app, world, returned, action="save")
    assert Client(app, make.BROKER).post(f"/logbook/{returned}/edit", saved).status_code == 303
    assert state_of(app, returned) == "returned"


def test_form_shows_what_is_asked(app: Flask, returned: UUID) -> None:
    answer_first(app, returned)
    said = texts(Client(app, make.BROKER).get(f"/logbook/{returned}/edit"))
    for words in (
        "Marit asks you to look at: Begynn med spørsmålet",
        "Hvem eier dataene?",
        "Bedriften",
        "Tallet mangler",
    ):
        assert words in said
    assert "Godt sett" not in said


def test_form_of_another_state_asks_for_nothing(app: Flask, world: World) -> None:
    with app.test_request_context():
        entry_id = make.sent(world).id
        db.session.commit()
    assert "entry_asked" not in Client(app, make.BROKER).get(f"/logbook/{entry_id}/edit").text


def test_what_is_asked_costs_the_same_for_many_remarks(app: Flask, returned: UUID) -> None:
    client = Client(app, make.BROKER)
    with statements() as few:
        client.get(f"/logbook/{returned}/edit")
    with app.test_request_context():
        for number in range(12):
            remarks.make_remark(make.viewer(make.MENTOR), ("entry", returned), "idea", f"Tanke {number}", "outcome")
        db.session.commit()
    with statements() as many:
        assert "Tanke 11" in texts(client.get(f"/logbook/{returned}/edit"))
    assert len(many) == len(few)
