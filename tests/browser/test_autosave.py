"""Nothing that was typed is lost: autosave, a reload, another tab, a server that is down, a log-in that ran out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.hands import expect_focus, expect_said, go, press, ready, tab_to, write
from tests.browser.server import PASSWORD, Site
from tests.browser.watching import Watch
from tests.factories import BROKER

pytestmark = pytest.mark.browser
DRAFT = re.compile(r"/logbook/new\?draft=[0-9a-f-]{36}$")
ENTRY = re.compile(r"/logbook/[0-9a-f-]{36}$")
TEXT = "Slagghaugen ligger åpent mot elva."
# The server gets what is new within twenty seconds.
WITHIN = 25_000
COPIES = "() => Object.keys(localStorage).filter(key => key.startsWith('mono:copy:')).length"


@pytest.fixture(autouse=True)
def expected_messages(watch: Watch) -> None:
    """What these tests bring about: refused log-ins, a newer draft, a server that is gone."""
    watch.allow_status(401, 409, 422)
    watch.allow("ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE", "Failed to fetch")


def line(page: Page, state: str, timeout: int = 8_000) -> None:
    """The line in the form says where the text is now."""
    expect(page.locator(f"[data-autosave-line][data-state={state}]")).to_be_visible(timeout=timeout)


def leave_field(page: Page) -> None:
    """Leaving the form saves at once: nobody has to wait the twenty seconds out."""
    page.evaluate("() => document.activeElement.blur()")


def begin(page: Page, text: str = TEXT) -> None:
    """A new entry with a text in it."""
    go(page, "/logbook/new")
    write(page, "#text", text)


def test_draft_saves_itself_while_one_types_and_is_there_after_a_reload(open_browser: Open) -> None:
    """Without leaving the field: the copy on the machine at once, the server's within twenty seconds."""
    page = open_browser(BROKER)
    begin(page)
    line(page, "local")
    assert page.evaluate(COPIES) == 1
    line(page, "saved", WITHIN)
    assert page.evaluate(COPIES) == 0
    page.wait_for_url(DRAFT)
    page.reload()
    ready(page)
    expect(page.locator("#text")).to_have_value(TEXT)
    go(page, "/logbook/?turn=me")
    expect(page.locator("#entry_unsaved")).to_contain_text("Not saved yet")


def test_second_tab_is_told_of_the_newer_draft(open_browser: Open) -> None:
    """The older tab overwrites nothing, and shows the way."""
    first = open_browser(BROKER)
    begin(first)
    leave_field(first)
    line(first, "saved")
    address = first.url
    second = first.context.new_page()
    go(second, address)
    expect(second.locator("#text")).to_have_value(TEXT)
    write(first, "#text", "Det som ble skrevet sist.")
    leave_field(first)
    line(first, "saved")
    first.wait_for_timeout(50)
    expect(first.locator("#text")).to_have_value("Det som ble skrevet sist.")
    write(second, "#participants", "Roar")
    leave_field(second)
    line(second, "newer")
    link = second.locator("[data-autosave-line] a")
    expect(link).to_contain_text("newer draft")
    assert second.evaluate(COPIES) == 1
    link.click()
    ready(second)
    expect(second.locator("#text")).to_have_value("Det som ble skrevet sist.")


def test_server_that_is_down_costs_no_text(site: Site, open_browser: Open) -> None:
    """The machine keeps it, says so, and offers it when the server is back."""
    page = open_browser(BROKER)
    begin(page)
    leave_field(page)
    line(page, "saved")
    site.stop()
    try:
        write(page, "#text", f"{TEXT} Skrevet uten tjener.")
        leave_field(page)
        line(page, "local")
        expect(page.locator("[data-autosave-line]")).to_contain_text("Kept on this machine")
        tab_to(page, "#text")
        press(page, "Control+Enter")
        expect(page.locator("#alarm")).to_contain_text("No connection")
        expect(page.locator("#text")).to_have_value(f"{TEXT} Skrevet uten tjener.")
    finally:
        site.start()
    page.reload()
    ready(page)
    offer = page.locator("[data-restore]")
    expect(offer).to_be_visible()
    expect(page.locator("#text")).to_have_value(TEXT)
    tab_to(page, "[data-restore-yes]")
    press(page, "Enter")
    expect(page.locator("#text")).to_have_value(f"{TEXT} Skrevet uten tjener.")
    expect(offer).to_be_hidden()
    line(page, "saved")
    assert page.evaluate(COPIES) == 0


