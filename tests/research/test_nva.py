"""Reading what NVA answers: recorded answers, and answers of any shape."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mono_web.core.text import unstorable
from mono_web.research import nva, themes

DATA = Path(__file__).parent / "data"
PERSON = "https://api.dev.nva.aws.unit.no/cristin/person/359084"
UNIT = "https://api.dev.nva.aws.unit.no/cristin/organization/185.11.0.0"


def body(name: str) -> Any:
    """The body of a recorded answer."""
    return json.loads((DATA / name).read_text(encoding="utf-8"))["body"]


def test_person_as_recorded() -> None:
    found = nva.person_of(body("nva_person.json"))
    assert found == nva.Found(
        id="359084",
        uri=PERSON,
        name="Ola Nordmann",
        role="Forsker",
        units=("185.11.0.0", "185.90.0.0"),
        themes=("Decision support", "Risk management"),
        orcid="1234-1234-1234-1234",
    )
    assert found.institutions == ("185.0.0.0",)


def test_search_as_recorded_holds_no_phone_and_no_mail() -> None:
    found = nva.people_of(body("nva_person_sok.json"))
    assert [one.name for one in found] == ["Ola Nordmann"]
    assert not any("@" in repr(one) or "99885566" in repr(one) for one in found)


def test_unit_as_recorded() -> None:
    unit = nva.unit_of(body("nva_enhet.json"))
    assert unit == nva.Unit("Fakultetsadministrasjonen", ("185.15.0.10", "185.15.0.0", "185.90.0.0"))


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "https://elsewhere.example/person/1?x"},
        {"id": "javascript:person/1"},
        {"id": f"{PERSON}\x01"},
        {"id": None},
        {"names": []},
        {"names": [{"type": "FirstName", "value": " "}]},
    ],
)
def test_nobody_without_an_address_or_a_name(changed: dict[str, Any]) -> None:
    assert nva.person_of({**body("nva_person.json"), **changed}) is None


def test_names_of_the_population_register_stand_in() -> None:
    names = [{"type": "LastName", "value": "Nordmann"}, {"type": "FirstName", "value": "Kjell  Ola"}]
    found = nva.person_of({"id": PERSON, "names": names})
    assert found is not None
    assert (found.name, found.units, found.themes, found.role) == ("Kjell Ola Nordmann", (), (), "")


def test_only_active_places_of_work_count() -> None:
    places = [{"organization": UNIT, "active": False}, {"organization": UNIT.replace(".11.", ".12.")}, "?", None]
    found = nva.person_of({**body("nva_person.json"), "affiliations": places})
    assert found is not None
    assert found.units == ("185.12.0.0",)


values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=20) | some.sampled_from([PERSON, UNIT]),
    lambda inner: (
        some.lists(inner, max_size=4)
        | some.dictionaries(
            some.sampled_from(
                ["id", "type", "value", "organization", "active", "role", "labels", "label", "nb", "partOf"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)
bodies = some.fixed_dictionaries(
    {"id": some.just(PERSON) | values},
    optional={
        "names": some.just([{"type": "LastName", "value": "Nordmann"}]) | values,
        **dict.fromkeys(("affiliations", "keywords", "identifiers", "labels", "partOf", "hits"), values),
    },
)


@given(bodies | values)
def test_any_shape_gives_clean_values_or_nothing(given_body: Any) -> None:
    for found in [nva.person_of(given_body), *nva.people_of({"hits": [given_body]}), *nva.people_of(given_body)]:
        if found is not None:
            assert nva.is_person(found.uri)
            assert 0 < len(found.name) <= 201
            assert len(found.themes) <= themes.MOST
            assert not any(unstorable(text) for text in (found.name, found.role, found.orcid, *found.themes))
    unit = nva.unit_of(given_body)
    assert unit is None or (unit.name and len(unit.name) <= 200)


@given(some.text())
def test_typed_themes_are_few_clean_and_the_same_again(typed: str) -> None:
    found = themes.parted(typed)
    assert themes.parted(themes.joined(found)) == found
    assert len({themes.key(one) for one in found}) == len(found) <= themes.MOST
    assert not any("|" in one or unstorable(one) for one in found)
