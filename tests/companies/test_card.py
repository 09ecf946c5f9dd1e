"""The card of an undertaking: what stands on it, and for whom."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from mono_web.companies import actions
from mono_web.companies.models import Company
from mono_web.core import revisions
from mono_web.core.db import db
from tests import factories as make
from tests.client import Client, texts
from tests.companies.conftest import record
from tests.counting import statements
from tests.factories import World

NOTE = "zqnote ring Roar før ni"


def changed(app: Flask, company_id: UUID, **fields: object) -> None:
    """The undertaking, with these columns."""
    with app.app_context():
        company = db.session.get(Company, company_id)
        assert company is not None
        for name, value in fields.items():
            setattr(company, name, value)
        db.session.commit()


@pytest.mark.parametrize("email", [make.BROKER, make.COLLEAGUE, make.MENTOR, make.LEAD, make.PREDECESSOR_BROKER])
def test_note_is_read_in_its_clusters_and_by_mentor_and_lead(app: Flask, world: World, email: str) -> None:
    changed(app, world.company, note=NOTE)
    assert NOTE in texts(Client(app, email).get(f"/companies/{world.company}"))


@pytest.mark.parametrize("email", [make.OTHER_BROKER, make.MANAGER, make.OTHER_MANAGER])
def test_note_is_for_nobody_else(app: Flask, world: World, email: str) -> None:
    changed(app, world.company, note=NOTE)
    client = Client(app, email)
    for address in (f"/companies/{world.company}", "/companies/?q=Roar", "/companies/parts/suggest?q=Roar"):
        assert NOTE not in client.get(address, partial="parts" in address).get_data(as_text=True)


def test_broker_writes_the_note(app: Flask, world: World) -> None:
    client, address = Client(app, make.BROKER), f"/companies/{world.company}/edit"
    assert "Own notes" in texts(client.get(address))
    given = {"name": "Ranfjord Slagg AS", "orgnr": "310279323", "municipality": "1833", "base_rev": "1"}
    rest = {"legal_form": "", "elsewhere": "", "website": "", "clusters": world.act}
    page = client.follow(client.post(address, {**given, **rest, "note": NOTE}))
    assert NOTE in texts(page)
    with app.app_context():
        assert revisions.of("company", world.company)[0].fields["note"] == NOTE


def test_who_only_registers_an_undertaking_writes_no_note(app: Flask, world: World) -> None:
    """Without a cluster nobody is its broker, though every broker may put its facts right."""
    with app.app_context():
        key = actions.record_company("Uten klynge AS", note=NOTE).company.id
        db.session.commit()
    client = Client(app, make.OTHER_BROKER)
    assert "zqnote" not in client.get(f"/companies/{key}/edit").get_data(as_text=True)
    fields = {
        "name": "Uten klynge AS",
        "orgnr": "",
        "legal_form": "",
        "municipality": "",
        "elsewhere": "",
        "website": "",
    }
    client.post(f"/companies/{key}/edit", {**fields, "base_rev": "1", "note": "borte"})
    with app.app_context():
        company = db.session.get(Company, key)
        assert company is not None
        assert company.note == NOTE


@pytest.mark.parametrize(
    ("status", "on", "words"),
    [
        ("bankrupt", date(2026, 3, 4), "Bankrupt, 4 March 2026"),
        ("winding_up", date(2026, 5, 20), "Being wound up, 20 May 2026"),
        ("forced", None, "Being wound up or dissolved by order"),
        ("closed", None, "Closed down"),
        ("deleted", date(2021, 5, 3), "Deleted from Enhetsregisteret, 3 May 2021"),
        ("removed", None, "Removed from Enhetsregisteret"),
    ],
)
def test_standing_is_told_before_the_call(app: Flask, world: World, status: str, on: date | None, words: str) -> None:
    changed(app, world.company, status=status, status_on=on)
    assert words in texts(Client(app, make.MANAGER).get(f"/companies/{world.company}"))


def test_fetched_facts_name_their_source_and_day(app: Flask, world: World) -> None:
    with app.app_context():
        key = actions.record_from_register(record("03"), cluster_id=world.act, on=date(2026, 9, 15)).company.id
        db.session.commit()
    page = texts(Client(app, make.BROKER).get(f"/companies/{key}"))
    assert "Enhetsregisteret, 15 September 2026" in page
    assert "Holds data of Enhetsregisteret" in page
    assert "Refresh" in page
    assert "Refresh" not in texts(Client(app, make.LEAD).get(f"/companies/{key}"))


def test_other_parts_are_loaded_by_address(app: Flask, world: World) -> None:
    body = Client(app, make.BROKER).get(f"/companies/{world.company}").get_data(as_text=True)
    assert f'hx-get="/logbook/parts/company-entries/{world.company}"' in body
    assert 'href="/logbook/?company=310279323"' in body
    assert 'id="contact_list_part"' not in Client(app, make.MANAGER).get(f"/companies/{world.company}").text


def test_card_costs_the_same_whatever_is_known(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    client.get(f"/companies/{world.company}")
    counts = []
    for _time in range(2):
        with statements() as sent:
            client.get(f"/companies/{world.company}")
        counts.append(len(sent))
        changed(app, world.company, note=NOTE, status="bankrupt", employees=34, industry_code="38.320")
    assert counts[0] == counts[1]