def test_resumed_copy_shows_the_new_undertaking(site: Site, open_browser: Open) -> None:
    """A text about an undertaking that is not registered yet, of a page that is gone: its fields come with it."""
    page = open_browser(BROKER)
    go(page, "/logbook/new")
    write(page, "#company", "Nyvåg Resirk")
    tab_to(page, "button[value=new_company]")
    press(page, "Enter")
    expect(page.locator("#new_name")).to_have_value("Nyvåg Resirk")
    site.stop()
    try:
        write(page, "#new_municipality", "Rødøy")
        line(page, "local")
        page.goto("about:blank")
    finally:
        site.start()
    go(page, "/logbook/new")
    expect(page.locator("#new_name")).to_have_count(0)
    tab_to(page, "[data-restore-yes]")
    press(page, "Enter")
    expect(page.locator("#new_name")).to_have_value("Nyvåg Resirk")
    expect(page.locator("#new_municipality")).to_have_value("Rødøy")
    expect(page.locator("#entry_company_new")).to_contain_text("Choose a registered undertaking instead")
    write(page, "#hours", "1")
    write(page, "#text", TEXT)
    press(page, "Control+Enter")
    page.wait_for_url(ENTRY)
    expect(page.locator(".page-head")).to_contain_text("Nyvåg Resirk")


def log_in_again(page: Page) -> None:
    """In the dialog over the page, by keyboard."""
    expect(page.locator("#login-dialog")).to_be_visible()
    expect_focus(page, "#login-password")
    page.keyboard.insert_text(PASSWORD)
    press(page, "Enter")
    expect(page.locator("#login-dialog")).to_be_hidden()
    expect_said(page, "You are logged in again")


def fill_rest(page: Page) -> None:
    """What sending asks for."""
    write(page, "#company", "310279323")
    press(page, "Escape")
    write(page, "#hours", "1,5")
    write(page, "#text", TEXT)


def test_login_that_ran_out_during_autosave(site: Site, open_browser: Open) -> None:
    """The dialog opens, the text stays, and is saved after the log-in."""
    site.give_password(BROKER)
    page = open_browser(BROKER)
    begin(page)
    leave_field(page)
    line(page, "saved")
    site.end_logins()
    write(page, "#text", f"{TEXT} Etter lunsj.")
    leave_field(page)
    log_in_again(page)
    expect(page.locator("#text")).to_have_value(f"{TEXT} Etter lunsj.")
    line(page, "saved")
    page.reload()
    ready(page)
    expect(page.locator("#text")).to_have_value(f"{TEXT} Etter lunsj.")


def test_login_that_ran_out_during_send(site: Site, open_browser: Open) -> None:
    """A wrong password stays in the dialog; after the right one the same press sends."""
    site.give_password(BROKER)
    page = open_browser(BROKER)
    go(page, "/logbook/new")
    fill_rest(page)
    site.end_logins()
    press(page, "Control+Enter")
    expect(page.locator("#login-dialog")).to_be_visible()
    expect_focus(page, "#login-password")
    page.keyboard.insert_text("feil passord")
    press(page, "Enter")
    expect(page.locator("[data-login-error]")).to_be_visible()
    expect_focus(page, "#login-password")
    log_in_again(page)
    expect(page.locator("#text")).to_have_value(TEXT)
    tab_to(page, "#text")
    press(page, "Control+Enter")
    page.wait_for_url(ENTRY)
    expect(page.locator(".notice")).to_contain_text("The entry is sent to Marit Mentor")
    assert page.evaluate(COPIES) == 0
