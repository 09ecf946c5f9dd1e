"""Looking up in Enhetsregisteret while an undertaking is written: every way it can end, and the form that is filled."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from mono_web.companies import queries
from mono_web.companies.models import Company
from mono_web.core import clock, outside
from mono_web.core.db import db
from tests import factories as make
from tests.client import Client, texts
from tests.companies.conftest import record, stored
from tests.counting import statements
from tests.factories import World
from tests.loopback import Answer, Loopback, as_json

BLANK = {"name": "", "orgnr": "", "legal_form": "", "municipality": "", "elsewhere": "", "website": "", "register": ""}
NEW = "/companies/new"
PART = "/companies/parts/register"
HERE = "974760673"


def found(client: Client, typed: str) -> str:
    """The words of the part for what was typed."""
    answer = client.get(PART, partial=True, query_string={"q": typed})
    assert answer.status_code == 200
    return texts(answer).replace("\u00a0", " ")


def hidden(body: str, name: str) -> str:
    """The value of a hidden field."""
    match = re.search(rf'name="{name}"[^>]* value="([^"]*)"', body)
    assert match, name
    return match[1]


def company(app: Flask, number: str) -> Company | None:
    """The undertaking with this number, as it stands."""
    with app.app_context():
        return queries.by_number(number)


def saved(app: Flask, number: str) -> Company:
    """The same, and it is there."""
    one = company(app, number)
    assert one is not None
    return one


# --- each end state -------------------------------------------------------------------------------------------------

ENDS = [
    ("974760673", "/enheter/974760673", "03", ["REGISTERENHETEN I BRØNNØYSUND", "Brønnøy", "Choose"]),
    ("NO 974 760 673 MVA", "/enheter/974760673", "03", ["REGISTERENHETEN I BRØNNØYSUND"]),
    ("310000035", "/enheter/310000035", "06", ["TESTESEN BYGG was deleted from the register on 9 August 2022"]),
    ("310000043", "/enheter/310000043", "08", ["was removed from the register on 31 May 2013. Do not keep its facts"]),
    ("310000051", "/enheter/310000051", "09", ["The register knows no undertaking with this number"]),
    ("311263315", "/underenheter/311263315", "15", ["KOMPLETT MOTIVERT TIGER AS", "Sub-unit (BEDR)"]),
    ("310000086", "/enheter/310000086", "18", ["NORDLYS TESTBETONG AS", "Bankrupt"]),
    ("310000094", "/enheter/310000094", "19", ["FJORDALGE TEST AS", "Being wound up or dissolved by order"]),
    ("310000108", "/enheter/310000108", "20", ["HELGELAND TESTSMELTE AS", "Being wound up"]),
    ("310000116", "/enheter/310000116", "21", ["ADRESSELAUST TESTLAG"]),
    ("920164064", "/enheter/920164064", "04", ["SHOPBOX", "DK"]),
    ("310000027", "/enheter/310000027", "05", ["TESTESEN 3D", "Bodø", "Sole proprietorship"]),
    ("ASA", "/enheter", "02", ["ABG SUNDAL COLLIER ASA", "5 hits in the register"]),
    ("jibberish", "/enheter", "12", ["Enhetsregisteret has no undertaking of this name"]),
    ("ødelagt navn", "/enheter", "10", ["Enhetsregisteret does not take this question"]),
    ("974760673", "/enheter/974760673", "11", ["Enhetsregisteret does not take this question"]),
]


def test_each_end_state_has_its_own_words(app: Flask, world: World, register: Loopback) -> None:
    client = Client(app, make.BROKER)
    for typed, path, file, words in ENDS:
        register.forget()
        register.give(path, stored(file))
        shown = found(client, typed)
        for word in words:
            assert word in shown, (typed, word)
    assert "Eksempelveien" not in shown


FAILURES: dict[str, tuple[Answer, str]] = {
    "broken JSON": (Answer(b'{"organisasjonsnummer": "9747'), "could not be read"),
    "a list": (as_json([1, 2]), "could not be read"),
    "another number": (stored("18"), "could not be read"),
    "too busy": (Answer(status=429), "has too much to do just now"),
    "ill": (Answer(b"<h1>Feil</h1>", 500), "Something is wrong at Enhetsregisteret"),
    "a redirect": (Answer(status=302, headers={"Location": "http://127.0.0.1:1/"}), "Something is wrong"),
    "hanging": (Answer(hangs=True), "did not answer in time"),
    "slow": (Answer(b'{"organisasjonsnummer": "974760673"}', drips=0.05), "did not answer in time"),
    "too long": (as_json({"navn": "A" * (outside.LARGEST + 1)}), "is too long to be right"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_failing_register_says_so_and_blocks_nothing(app: Flask, world: World, register: Loopback, case: str) -> None:
    answer, sentence = FAILURES[case]
    register.give(f"/enheter/{HERE}", answer)
    client = Client(app, make.BROKER)
    assert sentence in found(client, HERE)
    fields = BLANK | {"name": "Nesna Plast AS", "orgnr": HERE}
    outside.forget_failures()
    filled = client.post(NEW, fields | {"action": "fetch"})
    assert filled.status_code == 200
    assert sentence in texts(filled)
    assert 'value="Nesna Plast AS"' in filled.get_data(as_text=True)
    asked = len(register.asked)
    assert client.post(NEW, fields).status_code == 303
    assert len(register.asked) == asked
    assert saved(app, HERE).name == "Nesna Plast AS"


def test_register_that_failed_is_left_in_peace(app: Flask, world: World, register: Loopback) -> None:
    register.give(f"/enheter/{HERE}", Answer(status=503), stored("03"))
    client = Client(app, make.BROKER)
    assert "Something is wrong at Enhetsregisteret" in found(client, HERE)
    assert "did not answer a moment ago" in found(client, HERE)
    assert len(register.asked) == 1
    with clock.at(clock.now() + timedelta(seconds=61)):
        assert "REGISTERENHETEN" in found(client, HERE)
    assert "REGISTERENHETEN" in found(client, HERE)


def test_unreachable_register(app: Flask, world: World, register: Loopback) -> None:
    address = register.url
    register.__exit__()
    assert "There is no connection to Enhetsregisteret" in found(Client(app, make.BROKER), HERE)
    assert address


def test_switched_off_register_is_told_and_never_asked(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    page = client.get(NEW)
    assert "Looking up in Enhetsregisteret is switched off here" in texts(page)
    assert "Fetch from Enhetsregisteret" not in texts(page)
    assert PART not in page.get_data(as_text=True)
    assert client.post(NEW, BLANK | {"name": "Nesna Plast AS", "action": "fetch"}).status_code == 200
    assert client.post(NEW, BLANK | {"name": "Nesna Plast AS", "orgnr": HERE}).status_code == 303


def test_what_cannot_be_meant_is_not_asked(app: Flask, world: World, register: Loopback) -> None:
    client = Client(app, make.BROKER)
    assert "the last one is a check digit" in found(client, "974760674")
    for typed in ("", "AS", "a\x00bc", "97476067"[:2]):
        found(client, typed)
    assert register.asked == []


def test_question_carries_our_name_and_the_words(app: Flask, world: World, register: Loopback) -> None:
    register.give("/enheter", stored("12"))
    found(Client(app, make.BROKER), "Fjær & sønn")
    assert register.asked == ["/enheter?navn=Fj%C3%A6r+%26+s%C3%B8nn&size=8"]
    assert register.agents[0].startswith("mono-web")


def test_nulls_in_addresses_do_not_matter(app: Flask, world: World, register: Loopback) -> None:
    body = record("13") | {"organisasjonsnummer": HERE}
    body["forretningsadresse"] |= {"kommunenummer": None, "kommune": None}
    register.give(f"/enheter/{HERE}", as_json(body))
    assert "SESAM STASJON" in found(Client(app, make.BROKER), HERE)


def test_no_transaction_is_open_while_the_register_is_asked(app: Flask, world: World, register: Loopback) -> None:
    """Hits cost one statement, however many there are."""
    register.give("/enheter", stored("02"), stored("12"))
    client = Client(app, make.BROKER)
    client.get(NEW)
    counts = []
    for _time in range(2):
        with statements() as sent:
            found(client, "ASA")
        counts.append(len(sent))
    assert counts[0] - counts[1] in (0, 1)


# --- the form -------------------------------------------------------------------------------------------------------


def filled(client: Client, number: str = HERE, **typed: Any) -> dict[str, Any]:
    """Press the button with a number typed; the fields as the browser would send them next."""
    answer = client.post(NEW, BLANK | {"orgnr": number, "action": "fetch", **typed})
    assert answer.status_code == 200
    body = answer.get_data(as_text=True)
    assert "The fields are filled in from Enhetsregisteret" in body
    return BLANK | {
        "name": hidden(body, "name"), "orgnr": number, "register": hidden(body, "register"), "municipality": "1813",
        "website": hidden(body, "website"), "legal_form": "ORGL", **typed,
    }  # fmt: skip


def test_button_fills_the_form_and_stores_nothing(app: Flask, world: World, register: Loopback) -> None:
    register.give(f"/enheter/{HERE}", stored("03"))
    client = Client(app, make.BROKER)
    fields = filled(client, clusters=world.act)
    assert company(app, HERE) is None
    asked = len(register.asked)
    page = texts(client.follow(client.post(NEW, fields)))
    assert len(register.asked) == asked
    one = saved(app, HERE)
    assert (one.name, one.form, one.municipality) == ("REGISTERENHETEN I BRØNNØYSUND", "ORGL", "Brønnøy")
    assert (one.employees, one.industry_code, one.industry_vintage) == (487, "84.110", "SN2025")
    assert (one.source, one.source_on, one.revision) == ("brreg", clock.today(), 1)
    assert one.fetched["employees"] == {"source": "brreg", "on": clock.today().isoformat()}
    assert set(one.fetched) >= {"orgnr", "name", "form", "municipality", "website", "industry_name"}
    assert "487 employees" in page
    assert "Generell offentlig administrasjon SN2025" in page
    assert "Brønnøy, Nordland" in page


def test_name_lists_hits_and_a_pick_fills_the_form(app: Flask, world: World, register: Loopback) -> None:
    register.give("/enheter", stored("02"))
    register.give("/enheter/883603362", as_json(record("02")["_embedded"]["enheter"][0]))
    client = Client(app, make.BROKER)
    listed = client.post(NEW, BLANK | {"name": "ASA", "action": "fetch"}, partial=True).get_data(as_text=True)
    assert listed.lstrip().startswith("<form")
    assert 'name="pick" value="883603362"' in listed
    picked = client.post(NEW, BLANK | {"name": "ASA", "pick": "883603362"}).get_data(as_text=True)
    assert 'value="ABG SUNDAL COLLIER ASA"' in picked
    assert hidden(picked, "orgnr") == "883603362"
    assert company(app, "883603362") is None


def test_what_is_changed_by_hand_says_so(app: Flask, world: World, register: Loopback) -> None:
    register.give(f"/enheter/{HERE}", stored("03"))
    client = Client(app, make.BROKER)
    fields = filled(client, clusters=world.act) | {"website": "egen.example"}
    client.post(NEW, fields)
    one = saved(app, HERE)
    assert "website" not in one.fetched
    assert one.fetched["name"]["source"] == "brreg"
    page = texts(client.get(f"/companies/{one.id}"))
    assert "egen.example (Written by a person)" in page
    assert page.count("(Written by a person") == 1
    edit = f"/companies/{one.id}/edit"
    client.post(edit, fields | {"base_rev": "1", "municipality": "1833", "clusters": world.act, "register": ""})
    assert saved(app, HERE).fetched["municipality"] == {"source": "typed", "on": clock.today().isoformat()}
    assert "Rana, Nordland (Written by a person" in texts(client.get(f"/companies/{one.id}"))


def test_facts_of_another_number_or_of_nobody_are_not_taken(app: Flask, world: World, register: Loopback) -> None:
    register.give(f"/enheter/{HERE}", stored("03"))
    client = Client(app, make.BROKER)
    fields = filled(client)
    client.post(NEW, fields | {"orgnr": "310000086"})
    client.post(NEW, fields | {"register": fields["register"][:-3] + "abc", "orgnr": HERE, "name": "Et annet navn"})
    for number in ("310000086", HERE):
        one = saved(app, number)
        assert (one.employees, one.fetched, one.source) == (None, {}, "typed")


def test_sole_proprietorship_is_told_to_be_personal(app: Flask, world: World, register: Loopback) -> None:
    register.give("/enheter/310000027", stored("05"))
    answer = Client(app, make.BROKER).post(NEW, BLANK | {"orgnr": "310000027", "action": "fetch"})
    assert "these facts are personal data. Its address is not fetched." in texts(answer)
    assert "Eksempelveien" not in answer.get_data(as_text=True)


def test_sub_unit_shows_its_main_unit(app: Flask, world: World, register: Loopback) -> None:
    register.give("/underenheter/311263315", stored("15"))
    client = Client(app, make.BROKER)
    answer = client.post(NEW, BLANK | {"orgnr": "311263315", "action": "fetch"})
    assert "This is a sub-unit of 310 279 323" in texts(answer).replace("\u00a0", " ")
    assert 'name="pick" value="310279323"' in answer.get_data(as_text=True)
    seal = hidden(answer.get_data(as_text=True), "register")
    client.post(NEW, BLANK | {"name": "Tiger", "orgnr": "311263315", "register": seal})
    assert saved(app, "311263315").parent_orgnr == "310279323"


def test_known_number_leads_to_the_undertaking(app: Flask, world: World, register: Loopback) -> None:
    body = record("03") | {"organisasjonsnummer": "310279323"}
    register.give("/enheter/310279323", as_json(body))
    answer = Client(app, make.BROKER).get(PART, partial=True, query_string={"q": "310279323"})
    assert f'href="/companies/{world.company}"' in answer.get_data(as_text=True)
    assert "Here already" in texts(answer)


def test_known_undertaking_is_filled_in_its_form(app: Flask, world: World, register: Loopback) -> None:
    register.give("/enheter/310000086", stored("18"))
    client = Client(app, make.OTHER_BROKER)
    edit = f"/companies/{world.other_company}/edit"
    given = BLANK | {"name": "Ofoten Betong AS", "orgnr": "310000086", "base_rev": "1", "clusters": world.betong}
    body = client.post(edit, given | {"action": "fetch"}).get_data(as_text=True)
    assert "Bankrupt" in body
    shown = {"name": hidden(body, "name"), "register": hidden(body, "register"), "municipality": "1806"}
    page = client.follow(client.post(edit, given | shown | {"legal_form": "AS"}))
    assert "Bankrupt, 4 March 2026" in texts(page)
    one = saved(app, "310000086")
    assert (one.id, one.status, one.employees, one.revision) == (world.other_company, "bankrupt", None, 2)
    assert "Employees unknown" in texts(page)


def test_expired_form_is_shown_and_asks_nobody(app: Flask, world: World, register: Loopback) -> None:
    client = Client(app, make.BROKER)
    token = client.token()
    with client.http.session_transaction() as cookie:
        cookie.pop("csrf_token")
    answer = client.post(NEW, BLANK | {"name": "Nesna Plast", "csrf_token": token})
    assert answer.status_code == 422
    assert register.asked == []


def test_saving_never_asks_a_hanging_register(app: Flask, world: World, register: Loopback) -> None:
    for path in (f"/enheter/{HERE}", "/enheter", f"/underenheter/{HERE}"):
        register.give(path, Answer(hangs=True))
    client = Client(app, make.BROKER)
    made = client.post(NEW, BLANK | {"name": "Nesna Plast AS", "orgnr": HERE, "clusters": world.act})
    assert made.status_code == 303
    key = UUID(made.headers["Location"].rsplit("/", 1)[-1])
    edit = BLANK | {"name": "Nesna Plast", "orgnr": HERE, "base_rev": "1", "clusters": world.act}
    assert client.post(f"/companies/{key}/edit", edit).status_code == 303
    assert client.get(f"/companies/{key}").status_code == 200
    assert register.asked == []


@pytest.mark.parametrize("email", [make.LEAD, make.MANAGER, make.OBSERVER, make.ADMIN, make.STRANGER])
def test_only_brokers_look_up(app: Flask, world: World, register: Loopback, email: str) -> None:
    assert Client(app, email).get(f"{PART}?q={HERE}", partial=True).status_code == 403
    assert register.asked == []


def test_facts_survive_a_refused_form(app: Flask, world: World, register: Loopback) -> None:
    register.give(f"/enheter/{HERE}", stored("03"))
    client = Client(app, make.BROKER)
    fields = filled(client)
    refused = client.post(NEW, fields | {"name": ""})
    assert refused.status_code == 422
    assert hidden(refused.get_data(as_text=True), "register") == fields["register"]
    with app.app_context():
        assert db.session.query(Company).count() == 2
