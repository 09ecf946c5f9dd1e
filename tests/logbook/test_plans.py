"""How the pages that are asked for most are read: by indexes, whatever there is. The list itself: test_list_cost."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from mono_web.core.db import db
from mono_web.logbook import actions
from mono_web.remarks import actions as remarks
from tests import factories as make
from tests.client import Client
from tests.factories import World
from tests.logbook.test_list_cost import explain, statements

VIEWERS = (make.BROKER, make.MENTOR, make.LEAD)
# What grows with the years. The rest (people, roles, programmes, clusters) stays small.
GROWING = ("entry", "entry_company", "company", "revision", "act", "remark", "answer", "note", "addendum", "followup",
           "search_document", "working_copy", "conflict", "login_session")  # fmt: skip
SCAN = re.compile(rf"SCAN ({'|'.join(GROWING)})\b")


@pytest.fixture
def reviewed(app: Flask, world: World) -> str:
    """The address of an entry with remarks that was returned."""
    with app.app_context():
        entry = make.sent(world, audience="programme")
        mentor = make.viewer(make.MENTOR)
        for number in range(3):
            remarks.make_remark(mentor, ("entry", entry.id), "question", f"Spørsmål {number}", "text")
        actions.return_entry(mentor, entry, "Se på teksten")
        db.session.commit()
        return f"/logbook/{entry.id}"


@pytest.mark.parametrize("email", VIEWERS)
def test_entry_page_scans_no_table_that_grows(app: Flask, reviewed: str, email: str) -> None:
    plans = plans_of(app, email, reviewed)
    assert len(plans) > 5
    for statement, plan in plans:
        assert not [step for step in plan if SCAN.match(step)], statement


@pytest.mark.parametrize("email", VIEWERS)
@pytest.mark.parametrize("word", ["slagg", "finnesikke"])
def test_search_is_read_in_the_order_of_its_index(app: Flask, reviewed: str, email: str, word: str) -> None:
    found = [one for one in plans_of(app, email, f"/search?q={word}") if "search_index" in one[0]]
    assert found
    for statement, plan in found:
        assert not [step for step in plan if SCAN.match(step) or "TEMP B-TREE" in step], statement


@pytest.mark.parametrize("email", VIEWERS)
def test_list_page_scans_no_table_that_grows(app: Flask, reviewed: str, email: str) -> None:
    for statement, plan in plans_of(app, email, "/logbook/?cluster=act&from=2020-01-01"):
        assert not [step for step in plan if SCAN.match(step) and " USING " not in step], statement


def plans_of(app: Flask, email: str, address: str) -> list[tuple[str, list[str]]]:
    """The reading statements of a page, each with its plan."""
    client = Client(app, email)
    with statements(app) as seen:
        assert client.get(address).status_code == 200
    with app.app_context():
        return [(statement, explain(statement, values)) for statement, values in seen]
