"""Writing and reviewing entries, without the web."""

from __future__ import annotations

import pytest
from flask import Flask

from mono_web.core import revisions
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.logbook import actions, queries
from tests import factories as make
from tests.factories import World


@pytest.fixture(autouse=True)
def _context(app: Flask, world: World):  # type: ignore[no-untyped-def]
    with app.app_context():
        yield


def test_send_makes_entry_readable_for_mentor(world: World) -> None:
    entry = make.draft(world)
    assert queries.entry_for(make.viewer(make.MENTOR), entry.id) is None
    actions.send_entry(make.viewer(make.BROKER), entry)
    db.session.flush()
    found = queries.entry_for(make.viewer(make.MENTOR), entry.id)
    assert found is not None
    assert found.state == "submitted"
    assert [one.private for one in revisions.of("entry", entry.id)] == [False, True]


def test_list_shows_own_entries(world: World) -> None:
    for ago in range(30):
        make.sent(world, date=make.day(ago))
    viewer = make.viewer(make.BROKER)
    page = queries.entries_for(viewer, queries.Filters())
    assert len(page.rows) == 25
    assert page.rows[0].companies == "Ranfjord Slagg AS"
    rest = queries.entries_for(viewer, queries.Filters(), page.after)
    assert len(rest.rows) == 5
    assert rest.after is None


def test_words_filter_finds_stems(world: World) -> None:
    entry = make.sent(world, text="Vi så på restråstoffene fra kverna.")
    make.sent(world, text="Noe helt annet.")
    found = queries.entries_for(make.viewer(make.BROKER), queries.Filters(words="restråstoff")).rows
    assert [row.id for row in found] == [entry.id]


def test_stale_save_of_same_field_is_refused(world: World) -> None:
    entry = make.draft(world)
    viewer = make.viewer(make.BROKER)
    actions.save_entry(viewer, entry, make.content(world, text="Første fane"), 1)
    with pytest.raises(actions.StaleError) as stale:
        actions.save_entry(viewer, entry, make.content(world, text="Andre fane"), 1)
    assert stale.value.fields == ["text"]
    assert actions.save_entry(viewer, entry, make.content(world, text="Første fane", outcome="Ja"), 2) == []


def test_stale_save_of_other_field_is_merged(world: World) -> None:
    entry = make.draft(world)
    viewer = make.viewer(make.BROKER)
    actions.save_entry(viewer, entry, make.content(world, text="Ny tekst"), 1)
    taken = actions.save_entry(viewer, entry, make.content(world, outcome="Vi tar det videre"), 1)
    assert taken == ["text"]
    assert (entry.text, entry.outcome) == ("Ny tekst", "Vi tar det videre")


def test_return_needs_reason(world: World) -> None:
    entry = make.sent(world)
    with pytest.raises(DomainError):
        actions.return_entry(make.viewer(make.MENTOR), entry, " ")
    assert entry.state == "submitted"


def test_locked_after_close_period(world: World) -> None:
    entry = make.accepted(world, date=make.day(40))
    late = make.accepted(world, date=make.day(1))
    actions.close_period(make.viewer(make.LEAD), world.programme, make.day(60), make.day(30))
    db.session.flush()
    assert (entry.state, late.state) == ("locked", "accepted")
    assert make.sent(world, date=make.day(35)).late
