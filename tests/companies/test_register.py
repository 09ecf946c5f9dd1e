"""What the register says of an undertaking, in the shapes it really has."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mono_web.companies import actions, municipalities, queries
from mono_web.core import revisions
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from tests.factories import World

DATA = Path(__file__).parent / "data"
TODAY = date(2026, 9, 15)


def record(start: str) -> Any:
    """The body of a stored answer."""
    [path] = DATA.glob(f"{start}_*.json")
    return json.loads(path.read_text(encoding="utf-8"))["body"]


@pytest.fixture(autouse=True)
def _context(app: Flask, world: World):  # type: ignore[no-untyped-def]
    with app.test_request_context(headers={"Accept-Language": "en"}):
        yield


@pytest.mark.parametrize(
    ("file", "on", "wanted"),
    [
        (
            "03",
            TODAY,
            {
                "orgnr": "974760673",
                "name": "REGISTERENHETEN I BRØNNØYSUND",
                "form": "ORGL",
                "municipality_code": "1813",
                "municipality": "Brønnøy",
                "country": "",
                "employees": 487,
                "industry_code": "84.110",
                "industry_vintage": "SN2025",
                "website": "www.brreg.no",
            },
        ),
        (
            "01",
            date(2026, 3, 15),
            {
                "orgnr": "923609016",
                "name": "EQUINOR ASA",
                "form": "ASA",
                "municipality_code": "1103",
                "municipality": "Stavanger",
                "country": "",
                "employees": 21408,
                "industry_code": "06.100",
                "industry_vintage": "SN2025",
                "website": "www.equinor.com",
            },
        ),
        (
            "04",
            date(2018, 1, 24),
            {
                "orgnr": "920164064",
                "name": "SHOPBOX",
                "form": "NUF",
                "municipality_code": None,
                "municipality": "",
                "country": "DK",
                "employees": None,
                "industry_code": "63.110",
                "industry_vintage": "SN2007",
                "website": "www.shopbox.com",
            },
        ),
        (
            "05",
            date(2025, 8, 31),
            {
                "orgnr": "310000027",
                "name": "TESTESEN 3D",
                "form": "ENK",
                "municipality_code": "1804",
                "municipality": "Bodø",
                "country": "",
                "employees": None,
                "industry_code": "62.010",
                "industry_vintage": "SN2007",
                "website": "www.example.org",
            },
        ),
    ],
    ids=["ORGL", "ASA", "NUF", "ENK"],
)
def test_record_gives_facts(file: str, on: date, wanted: dict[str, Any]) -> None:
    made = actions.record_from_register(record(file), on=on)
    found = {name: getattr(made.company, name) for name in wanted}
    assert found == wanted
    assert (made.known, made.company.source, made.company.source_on) == (False, "brreg", on)
    assert made.company.is_person is (wanted["form"] == "ENK")


def test_industry_follows_the_day_of_the_record() -> None:
    body = record("03")
    assert actions.from_register(body, date(2025, 8, 31))["industry_vintage"] == "SN2007"
    assert actions.from_register(body, date(2025, 9, 1))["industry_vintage"] == "SN2025"


def test_record_without_address_and_industry() -> None:
    company = actions.record_from_register(record("21")).company
    assert (company.municipality_code, company.municipality, company.country) == (None, "", "")
    assert (company.industry_code, company.industry_vintage, company.employees) == ("", "", None)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (record("06"), "TESTESEN BYGG was deleted from the register on 9 August 2022"),
        (record("07"), "SLETTET ENHET AS was deleted from the register on 20 October 2017"),
        (record("08"), "This undertaking was removed from the register on 31 May 2013. Do not keep its facts"),
        (record("09"), "The register knows no undertaking with this number"),
        ({"feilmelding": "Feilaktig forespørsel"}, "The answer of the register could not be read"),
        ({"organisasjonsnummer": "974760674", "navn": "GALT SIFFER"}, "could not be read"),
        ({"organisasjonsnummer": "974760673", "navn": None}, "could not be read"),
    ],
    ids=["deleted", "deleted in documentation", "removed", "unknown", "error", "check digit", "no name"],
)
def test_record_of_what_is_not_there_is_refused(body: Any, sentence: str) -> None:
    with pytest.raises(DomainError) as refused:
        actions.record_from_register(body)
    assert sentence in str(refused.value.sentence)
    assert queries.by_number("974760673") is None


def test_odd_values_do_not_crash() -> None:
    body = {
        **record("03"),
        "forretningsadresse": None,
        "postadresse": [None],
        "naeringskode1": "x",
        "antallAnsatte": "7",
    }
    facts = actions.from_register(body, TODAY)
    assert (facts["municipality"], facts["industry_code"], facts["employees"]) == ("", "", None)


def test_record_renews_a_known_undertaking(world: World) -> None:
    company = actions.record_company("Registerenheten", orgnr="974760673", cluster_id=world.act).company
    made = actions.record_from_register(record("03"), cluster_id=world.betong, on=TODAY)
    assert made.known
    assert made.company is company
    assert (company.name, company.revision) == ("REGISTERENHETEN I BRØNNØYSUND", 2)
    assert [cluster.id for cluster in company.clusters] == [world.act]
    assert actions.record_from_register(record("03"), on=TODAY).company.revision == 2
    kept = revisions.of("company", company.id)
    assert [one.fields["name"] for one in kept] == ["REGISTERENHETEN I BRØNNØYSUND", "Registerenheten"]
    db.session.flush()


def test_municipalities_are_those_of_nordland() -> None:
    known = municipalities.nordland()
    assert len(known) == 41
    assert list(known.values())[-1] == "Øksnes"
    assert known["1818"] == "Herøy"


@pytest.mark.parametrize(
    ("code", "name", "wanted"),
    [
        ("1833", "RANA", ("1833", "Rana")),
        ("1805", "NARVIK", ("1806", "Narvik")),
        ("1854", "BALLANGEN", ("1806", "Narvik")),
        ("1849", "HAMARØY", ("1875", "Hamarøy")),
        ("1850", "TYSFJORD", (None, "Tysfjord")),
        ("1852", "TJELDSUND", ("5512", "Tjeldsund")),
        ("3436", "NORD-FRON", ("3436", "Nord-Fron")),
        ("4035", "NORE OG UVDAL", ("4035", "Nore og Uvdal")),
        ("", "", (None, "")),
    ],
)
def test_municipality_by_number(code: str, name: str, wanted: tuple[str | None, str]) -> None:
    place = municipalities.by_code(code, name)
    assert (place.code, place.name) == wanted


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("rana ", ("1833", "Rana")),
        ("Herøy", (None, "Herøy")),
        ("Mo i Rana", (None, "Mo i Rana")),
        ("", (None, "")),
    ],
)
def test_municipality_by_name_alone(name: str, wanted: tuple[str | None, str]) -> None:
    place = municipalities.by_name(name)
    assert (place.code, place.name) == wanted
    assert municipalities.split(municipalities.joined(*wanted)) == wanted
