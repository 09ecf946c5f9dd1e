"""Created once: the same send gives the same record, whoever is slow or clicks twice."""

from __future__ import annotations

import threading
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from mono_web.companies.models import Company
from mono_web.core.db import db
from mono_web.core.once import Operation
from mono_web.logbook.models import Addendum, Entry
from mono_web.remarks.models import Answer, Note, Remark
from tests import factories as make
from tests.client import Client
from tests.factories import World


@pytest.fixture
def sends(app: Flask, world: World) -> dict[type, tuple[str, str, dict[str, Any]]]:
    """What creates a record: model -> (who, address, form)."""
    with app.app_context():
        sent, accepted = make.sent(world).id, make.accepted(world).id
        db.session.commit()
    mentor = Client(app, make.MENTOR)
    mentor.post(f"/remarks/entry-{sent}/new", {"kind": "question", "field": "", "text": "Hvorfor?"})
    with app.app_context():
        remark = db.session.scalars(select(Remark.id)).one()
    entry = {
        "action": "save", "record_id": str(uuid4()), "base_rev": "0", "place": f"{world.programme}-{world.act}",
        "date": "i går", "kind": "visit", "form": "physical", "held": "yes", "text": "En gang.",
        "audience": "mentor_lead",
    }  # fmt: skip
    return {
        Entry: (make.BROKER, "/logbook/new", entry),
        Remark: (make.MENTOR, f"/remarks/entry-{sent}/new", {"kind": "idea", "field": "", "text": "Kanskje?"}),
        Note: (make.MENTOR, f"/remarks/entry-{sent}/notes/new", {"audience": "only_me", "text": "Husk."}),
        Answer: (make.BROKER, f"/remarks/{remark}/answer", {"text": "Derfor."}),
        Addendum: (make.BROKER, f"/logbook/{accepted}/addendum", {"text": "Mer."}),
        Company: (make.BROKER, "/companies/new", {"name": "Helt Nytt AS", "legal_form": "AS", "municipality": "1833"}),
    }


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("model", [Entry, Remark, Note, Answer, Addendum, Company])
def test_double_click_in_parallel_gives_one_record(app: Flask, sends: Any, model: type) -> None:
    """Four sends at once, over real connections to a real file."""
    email, address, form = sends[model]
    before = count(app, model)
    op_id, start, found = str(uuid4()), threading.Barrier(4), []
    browsers = [Client(app, email) for _ in range(4)]
    data = [{"csrf_token": browser.token(), "op_id": op_id, **form} for browser in browsers]

    def press(browser: Client, fields: dict[str, Any]) -> None:
        start.wait()
        found.append(browser.http.post(address, data=fields))

    threads = [threading.Thread(target=press, args=pair) for pair in zip(browsers, data, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in found} == {303}
    assert len({answer.headers["Location"] for answer in found}) == 1
    assert count(app, model) == before + 1


@pytest.mark.parametrize("model", [Remark, Note, Answer, Addendum])
def test_resend_as_a_partial_gives_one_record(app: Flask, sends: Any, model: type) -> None:
    email, address, form = sends[model]
    before, browser, op_id = count(app, model), Client(app, email), str(uuid4())
    for _ in range(2):
        assert browser.post(address, {**form, "op_id": op_id}, partial=True).status_code in (200, 204)
    assert count(app, model) == before + 1


def test_send_of_another_person_is_another_send(app: Flask, sends: Any) -> None:
    """Whoever guesses an op_id learns nothing and loses nothing."""
    _email, address, form = sends[Note]
    before, op_id = count(app, Note), str(uuid4())
    mine = Client(app, make.MENTOR).post(address, {**form, "op_id": op_id})
    theirs = Client(app, make.LEAD).post(address, {**form, "op_id": op_id})
    assert mine.status_code == theirs.status_code == 303
    assert mine.headers["Location"] != theirs.headers["Location"]
    assert count(app, Note) == before + 2


def test_send_that_was_refused_is_not_remembered(app: Flask, sends: Any) -> None:
    email, address, form = sends[Note]
    before, browser, op_id = count(app, Note), Client(app, email), str(uuid4())
    assert browser.post(address, {**form, "text": "", "op_id": op_id}).status_code == 422
    assert browser.post(address, {**form, "op_id": op_id}).status_code == 303
    assert count(app, Note) == before + 1
    assert count(app, Operation) >= 1


@pytest.mark.parametrize("op_id", ["", "not-a-uuid", "x" * 500])
def test_broken_op_id_still_saves(app: Flask, sends: Any, op_id: str) -> None:
    email, address, form = sends[Note]
    before = count(app, Note)
    assert Client(app, email).post(address, {**form, "op_id": op_id}).status_code == 303
    assert count(app, Note) == before + 1
