"""Two people at the same entry at the same time: nothing of either is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests import factories as make
from tests.browser.conftest import Open
from tests.browser.hands import choose_radio, expect_focus, go, press, tab_to, write
from tests.browser.server import Site
from tests.browser.watching import Watch
from tests.factories import BROKER, MENTOR, World

pytestmark = pytest.mark.browser
ENTRY = re.compile(r"/logbook/[0-9a-f-]{36}$")
EDITED = "De kjører slagg til deponi. Ingen har målt om det lekker mangan."


def remark(page: Page, text: str) -> None:
    """A remark on the text, by keyboard."""
    tab_to(page, "#remark_new a")
    press(page, "Enter")
    expect_focus(page, "#remark_new input[type=radio]")
    choose_radio(page, "kind", "must_fix")
    write(page, "#remark_text", text)
    press(page, "Control+Enter")
    expect(page.locator(".remark")).to_contain_text(text)


def test_remark_while_the_author_edits(site: Site, world: World, open_browser: Open) -> None:
    """The author's text and the reviewer's remark are both there afterwards."""
    with site.data():
        entry_id = make.sent(world).id
    broker, mentor = open_browser(BROKER), open_browser(MENTOR)
    go(broker, f"/logbook/{entry_id}/edit")
    write(broker, "#text", EDITED)
    go(mentor, f"/logbook/{entry_id}")
    remark(mentor, "Hva vet dere ikke?")
    press(broker, "Control+Enter")
    broker.wait_for_url(ENTRY)
    expect(broker.locator("#entry_body")).to_contain_text(EDITED)
    expect(broker.locator(".remark")).to_contain_text("Hva vet dere ikke?")
    mentor.reload()
    expect(mentor.locator(".remark")).to_contain_text("Hva vet dere ikke?")
    expect(mentor.locator("#entry_body")).to_contain_text("har målt")


def test_return_while_the_author_edits(site: Site, world: World, open_browser: Open) -> None:
    """The state changes under an open form: the text is saved all the same."""
    with site.data():
        entry_id = make.sent(world).id
    broker, mentor = open_browser(BROKER), open_browser(MENTOR)
    go(broker, f"/logbook/{entry_id}/edit")
    write(broker, "#text", EDITED)
    go(mentor, f"/logbook/{entry_id}")
    press(mentor, "r")
    expect_focus(mentor, "#reason_ask textarea")
    mentor.keyboard.insert_text("Skill mellom utprøving og ny kunnskap.")
    press(mentor, "Control+Enter")
    expect(mentor.locator("#reason_ask")).to_have_count(0)
    press(broker, "Control+Enter")
    broker.wait_for_url(ENTRY)
    expect(broker.locator("main")).to_contain_text(EDITED)
    expect(broker.locator("main")).to_contain_text("Skill mellom utprøving")


def test_same_field_in_two_windows(site: Site, world: World, open_browser: Open, watch: Watch) -> None:
    """409: both texts side by side in the form, a choice by keyboard, and nothing is thrown away."""
    watch.allow_status(409)
    with site.data():
        entry_id = make.draft(world, text="Den første teksten.").id
    one, two = open_browser(BROKER), open_browser(BROKER)
    for page in (one, two):
        go(page, f"/logbook/{entry_id}/edit")
    write(one, "#text", "Skrevet i det ene vinduet.")
    press(one, "Control+S")
    one.wait_for_url(ENTRY)
    write(two, "#text", "Skrevet i det andre vinduet.")
    press(two, "Control+S")
    expect(two.locator("#conflict")).to_be_visible()
    expect_focus(two, "#conflict")
    expect(two.locator("#conflict")).to_contain_text("det ene")
    expect(two.locator("#conflict")).to_contain_text("det andre")
    expect(two.locator("#text")).to_have_value("Skrevet i det andre vinduet.")
    tab_to(two, "[name=choose-text]")
    press(two, "Control+S")
    two.wait_for_url(ENTRY)
    expect(two.locator("#entry_body")).to_contain_text("Skrevet i det andre vinduet.")
    go(two, f"/logbook/{entry_id}/versions")
    expect(two.locator("main")).to_contain_text("ene")
