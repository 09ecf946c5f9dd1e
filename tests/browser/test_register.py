"""Enhetsregisteret from a browser: typed, chosen, filled, saved, by keyboard; with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from playwright.sync_api import expect

from mono_web.companies import actions, queries
from mono_web.core import outside
from tests.browser.axe import sideways, violations
from tests.browser.conftest import Open
from tests.browser.hands import expect_focus, go, press, ready, tab_to, write
from tests.browser.server import Site
from tests.companies.conftest import record, stored
from tests.factories import BROKER, World
from tests.loopback import Answer, Loopback, as_json

pytestmark = pytest.mark.browser
CHOSEN = "883603362"


@pytest.fixture
def register(app: Flask, site: Site) -> Iterator[Loopback]:
    """The register, for the served application."""
    before = app.config["SETTINGS"]
    outside.forget_failures()
    with Loopback() as running:
        running.give("/enheter", stored("02"))
        running.give(f"/enheter/{CHOSEN}", as_json(record("02")["_embedded"]["enheter"][0]))
        app.config["SETTINGS"] = replace(before, brreg_url=running.url)
        yield running
        app.config["SETTINGS"] = before


@pytest.mark.parametrize("scripts", [True, False])
def test_hit_is_chosen_and_saved(site: Site, register: Loopback, open_browser: Open, scripts: bool) -> None:
    page = open_browser(BROKER, java_script_enabled=scripts)
    page.goto("/companies/new")
    if scripts:
        ready(page)
        write(page, "#name", "ASA")
        expect(page.locator("#company_lookup li")).to_have_count(5)
        expect_focus(page, "#name")
        tab_to(page, f'[name=pick][value="{CHOSEN}"]')
        press(page, "Enter")
        expect_focus(page, "#company_lookup .ds-alert")
        tab_to(page, "[data-save]")
        press(page, "Enter")
    else:
        page.locator("#name").fill("ASA")
        page.get_by_role("button", name="Fetch from Enhetsregisteret").click()
        page.locator(f'[name=pick][value="{CHOSEN}"]').click()
        page.locator("[data-save]").click()
    expect(page.locator("h1")).to_have_text("ABG SUNDAL COLLIER ASA")
    expect(page.locator("#company_facts")).to_contain_text("66.120 Verdipapirmegling")
    with site.data():
        assert queries.by_number(CHOSEN) is not None


def test_enter_in_a_field_saves(site: Site, register: Loopback, open_browser: Open) -> None:
    page = open_browser(BROKER)
    go(page, "/companies/new")
    write(page, "#name", "Nesna Plast AS")
    press(page, "Enter")
    expect(page.locator("h1")).to_have_text("Nesna Plast AS")


def test_every_state_is_open_to_all(site: Site, world: World, register: Loopback, open_browser: Open) -> None:
    with site.data():
        facts = record("18") | {"konkurs": False, "antallAnsatte": 34, "harRegistrertAntallAnsatte": True}
        known = actions.record_from_register(facts, cluster_id=world.act, on=date(2026, 3, 1)).company.id
        gone = actions.record_from_register(record("20"), cluster_id=world.act, on=date(2026, 3, 1)).company
        gone.status, removed = "removed", gone.id
    register.give("/enheter/310000086", stored("18"))
    register.give("/enheter/311263315", Answer(status=404))
    register.give("/underenheter/311263315", stored("15"))
    page = open_browser(BROKER)
    for address in (f"/companies/{known}/refresh", f"/companies/{removed}/erase", f"/companies/{removed}"):
        go(page, address)
        assert violations(page) + sideways(page) == [], address
    for field, typed in (("#name", "ASA"), ("#orgnr", "311263315"), ("#orgnr", "974760674")):
        go(page, "/companies/new")
        write(page, field, typed)
        page.get_by_role("button", name="Fetch from Enhetsregisteret").click()
        expect(page.locator("#company_lookup :is(li, .ds-alert), .ds-validation-message").first).to_be_visible()
        assert violations(page) + sideways(page) == [], typed
