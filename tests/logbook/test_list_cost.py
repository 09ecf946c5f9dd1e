"""What the list of the logbook costs: a fixed number of queries, plans that stay flat, a small page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from mono_web.core.db import db
from mono_web.logbook import queries
from mono_web.logbook.queries import rows as row_queries
from tests import factories as make
from tests.client import Client
from tests.factories import World

LIST = "/logbook/"


@contextmanager
def statements(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    """The reading statements that run meanwhile, with their values."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, values))

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def fill(app: Flask, world: World, count: int, **changed: Any) -> None:
    with app.app_context():
        for number in range(count):
            make.sent(world, **{"date": make.day(number + 1), "title": f"Sak nummer {number:03}", **changed})
        db.session.commit()


VIEWS = ("", "broker=me", "turn=me", "company=310279323&kind=visit", "words=slagg", "cluster=act&state=submitted")


@pytest.mark.parametrize("email", [make.BROKER, make.MENTOR, make.LEAD, make.MANAGER])
def test_number_of_queries_is_fixed(app: Flask, world: World, email: str) -> None:
    client = Client(app, email)
    counted: list[dict[str, int]] = []
    for more in (1, 29):
        fill(app, world, more, audience="programme")
        with app.app_context():
            for _ in range(more):
                make.draft(world, email if email in (make.BROKER, make.MENTOR) else make.BROKER)
            db.session.commit()
        counted.append({})
        for query in VIEWS:
            with statements(app) as seen:
                assert client.get(f"{LIST}?{query}").status_code == 200
            counted[-1][query] = len(seen)
    assert counted[0] == counted[1]
    assert max(counted[1].values()) <= 6


def test_page_of_25_rows_stays_small(app: Flask, world: World) -> None:
    fill(app, world, 30, title="Ombruk av manganslagg i betong til molo og kai")
    page = Client(app, make.BROKER).get(f"{LIST}?broker=me&kind=visit").get_data()
    assert page.count(b"<tr") > 25
    assert len(page) < 30_000


SHAPES = {
    "none": queries.Filters(),
    "mine": queries.Filters(broker=1),
    "cluster": queries.Filters(cluster=1),
    "programme": queries.Filters(programme=1),
    "kind": queries.Filters(kinds=("visit",)),
    "kinds": queries.Filters(kinds=("visit", "phone")),
    "state": queries.Filters(states=("accepted",)),
    "states": queries.Filters(states=("accepted", "returned")),
    "no next step": queries.Filters(broker=1, no_next_step=True),
    "period": queries.Filters(since=make.day(90), until=make.day(10)),
    "company": queries.Filters(company=uuid4()),
    "company and more": queries.Filters(company=uuid4(), kinds=("visit",), cluster=1, since=make.day(9)),
    "all": queries.Filters(cluster=1, kinds=("visit",), broker=1, states=("accepted",), since=make.day(9)),
}


def test_list_is_read_in_the_order_of_an_index(app: Flask, world: World) -> None:
    wanted = re.compile(r"(SCAN|SEARCH) entry(_company)?\b.* USING (COVERING )?INDEX ix_")
    with app.app_context():
        viewer = make.viewer(make.BROKER)
        for name, filters in SHAPES.items():
            for after in (None, (make.day(5), uuid4())):
                with statements(app) as seen:
                    queries.entries_for(viewer, filters, after)
                plan = explain(*seen[0])
                assert not [step for step in plan if "TEMP B-TREE" in step], name
                assert not [step for step in plan if re.match(r"SCAN entry\b(?!.* USING )", step)], name
                assert [step for step in plan if wanted.match(step)], name


@pytest.mark.parametrize(
    "filters",
    [
        queries.Filters(turn=True),
        queries.Filters(broker=1, states=("submitted", "in_review", "answered")),
        queries.Filters(states=("submitted", "returned"), cluster=1),
    ],
)
def test_open_entries_are_found_by_their_state(app: Flask, world: World, filters: queries.Filters) -> None:
    """These are few: they are picked first, and sorted."""
    with app.app_context(), statements(app) as seen:
        viewer = make.viewer(make.BROKER)
        seen.clear()
        queries.entries_for(viewer, filters, (make.day(5), uuid4()))
        plan = explain(*seen[0])
    assert "SEARCH entry USING INDEX sqlite_autoindex_entry_1 (id=?)" in plan
    assert not [step for step in plan if step.startswith("SCAN entry")]


def test_words_are_read_newest_first_and_capped(app: Flask, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(app, world, 12)
    with app.app_context(), statements(app) as seen:
        viewer = make.viewer(make.BROKER)
        seen.clear()
        page = queries.entries_for(viewer, queries.Filters(words="slagg"), None, 5)
        plan = explain(*seen[0])
        assert page.after
        rest = queries.entries_for(viewer, queries.Filters(words="slagg"), page.after, 25)
        assert [row.date for row in page.rows + rest.rows] == [make.day(number + 1) for number in range(12)]
        assert not [step for step in plan if "TEMP B-TREE" in step]
        monkeypatch.setattr(row_queries, "MOST_FOUND", 3)
        row_queries.list_statement.cache_clear()
        capped = queries.entries_for(viewer, queries.Filters(words="slagg"))
        row_queries.list_statement.cache_clear()
    assert len(capped.rows) == 2  # the newest hit is the undertaking's own


def explain(statement: str, values: Any) -> list[str]:
    """The steps of a statement's plan."""
    found = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
    return [str(step[3]) for step in found]
