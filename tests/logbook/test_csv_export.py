"""The download of the logbook: exactly what is filtered, in the columns that are promised, and known to the audit."""

from __future__ import annotations

import csv
import io
from typing import Any

from flask import Flask
from sqlalchemy import select

from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World
from tests.logbook.test_list_cost import fill, statements

ADDRESS = "/logbook/export.csv"
COLUMNS = [
    "entry_id",
    "date",
    "kind",
    "form",
    "orgnr",
    "company",
    "cluster",
    "broker",
    "participants",
    "hours",
    "title",
    "text",
    "next_step",
    "next_step_date",
    "held",
    "status",
    "programme",
    "outcome",
    "audience",
    "confidential",
]


def rows_of(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"{ADDRESS}{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    body = answer.get_data().decode("utf-8-sig")
    reader = csv.DictReader(io.StringIO(body, newline=""))
    assert reader.fieldnames == COLUMNS
    return list(reader)


def test_row_holds_the_whole_entry(app: Flask, world: World) -> None:
    given: dict[str, Any] = {
        "companies": (world.other_company, world.company), "minutes": 80, "next_step": "Ring",
        "next_step_date": make.day(-3), "outcome": "Søknad", "audience": "cluster", "text": "To\nlinjer; æøå",
    }  # fmt: skip
    with app.app_context():
        entry = make.accepted(world, **given)
        db.session.commit()
        wanted = {
            "entry_id": str(entry.id), "date": entry.date.isoformat(), "kind": "visit", "form": "physical",
            "orgnr": "; 310279323", "company": "Ofoten Betong AS; Ranfjord Slagg AS", "cluster": "act",
            "broker": make.BROKER, "participants": "Roar Hemnes; Anne Lillevik", "hours": "1.33",
            "title": "Ombruk av slagg", "text": "To\nlinjer; æøå", "next_step": "Ring",
            "next_step_date": make.day(-3).isoformat(), "held": "yes", "status": "accepted", "programme": "mono",
            "outcome": "Søknad", "audience": "cluster", "confidential": "no",
        }  # fmt: skip
    assert rows_of(Client(app, make.BROKER)) == [wanted]


def test_export_holds_what_the_list_is_filtered_to(app: Flask, world: World) -> None:
    with app.app_context():
        make.sent(world, title="A", kind="phone", form="digital")
        make.sent(world, title="B")
        make.draft(world, title="C")
        make.sent(world, make.OTHER_BROKER, title="D", cluster_id=world.betong)
        db.session.commit()
    client = Client(app, make.BROKER)
    assert {row["title"] for row in rows_of(client)} == {"A", "B", "C"}
    assert [row["title"] for row in rows_of(client, "?kind=phone&broker=me")] == ["A"]
    assert [row["title"] for row in rows_of(client, "?state=draft")] == ["C"]
    assert {row["title"] for row in rows_of(Client(app, make.LEAD))} == {"A", "B", "D"}
    assert rows_of(Client(app, make.MANAGER)) == []
    assert "filename=logbook-" in client.get(ADDRESS).headers["Content-Disposition"]


def test_formulas_are_guarded(app: Flask, world: World) -> None:
    with app.app_context():
        make.sent(world, title="=1+1", participants="@SUM(A1)", text="-minus")
        db.session.commit()
    [row] = rows_of(Client(app, make.BROKER))
    assert (row["title"], row["participants"], row["text"]) == ("'=1+1", "'@SUM(A1)", "'-minus")


def test_reading_confidential_entries_by_export_is_logged(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world, confidential=True)
        make.sent(world)
        db.session.commit()
        entry_id = str(entry.id)
    rows_of(Client(app, make.BROKER))
    assert {row["confidential"] for row in rows_of(Client(app, make.LEAD))} == {"yes", "no"}
    with app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.verb == "read confidential")).all()
        assert [(line.subject_id, line.person_id) for line in lines] == [(entry_id, make.person(make.LEAD).id)]


def test_number_of_queries_is_fixed(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    counts = []
    for more in (1, 29):
        fill(app, world, more)
        with statements(app) as seen:
            rows_of(client)
        counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[1] <= 6


def test_title_nobody_wrote_is_exported_whole_and_comes_back_as_none(app: Flask, world: World) -> None:
    """The first words without their dots; read in again the row is the entry that is here."""
    long = "De kjører slagg til deponi hver uke, og ingen i bedriften vet om det lekker mangan til fjorden."
    with app.app_context():
        make.sent(world, title="", text=long)
        db.session.commit()
    client = Client(app, make.BROKER)
    file = client.get("/logbook/export.csv").get_data()
    [row] = csv.DictReader(io.StringIO(file.decode("utf-8-sig")))
    assert row["title"] == "De kjører slagg til deponi hver uke, og ingen i bedriften"
    check = client.post("/logbook/import", {"file": (io.BytesIO(file), "logg.csv")}, content_type="multipart/form-data")
    assert "1 is here already, 0 are refused" in texts(client.follow(check))
