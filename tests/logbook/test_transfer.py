"""Importing a file: what each row becomes, what is refused and why, and that nothing is written by halves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from mono_web.companies.models import Company
from mono_web.core import revisions
from mono_web.core.db import db
from mono_web.core.files import read_table, write_csv
from mono_web.core.i18n import in_language
from mono_web.logbook import actions
from mono_web.logbook.actions import transfer
from mono_web.logbook.actions.transfer_cells import CellError, _companies
from mono_web.logbook.models import Entry
from mono_web.remarks import queries as remarks
from tests import factories as make
from tests.factories import World

KEY = "the key of this instance"
DAY = make.day(10).isoformat()
GOOD = {
    "date": DAY, "kind": "visit", "company": "Ranfjord Slagg AS", "hours": "2,5", "title": "Slagg",
    "text": "Vi så på slagg", "status": "submitted", "cluster": "act", "programme": "mono",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _context(app: Flask, world: World):  # type: ignore[no-untyped-def]
    with app.app_context(), in_language("en"):
        yield


def file_of(*rows: dict[str, str]) -> bytes:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    return b"".join(write_csv(columns, [[row.get(name, "") for name in columns] for row in rows]))


def plan_of(*rows: dict[str, str], by: str | None = make.BROKER) -> transfer.Plan:
    viewer = make.viewer(by) if by else None
    return transfer.plan_import(viewer, read_table(file_of(*rows), "logg.csv"), KEY)


def said(plan: transfer.Plan) -> list[tuple[int, str, str]]:
    return [(one.row, one.column, str(one.sentence)) for one in (*plan.refused, *plan.others)]


def entries() -> Sequence[Entry]:
    return db.session.scalars(select(Entry).order_by(Entry.date)).all()


# --- a broker's own rows ----------------------------------------------------------------------------------------


def test_own_row_is_sent_like_any_entry(world: World) -> None:
    plan = plan_of(GOOD)
    assert said(plan) == []
    [entry] = transfer.take(make.viewer(make.BROKER), plan)
    assert (entry.state, entry.minutes, entry.form, entry.imported) == ("submitted", 150, "physical", True)
    assert [one.id for one in entry.companies] == [world.company]
    assert [act.verb for act in remarks.acts_of("entry", entry.id)] == ["sent"]
    assert [one.private for one in revisions.of("entry", entry.id)] == [False, True]


def test_row_without_status_becomes_a_draft_and_registers_nobody(world: World) -> None:
    before = db.session.scalar(select(func.count(Company.id)))
    plan = plan_of({"date": DAY, "kind": "phone", "company": "Helt Ny AS", "cluster": "act"})
    [entry] = transfer.take(make.viewer(make.BROKER), plan)
    assert (entry.state, entry.form, entry.minutes) == ("draft", "digital", None)
    assert [one["name"] for one in entry.new_companies] == ["Helt Ny AS"]
    assert db.session.scalar(select(func.count(Company.id))) == before


def test_new_undertaking_is_registered_once_for_the_whole_file(world: World) -> None:
    row = {**GOOD, "company": "Helt Ny AS; Ranfjord Slagg AS", "orgnr": "; 310279323"}
    plan = plan_of(row, {**row, "title": "En til"})
    one, two = transfer.take(make.viewer(make.BROKER), plan)
    assert [company.name for company in one.companies] == ["Helt Ny AS", "Ranfjord Slagg AS"]
    assert one.companies == two.companies
    assert db.session.scalar(select(func.count(Company.id)).where(Company.name == "Helt Ny AS")) == 1


def test_norwegian_columns_and_words_are_understood(world: World) -> None:
    table = (
        "Dato;Type;Virksomhet;Klynge;Megler;Deltakere;Timer;Tittel;Tekst;Neste steg;Status;Fortrolig\r\n"
        f"10.11.2025;Besøk;Ranfjord Slagg AS;ACT Cluster;{make.BROKER};Kari;1:30;Tittel;Ord;Ring;Sendt;ja\r\n"
    ).encode("cp1252")
    plan = transfer.plan_import(make.viewer(make.BROKER), read_table(table, "logg.csv"), KEY)
    assert said(plan) == []
    content = plan.taken[0].content
    assert (content.date.isoformat(), content.kind, content.minutes) == ("2025-11-10", "visit", 90)
    assert (content.next_step, content.confidential, plan.taken[0].status) == ("Ring", True, "submitted")
    assert plan.unread == ()


REFUSED: list[tuple[dict[str, str], str, str]] = [
    ({"date": ""}, "date", "missing"),
    ({"date": "31.02.2026"}, "date", "no such day"),
    ({"date": "10.11"}, "date", "with its year"),
    ({"date": make.day(-2).isoformat()}, "date", "lies ahead"),
    ({"date": make.day(-2).isoformat(), "status": "draft"}, "date", "lies ahead"),
    ({"kind": ""}, "kind", "missing"),
    ({"kind": "kaffe"}, "kind", "not known here"),
    ({"form": "digital"}, "form", "cannot have that form"),
    ({"held": "kanskje"}, "held", "not known here"),
    ({"hours": "25"}, "hours", "At most 24"),
    ({"hours": "-1"}, "hours", "less than 0"),
    ({"hours": "to"}, "hours", "as a number"),
    ({"hours": ""}, "hours", "how many hours"),
    ({"text": ""}, "text", "a few words"),
    ({"company": ""}, "company", "Choose which undertaking"),
    ({"orgnr": "123456789"}, "orgnr", "not right"),
    ({"orgnr": "12"}, "orgnr", "nine digits"),
    ({"orgnr": "310279323; 310279323"}, "orgnr", "not equally many"),
    ({"orgnr": "974760673", "company": ""}, "company", "Write the name"),
    ({"cluster": "alge"}, "cluster", "no cluster"),
    ({"cluster": "betong"}, "cluster", "not a broker of this cluster"),
    ({"programme": "ukjent"}, "programme", "no programme"),
    ({"programme": "mofi"}, "programme", "no programme with this code"),
    ({"broker": make.COLLEAGUE}, "broker", "your own"),
    ({"status": "accepted"}, "status", "as draft or submitted"),
    ({"audience": "alle"}, "audience", "not known here"),
    ({"confidential": "litt"}, "confidential", "not known here"),
    ({"entry_id": "12"}, "entry_id", "no id"),
    ({"title": "x" * 201}, "title", "At most 200"),
    ({"text": "skjult \u202e vending"}, "text", "reading direction"),
    ({"participants": "klokke\x07"}, "participants", "invisible character"),
    ({"next_step_date": "snart"}, "next_step_date", "Write the date"),
]


def test_refusals_name_line_column_and_reason(world: World) -> None:
    plan = plan_of(*({**GOOD, **wrong} for wrong, _column, _words in REFUSED))
    assert plan.taken == []
    found = {row: (column, sentence) for row, column, sentence in said(plan)}
    assert len(found) == len(REFUSED)
    for (wrong, column, words), (_row, (at, sentence)) in zip(REFUSED, sorted(found.items()), strict=True):
        assert (at, words in sentence) == (column, True), (wrong, at, sentence)


def test_row_of_somebody_else_is_no_refusal(world: World) -> None:
    plan = plan_of(GOOD, {**GOOD, "broker": make.COLLEAGUE}, {**GOOD, "broker": make.COLLEAGUE, "hours": "25"})
    assert [one.row for one in plan.taken] == [2]
    assert [(one.row, one.column) for one in plan.others] == [(3, "broker")]
    assert str(plan.others[0].sentence) == f"It belongs to {make.COLLEAGUE}. You can only import entries of your own"
    assert [(one.row, one.column) for one in plan.refused] == [(4, "hours")]


def test_future_is_allowed_for_what_was_not_held(world: World) -> None:
    ahead = make.day(-5).isoformat()
    assert said(plan_of({**GOOD, "date": ahead, "held": "cancelled"}, {**GOOD, "date": ahead, "held": "utsatt"})) == []


def test_name_that_several_have_asks_for_the_number(world: World) -> None:
    db.session.add(
        Company(name="Ranfjord Slagg AS", name_key="ranfjord slagg", created_at=make.person(make.BROKER).created_at)
    )
    db.session.flush()
    assert "Several undertakings" in said(plan_of(GOOD))[0][2]
    assert said(plan_of({**GOOD, "orgnr": "310279323"})) == []


def test_row_of_a_closed_period_is_late(world: World) -> None:
    actions.close_period(make.viewer(make.LEAD), world.programme, make.day(30), make.day(5))
    [entry] = transfer.take(make.viewer(make.BROKER), plan_of(GOOD))
    assert entry.late


def test_file_without_the_needed_columns_is_refused_whole(world: World) -> None:
    assert [column for _row, column, _words in said(plan_of({"title": "Slagg"}))] == ["date", "kind"]


# --- the same again ---------------------------------------------------------------------------------------------


def test_known_id_is_skipped_or_refused_and_never_overwritten(world: World) -> None:
    entry = make.sent(world, title="Slagg", text="Vi så på slagg", date=make.day(10))
    row = {**GOOD, "entry_id": str(entry.id)}
    plan = plan_of(row)
    assert (plan.taken, len(plan.skipped), said(plan)) == ([], 1, [])
    plan = plan_of({**row, "text": "Noe annet"})
    assert (plan.taken, plan.skipped) == ([], [])
    assert said(plan)[0][1:] == ("text", "The entry is here already, with other content. It is not overwritten")
    assert entry.text == "Vi så på slagg"


def test_id_of_somebody_else_cannot_be_used(world: World) -> None:
    theirs = make.sent(world, make.COLLEAGUE, title="Slagg", text="Vi så på slagg", date=make.day(10))
    assert "cannot be used" in said(plan_of({**GOOD, "entry_id": str(theirs.id)}))[0][2]


def test_same_id_twice_in_a_file_is_refused(world: World) -> None:
    row = {**GOOD, "entry_id": str(uuid4())}
    plan = plan_of(row, row)
    assert len(plan.taken) == 1
    assert said(plan)[0][2] == "The same id stands in line 2 already"


def test_rows_without_id_are_known_when_they_come_again(world: World) -> None:
    transfer.take(make.viewer(make.BROKER), plan_of(GOOD, GOOD))
    again = plan_of(GOOD, {**GOOD, "title": "Ny"}, GOOD)
    assert (len(again.taken), len(again.skipped)) == (1, 2)


def test_id_of_a_row_is_known_to_its_instance_alone(world: World) -> None:
    table, viewer = read_table(file_of(GOOD), "logg.csv"), make.viewer(make.BROKER)
    here, again, elsewhere = (
        transfer.plan_import(viewer, table, key).taken[0].entry_id for key in (KEY, KEY, "another key")
    )
    assert here == again
    assert here != elsewhere


# --- the command line -------------------------------------------------------------------------------------------


def test_command_line_takes_every_status(world: World) -> None:
    states = ("draft", "submitted", "in_review", "returned", "answered", "accepted", "locked", "withdrawn")
    rows = [{**GOOD, "status": state, "broker": make.BROKER, "title": state, "cluster": ""} for state in states]
    report = transfer.import_logbook(file_of(*rows), "logg.csv", KEY)
    assert (report.taken, report.refused, report.written) == (8, [], True)
    found = {entry.title: entry for entry in entries()}
    assert all(entry.imported and entry.state == title for title, entry in found.items())
    assert found["accepted"].accepted_revision == found["accepted"].revision == 2
    assert found["locked"].read_revision == 2
    assert found["submitted"].read_revision is None
    assert found["draft"].accepted_revision is None
    verbs = {title: [act.verb for act in remarks.acts_of("entry", entry.id)] for title, entry in found.items()}
    assert verbs == {state: [] if state == "draft" else ["imported"] for state in states}


def test_command_line_wants_the_broker(world: World) -> None:
    assert "e-mail" in said(plan_of(GOOD, by=None))[0][2]
    assert "Nobody here" in said(plan_of({**GOOD, "broker": "ingen@mono.test"}, by=None))[0][2]


@pytest.mark.parametrize(
    ("how", "written", "left"),
    [({}, False, 0), ({"partial": True}, True, 1), ({"dry_run": True}, False, 0)],
)
def test_all_or_nothing_unless_partial(world: World, how: dict[str, Any], written: bool, left: int) -> None:
    good = {**GOOD, "broker": make.BROKER}
    report = transfer.import_logbook(file_of(good, {**good, "hours": "99"}), "logg.csv", KEY, **how)
    assert (report.written, report.taken, len(report.refused)) == (written, 1, 1)
    assert len(entries()) == left


def test_unreadable_file_is_a_report(world: World) -> None:
    report = transfer.import_logbook(b'date,kind\r\n2026-01-01,"visit\r\n', "logg.csv", KEY)
    assert (report.written, report.taken) == (False, 0)
    assert (report.refused[0].row, "quotation mark" in str(report.refused[0].sentence)) == (2, True)


def test_endless_list_of_undertakings_in_a_cell_is_refused() -> None:
    with pytest.raises(CellError, match="At most 50 undertakings"):
        _companies("", ";".join(f"Firma {number}" for number in range(51)))
    assert len(_companies("", ";".join(f"Firma {number}" for number in range(50)))) == 50
