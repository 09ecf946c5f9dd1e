"""What is exported is known when it comes back, and makes the same entries in an empty logbook."""

from __future__ import annotations

from typing import Any

from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mono_web.core.db import db
from mono_web.core.files import read_table, write_csv
from mono_web.core.text import tidy_line, tidy_text
from mono_web.logbook import actions, queries
from mono_web.logbook.actions import transfer
from mono_web.logbook.models import Entry
from tests import factories as make
from tests.factories import World

KEY = "the key of this instance"
SIGNS = "abcæøåÆØÅ ;,:=+-@'\"\t\n|é–«»0123456789"
LINE = st.text(SIGNS, max_size=40).map(tidy_line)
TEXT = st.text(SIGNS, min_size=1, max_size=200).map(tidy_text).filter(bool)
NASTY = ("=1+1", "'=x", "@a", "+47 900 00 000", "-", "a;b", 'han sa "ja"', "linje en\nlinje to", ";;", "æøå ÆØÅ")


def exported(viewer: Any) -> bytes:
    rows = (one.cells for one in queries.exported(viewer, queries.Filters()))
    return b"".join(write_csv(queries.COLUMNS, rows))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=LINE, text=TEXT, participants=LINE, outcome=TEXT | st.just(""), step=LINE,
    minutes=st.integers(0, 1440), confidential=st.booleans(), ago=st.integers(0, 400),
    several=st.booleans(), send=st.booleans(),
)  # fmt: skip
def test_export_comes_back_as_known(
    app: Flask, world: World, title: str, text: str, participants: str, outcome: str, step: str, minutes: int,
    confidential: bool, ago: int, several: bool, send: bool,
) -> None:  # fmt: skip
    with app.app_context():
        companies = (world.other_company, world.company) if several else (world.company,)
        (make.sent if send else make.draft)(
            world, title=title, text=text, participants=participants, outcome=outcome, next_step=step,
            minutes=minutes, confidential=confidential, date=make.day(ago), companies=companies,
        )  # fmt: skip
        viewer = make.viewer(make.BROKER)
        plan = transfer.plan_import(viewer, read_table(exported(viewer), "logg.csv"), KEY)
        assert (plan.taken, [(one.column, str(one.sentence)) for one in plan.refused]) == ([], [])
        assert len(plan.skipped) == 1
        db.session.rollback()


def test_export_of_all_states_is_known_to_the_command_line(app: Flask, world: World) -> None:
    with app.app_context():
        for number, text in enumerate(NASTY):
            make.sent(world, title=text.partition("\n")[0], text=text, date=make.day(number))
        make.accepted(world, audience="cluster")
        make.returned(world)
        withdrawn = make.sent(world)
        actions.withdraw(make.viewer(make.BROKER), withdrawn, "feil dag")
        data = exported(make.viewer(make.LEAD))
        report = transfer.import_logbook(data, "logg.csv", KEY, dry_run=True)
        assert (report.taken, report.refused) == (0, [])
        assert report.skipped == len(NASTY) + 3


def test_export_makes_the_same_entries_elsewhere(app: Flask, world: World) -> None:
    with app.app_context():
        for number, text in enumerate(NASTY):
            make.draft(world, title=text.partition("\n")[0], text=text, date=make.day(number), minutes=number * 7)
        viewer = make.viewer(make.BROKER)
        before = exported(viewer)
        for entry in db.session.scalars(select(Entry)).all():
            actions.delete_draft(entry)
        plan = transfer.plan_import(viewer, read_table(before, "logg.csv"), KEY)
        assert (len(plan.taken), plan.refused) == (len(NASTY), [])
        transfer.take(viewer, plan)
        db.session.flush()
        assert exported(viewer) == before


def test_case_of_the_mail_address_is_the_same_person(app: Flask, world: World) -> None:
    with app.app_context():
        make.sent(world)
        viewer = make.viewer(make.BROKER)
        data = exported(viewer).replace(make.BROKER.encode(), make.BROKER.upper().encode())
        plan = transfer.plan_import(viewer, read_table(data, "logg.csv"), KEY)
        assert len(plan.skipped) == 1
