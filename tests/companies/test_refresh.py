"""Refreshing from the register: one undertaking on a page, all of them at the command line."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from mono_web.cli import cli
from mono_web.companies import actions
from mono_web.companies.actions.refresh import patiently
from mono_web.companies.models import Company
from mono_web.core import clock, outside, revisions
from mono_web.core.db import db
from tests import factories as make
from tests.client import Client, texts
from tests.companies.conftest import record, stored
from tests.factories import World
from tests.loopback import Answer, Loopback, as_json

NUMBER = "310000086"
OLD = date(2025, 12, 1)


def body(**changed: Any) -> dict[str, Any]:
    """A record that is well, with these changes."""
    kept: dict[str, Any] = record("18")
    kept.pop("konkursdato")
    return kept | {"konkurs": False, "hjemmeside": "www.test.example", **changed}


@pytest.fixture
def known(app: Flask, world: World) -> UUID:
    """An undertaking that was fetched a year ago."""
    with app.app_context():
        facts = body(antallAnsatte=12, harRegistrertAntallAnsatte=True)
        company = actions.record_from_register(facts, cluster_id=world.act, on=OLD).company
        db.session.commit()
        return company.id


def stands(app: Flask, company_id: UUID) -> Company:
    """The undertaking as it stands."""
    with app.app_context():
        company = db.session.get(Company, company_id)
        assert company is not None
        list(company.clusters)
        return company


def form_of(page: str) -> dict[str, Any]:
    """The fields of the page as a browser would send them."""
    named = re.findall(r'name="(told|shown|take)" value="([^"]*)"( checked)?', page)
    fields: dict[str, Any] = {"told": "", "shown": [], "take": []}
    for name, value, checked in named:
        if name == "told":
            fields["told"] = value
        elif name == "shown" or checked:
            fields[name].append(value.replace("&#39;", "'").replace("&amp;", "&"))
    return fields


# --- one ------------------------------------------------------------------------------------------------------------


def test_changes_are_shown_and_taken_as_ticked(app: Flask, world: World, register: Loopback, known: UUID) -> None:
    register.give(
        f"/enheter/{NUMBER}", as_json(body(antallAnsatte=15, harRegistrertAntallAnsatte=True, navn="NYTT AS"))
    )
    client, address = Client(app, make.BROKER), f"/companies/{known}/refresh"
    answer = client.get(address)
    page = texts(answer)
    assert "Name NORDLYS TESTBETONG AS NYTT AS" in page
    assert "Employees 12 15" in page
    assert stands(app, known).employees == 12
    fields = form_of(answer.get_data(as_text=True))
    assert fields["take"] == ["name", "employees"]
    done = client.follow(client.post(address, fields | {"take": ["employees"]}))
    assert len(register.asked) == 1
    company = stands(app, known)
    assert (company.name, company.employees, company.revision) == ("NORDLYS TESTBETONG AS", 15, 2)
    assert (company.source_on, company.fetched["employees"]["on"]) == (clock.today(), clock.today().isoformat())
    assert company.fetched["name"]["on"] == OLD.isoformat()
    assert "as far as you chose" in texts(done)


def test_nothing_changed_renews_the_day(app: Flask, world: World, register: Loopback, known: UUID) -> None:
    same = body(antallAnsatte=12, harRegistrertAntallAnsatte=True)
    register.give(f"/enheter/{NUMBER}", as_json(same))
    client, address = Client(app, make.BROKER), f"/companies/{known}/refresh"
    answer = client.get(address)
    assert "Nothing has changed." in texts(answer)
    client.post(address, form_of(answer.get_data(as_text=True)))
    company = stands(app, known)
    assert (company.revision, company.source_on) == (1, clock.today())


def test_employees_that_are_withheld_become_unknown(app: Flask, world: World, register: Loopback, known: UUID) -> None:
    register.give(f"/enheter/{NUMBER}", as_json(body(harRegistrertAntallAnsatte=False)))
    assert "Employees 12 unknown" in texts(Client(app, make.BROKER).get(f"/companies/{known}/refresh"))


def test_what_a_person_wrote_is_not_ticked(app: Flask, world: World, register: Loopback, known: UUID) -> None:
    with app.test_request_context():
        company = db.session.get(Company, known)
        assert company is not None
        actions.save_company(make.viewer(make.BROKER), company, {"website": "egen.example"}, 1)
        db.session.commit()
    register.give(f"/enheter/{NUMBER}", as_json(body(antallAnsatte=12, harRegistrertAntallAnsatte=True)))
    answer = Client(app, make.BROKER).get(f"/companies/{known}/refresh")
    assert "Website egen.example (Written by a person) www.test.example" in texts(answer)
    assert form_of(answer.get_data(as_text=True))["take"] == []


def test_save_in_between_is_met(app: Flask, world: World, register: Loopback, known: UUID) -> None:
    register.give(f"/enheter/{NUMBER}", as_json(body(hjemmeside="ny.example")))
    client, address = Client(app, make.BROKER), f"/companies/{known}/refresh"
    fields = form_of(client.get(address).get_data(as_text=True))
    with app.test_request_context():
        company = db.session.get(Company, known)
        assert company is not None
        actions.save_company(make.viewer(make.COLLEAGUE), company, {"website": "egen.example"}, 1)
        db.session.commit()
    answer = client.post(address, fields)
    assert answer.status_code == 409
    assert "The undertaking was changed meanwhile" in texts(answer)
    assert stands(app, known).website == "egen.example"
    assert client.post(address, form_of(answer.get_data(as_text=True)) | {"take": ["website"]}).status_code == 303
    assert stands(app, known).website == "ny.example"


@pytest.mark.parametrize("told", ["", "nonsense"])
def test_facts_nobody_told_are_not_taken(app: Flask, world: World, known: UUID, told: str) -> None:
    answer = Client(app, make.BROKER).post(f"/companies/{known}/refresh", {"told": told, "take": ["website"]})
    assert answer.status_code == 422
    assert stands(app, known).revision == 1


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(status=404), "The register knows no undertaking with this number"),
        (Answer(status=500), "Something is wrong at Enhetsregisteret"),
        (Answer(hangs=True), "did not answer in time"),
    ],
    ids=["unknown", "ill", "hanging"],
)
def test_register_without_an_answer_leaves_all_as_it_is(
    app: Flask, world: World, register: Loopback, known: UUID, answer: Answer, sentence: str
) -> None:
    register.give(f"/enheter/{NUMBER}", answer)
    page = Client(app, make.BROKER).get(f"/companies/{known}/refresh")
    assert page.status_code == 200
    assert sentence in texts(page)
    assert 'name="told"' not in page.get_data(as_text=True)
    assert stands(app, known).employees == 12


def test_undertaking_without_a_number_is_not_asked_for(app: Flask, world: World, register: Loopback) -> None:
    page = Client(app, make.OTHER_BROKER).get(f"/companies/{world.other_company}/refresh")
    assert "Write the organisation number first" in texts(page)
    assert register.asked == []


def test_only_who_may_edit_refreshes(app: Flask, world: World, register: Loopback, known: UUID) -> None:
    for email in (make.OTHER_BROKER, make.LEAD, make.MANAGER):
        for way in ("refresh", "erase"):
            client = Client(app, email)
            assert client.get(f"/companies/{known}/{way}").status_code in (403, 404)
            assert client.post(f"/companies/{known}/{way}").status_code in (403, 404)
    assert register.asked == []


def test_deleted_undertaking_is_flagged(app: Flask, world: World, register: Loopback, known: UUID) -> None:
    gone = record("07") | {"organisasjonsnummer": NUMBER}
    register.give(f"/enheter/{NUMBER}", as_json(gone))
    client, address = Client(app, make.BROKER), f"/companies/{known}/refresh"
    answer = client.get(address)
    assert "was deleted from the register on 20 October 2017" in texts(answer)
    page = client.follow(client.post(address, form_of(answer.get_data(as_text=True))))
    assert "Deleted from Enhetsregisteret, 20 October 2017" in texts(page)
    company = stands(app, known)
    assert (company.status, company.employees) == ("deleted", 12)


def test_removed_undertaking_is_erased_after_a_question(
    app: Flask, world: World, register: Loopback, known: UUID
) -> None:
    register.give(f"/enheter/{NUMBER}", stored("08"))
    client, address = Client(app, make.BROKER), f"/companies/{known}/refresh"
    assert client.get(f"/companies/{known}/erase").status_code == 404
    page = client.follow(client.post(address, form_of(client.get(address).get_data(as_text=True))))
    assert "The register asks everybody who keeps a copy to erase it." in texts(page)
    assert "This cannot be undone." in texts(client.get(f"/companies/{known}/erase"))
    assert stands(app, known).employees == 12
    client.follow(client.post(f"/companies/{known}/erase"))
    company = stands(app, known)
    assert (company.orgnr, company.name, company.status) == (NUMBER, "NORDLYS TESTBETONG AS", "removed")
    assert (company.form, company.municipality, company.employees, company.website) == ("", "", None, "")
    assert (company.industry_code, company.industry_name, company.industry_vintage) == ("", "", "")
    with app.app_context():
        kept = json.dumps([one.fields for one in revisions.of("company", known)])
    assert "NORDLYS" in kept
    for word in ("Narvik", "23.630", 'betong"', "www.test.example", "12,"):
        assert word not in kept


def test_erasing_keeps_what_a_person_wrote(app: Flask, world: World, known: UUID) -> None:
    with app.test_request_context():
        company = db.session.get(Company, known)
        assert company is not None
        actions.save_company(make.viewer(make.BROKER), company, {"website": "egen.example", "note": "Ring Roar"}, 1)
        told = actions.Told({"status": "removed", "status_on": None}, clock.today())
        actions.take_changes(None, company, told, ["status"])
        actions.erase_facts(make.viewer(make.BROKER), company)
        db.session.commit()
    company = stands(app, known)
    assert (company.website, company.note, company.form) == ("egen.example", "Ring Roar", "")


# --- all ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def instance(tmp_path: Path, app: Flask, known: UUID) -> Path:
    """A folder with a copy of the database, for the command."""
    folder = tmp_path / "instance"
    folder.mkdir()
    with sqlite3.connect(app.config["SETTINGS"].database) as live, sqlite3.connect(folder / "mono.sqlite") as copy:
        live.backup(copy)
    return folder


def run(instance: Path, base: str, *words: str) -> Result:
    """Run the command against this register."""
    env = {"MONO_BRREG_URL": base, "MONO_OFFLINE_LOOKUPS": ""}
    return CliRunner().invoke(cli, ["refresh", "companies", *words, "--instance", str(instance)], env=env)


def employees(instance: Path) -> int:
    """Of the one that is known."""
    with sqlite3.connect(instance / "mono.sqlite") as kept:
        row = kept.execute("SELECT employees FROM company WHERE orgnr = ?", (NUMBER,)).fetchone()
    return int(row[0])


def test_command_shows_changes_and_takes_them_when_told(instance: Path, register: Loopback) -> None:
    register.give(f"/enheter/{NUMBER}", as_json(body(antallAnsatte=15, harRegistrertAntallAnsatte=True)))
    for words in ((), ("--dry-run",)):
        shown = run(instance, register.url, *words)
        assert shown.exit_code == 0, shown.output
        assert f"{NUMBER} NORDLYS TESTBETONG AS: employees: 12 -> 15" in shown.output
        assert "2 of 2 asked, 1 changed." in shown.output
        assert employees(instance) == 12
    done = run(instance, register.url, "--take")
    assert "2 of 2 asked, 1 taken." in done.output
    assert employees(instance) == 15
    assert "0 changed." in run(instance, register.url).output


def test_command_never_asks_again_after_404_and_410(instance: Path, register: Loopback) -> None:
    register.give(f"/enheter/{NUMBER}", stored("08"))
    shown = run(instance, register.url)
    assert "310279323 Ranfjord Slagg AS: The register knows no undertaking with this number" in shown.output
    assert "was removed from the register on 31 May 2013" in shown.output
    asked = [f"/enheter/{NUMBER}", "/enheter/310279323", "/underenheter/310279323"]
    assert sorted(register.asked) == sorted(asked)
    assert run(instance, register.url, "--take").exit_code == 0
    register.forget()
    run(instance, register.url)
    assert f"/enheter/{NUMBER}" not in register.asked


def test_command_says_when_there_is_no_register(instance: Path) -> None:
    silent = run(instance, "http://127.0.0.1:9")
    assert silent.exit_code == 1
    assert "There is no connection to Enhetsregisteret" in silent.output
    off = run(instance, "")
    assert (off.exit_code, "switched off" in off.output) == (1, True)
    assert run(instance, "", "--take", "--dry-run").exit_code == 2


def test_patience_ends_with_an_answer(register: Loopback) -> None:
    pauses: list[float] = []
    ask = patiently(register.url, pauses.append)
    register.give("/enheter/1", Answer(status=503), Answer(status=429), as_json({"navn": "A"}))
    assert ask("/enheter/1").body == {"navn": "A"}
    assert pauses == [2.0, 8.0]
    assert ask("/enheter/2").status == 404
    assert register.asked.count("/enheter/2") == 1
    register.give("/enheter/3", Answer(status=500))
    with pytest.raises(outside.NoAnswerError) as failed:
        ask("/enheter/3")
    assert (failed.value.reason, register.asked.count("/enheter/3")) == ("broken", 4)
