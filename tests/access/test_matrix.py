"""Every endpoint, thing and person over HTTP, against the table in matrix.py."""

from __future__ import annotations

import csv
import io
import re
import sys
from functools import _lru_cache_wrapper
from pathlib import Path

import pytest
from sqlalchemy import true

from mono_web.core import audit
from mono_web.core.db import db
from mono_web.logbook import policy
from tests.access import matrix
from tests.access.building import COMMON, build
from tests.access.conftest import application
from tests.access.walking import Walk

# One world for the whole module: its tests stay in one process.


def told(walk: Walk) -> list[str]:
    """The problems found since the last look."""
    found, walk.problems = walk.problems, []
    return found


def test_every_endpoint_is_named(walk: Walk) -> None:
    named = {(case.endpoint, case.method) for case, _address in walk.all}
    real = {
        (rule.endpoint, method)
        for rule in walk.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    # Hashing a password takes longer than the rest of a walk: tests/accounts asks who may change whose.
    assert real - named == {("accounts.password_edit", "POST")}
    assert named - real == set()


def test_each_person_meets_each_endpoint_and_each_thing(walk: Walk) -> None:
    """What the everyday walk leaves out goes round."""
    for person in matrix.LOGGED_IN:
        for method in ("GET", "POST"):
            whole = [case for case, _address in walk.all if case.method == method]
            walked = [case for case, _address in walk.cases_of(person, method)]
            assert {case.endpoint for case in walked} == {case.endpoint for case in whole}, person
            assert {case.thing for case in walked} == {case.thing for case in whole}, person


@pytest.mark.parametrize("person", list(matrix.PEOPLE))
def test_reading(walk: Walk, person: str) -> None:
    for case, address in walk.cases_of(person, "GET"):
        walk.ask(case, address, person)
    for name, entry_id in walk.built.entries.items():
        if person in matrix.READ[name]:
            _read_versions(walk, person, walk.built.versions[name], f"/logbook/{entry_id}")
    for address in ("/mentoring/?tab=returned", "/mentoring/?tab=accepted", f"/search?q={COMMON}&sort=rank"):
        walk.open(person, address)
    walk.open(person, f"/logbook/new?draft={walk.built.unsaved}")
    walk.open(person, f"/logbook/{walk.built.entries['programme']}/edit")
    assert told(walk) == []


def _read_versions(walk: Walk, person: str, last: int, address: str) -> None:
    """Every version there is, and the differences; numbers that one may not see are taken as not given."""
    for number in range(2, last + 1):
        walk.open(person, f"{address}/versions/{number}")
        walk.open(person, f"{address}/versions?old={number - 1}&new={number}")


@pytest.mark.parametrize("person", list(matrix.PEOPLE))
def test_doing(walk: Walk, person: str) -> None:
    walk.restore()
    before, refused, expected = walk.content(), walk.refusals(), 0
    # First what is refused: it leaves the data as it was, and a line each.
    posts = list(walk.cases_of(person, "POST"))
    for case, address in posts:
        if person not in case.may and case.endpoint not in matrix.PUBLIC:
            audit.forget_counted()  # so many in a minute would not all be written down
            status = walk.ask(case, address, person)
            expected += status in (403, 404)
    assert told(walk) == []
    assert walk.content() == before
    assert walk.refusals() - refused == expected
    walk.restore()
    for case, address in posts:
        if person in case.may or case.endpoint in matrix.PUBLIC:
            walk.ask(case, address, person)
    walk.restore()
    assert told(walk) == []


@pytest.mark.parametrize("person", list(matrix.PEOPLE))
def test_lists_files_and_counts(walk: Walk, person: str) -> None:
    readable = {name for name, readers in matrix.READ.items() if person in readers}
    if person in matrix.PAGES["logbook.entry_list"][1]:
        rows = list(
            csv.DictReader(io.StringIO(walk.open(person, "/logbook/export.csv").get_data().decode("utf-8-sig")))
        )
        assert {walk.entry_of[row["entry_id"]] for row in rows} == readable
        page = walk.open(person, "/logbook/").get_data(as_text=True)
        assert {name for entry_id, name in walk.entry_of.items() if entry_id in page} == readable
    if person in matrix.PAGES["search.result_list"][1]:
        for name, entry_id in walk.built.entries.items():
            for field in ("title", "text", "outcome", "participants", "next"):
                page = walk.open(person, f"/search?q=zq{field}{name}").get_data(as_text=True)
                assert (str(entry_id) in page) == (name in readable), (field, name)
    if person != "nobody":
        assert _counts(walk.open(person, "/").get_data(as_text=True)) == matrix.COUNTS[person]
    assert told(walk) == []


def _counts(page: str) -> tuple[int, int]:
    """The numbers in the menu at the logbook and at the desk."""

    def at(address: str) -> int:
        item = re.search(rf'<li><a href="{address}".*?</li>', page, re.S)
        number = re.search(r"</span>(\d+)<span", item[0]) if item else None
        return int(number[1]) if number else 0

    return at("/logbook/"), at("/mentoring/")


@pytest.mark.parametrize("person", ["author", "colleague", "other", "mentor", "lead", "manager", "observer", "admin"])
def test_suggestions_hold_register_facts_alone(walk: Walk, person: str) -> None:
    for typed in ("zq", "zqcompanydraft", "zqtext", COMMON):
        page = walk.open(person, f"/companies/parts/suggest?q={typed}&new=1")
        assert page.status_code in (200, 403)
        assert "data-id" not in page.get_data(as_text=True), typed
    assert told(walk) == []


def test_everything_that_may_be_read_was_seen(walk: Walk) -> None:
    """The walk is worth something: each marker was met by all who may read it. Needs the readings before it."""
    if not all(walk.seen[person] for person in matrix.READERS_OF_CONTENT):
        pytest.skip("runs after the whole walk of this module")
    missing = [
        f"{person}: {marker}"
        for marker, readers in walk.markers.items()
        for person in sorted(readers)
        if marker not in walk.seen[person] and marker != "zqconflictprogramme"
    ]
    assert missing == []


def forget_statements() -> None:
    """Statements are built once a process: away with those that were built with another rule."""
    for name, module in list(sys.modules.items()):
        if name.startswith("mono_web."):
            for built in vars(module).values():
                if isinstance(built, _lru_cache_wrapper):
                    built.cache_clear()


def test_wrong_rule_makes_the_walk_fail(tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everybody sees every entry: the walk must not let that pass."""
    app = application(tmp_path, empty_database)
    with app.app_context():
        built = build(tmp_path)
        db.session.commit()
    walk = Walk(app, built)
    shown = [(case, address) for case, address in walk.all if case.endpoint == "logbook.entry_show"]
    for case, address in shown:
        walk.ask(case, address, "stranger")
    assert told(walk) == []
    with monkeypatch.context() as wrong:
        wrong.setattr(policy, "VISIBLE", true())
        forget_statements()
        for case, address in shown:
            walk.ask(case, address, "stranger")
    forget_statements()
    problems = told(walk)
    assert "stranger GET logbook.entry_show draft: 200, not (404,)" in problems
    assert any(problem.startswith("stranger reads zqtextconfidential") for problem in problems)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
