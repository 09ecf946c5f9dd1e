"""What is swapped, where the focus is afterwards, what is said; and the keys."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import Page, expect

from mono_web.core.db import db
from tests import factories as make
from tests.browser.conftest import Open
from tests.browser.hands import (
    expect_focus,
    expect_focus_kept,
    expect_page,
    expect_said,
    go,
    press,
    ready,
    tab_to,
    write,
)
from tests.browser.server import Site
from tests.browser.watching import Watch
from tests.factories import BROKER, MENTOR, World

pytestmark = pytest.mark.browser
KEPT_PLACE = "() => (window.stillHere = true)"


def mark(page: Page) -> None:
    """The page is not loaded anew from now on; `unmoved` asks for it."""
    page.evaluate(KEPT_PLACE)


def unmoved(page: Page) -> bool:
    """Whether this is still the page that was marked."""
    return bool(page.evaluate("() => window.stillHere === true"))


def test_refused_form_comes_back_with_its_summary(open_browser: Open, watch: Watch) -> None:
    """422: the form is swapped, the summary has the focus, its links lead to the fields, all words are there."""
    watch.allow_status(422)
    page = open_browser(BROKER)
    go(page, "/logbook/new")
    mark(page)
    write(page, "#hours", "25")
    write(page, "#text", "Blir stående.")
    write(page, "#date", "31.02.2026")
    press(page, "Control+Enter")
    summary = page.locator("ds-error-summary")
    expect(summary).to_be_visible()
    expect_focus(page, "ds-error-summary")
    assert unmoved(page)
    expect(page.locator("#text")).to_have_value("Blir stående.")
    expect(page.locator("#hours")).to_have_value("25")
    expect(page.locator("#date")).to_have_value("31.02.2026")
    for field in ("company", "hours", "date"):
        expect(page.locator(f"#{field}")).to_have_attribute("aria-invalid", "true")
    press(page, "Tab", "Enter")
    expect_focus(page, "#company")


def test_crash_never_replaces_a_form(site: Site, open_browser: Open, watch: Watch) -> None:
    """500: the form stays with every word, #alarm says so with a code, and the same press works afterwards."""
    watch.allow_status(500)
    page = open_browser(BROKER)
    go(page, "/logbook/new")
    write(page, "#text", "Skal ikke forsvinne.")
    spoil(site, "ALTER TABLE revision RENAME TO revision_gone")
    press(page, "Control+S")
    alarm = page.locator("#alarm")
    expect(alarm).to_contain_text("Something went wrong on our side")
    expect(alarm).to_contain_text("(")
    code = page.locator("#alarm p").first.inner_text().rpartition("(")[2]
    assert len(code.split(",")[0]) == 4, code
    expect(page.locator("#text")).to_have_value("Skal ikke forsvinne.")
    spoil(site, "ALTER TABLE revision_gone RENAME TO revision")
    tab_to(page, "#alarm button")
    press(page, "Enter")
    expect(page.locator("#entry_body")).to_contain_text("Skal ikke forsvinne")


def spoil(site: Site, statement: str) -> None:
    """Break the database under the server, and mend it."""
    with site.app.app_context():
        db.session.remove()
        db.engine.dispose()
    with sqlite3.connect(site.app.config["SETTINGS"].database) as live:
        live.execute(statement)


def test_list_grows_where_it_is(site: Site, world: World, open_browser: Open) -> None:
    """Show more appends, the focus goes to the first new row or stays below, and the number is said."""
    with site.data():
        for number in range(70):
            make.sent(world, date=make.day(number), title=f"Sak {number}")
    page = open_browser(BROKER)
    go(page, "/logbook/")
    rows = page.locator("[data-row]")
    before = rows.count()
    assert 0 < before < 70
    mark(page)
    tab_to(page, "#entry_next a")
    press(page, "Enter")
    expect(rows.nth(before)).to_be_visible()
    assert unmoved(page)
    expect_focus_kept(page)
    assert page.evaluate(
        "before => [...document.querySelectorAll('[data-row]')].indexOf(document.activeElement) === before "
        "|| Boolean(document.activeElement.closest('#entry_next'))", before
    ), "the focus goes on from the place where one was"  # fmt: skip
    expect_said(page, "shown")
    titles = rows.all_inner_texts()
    assert len(titles) == len(page.locator("[data-row][href]").all())
    hrefs = [row.get_attribute("href") for row in rows.all()]
    assert len(hrefs) == len(set(hrefs)), "a row came twice"


def test_filters_live_in_the_address(site: Site, world: World, open_browser: Open) -> None:
    """A chip taken away swaps the list, pushes the address, keeps the focus; Back brings it back."""
    with site.data():
        make.sent(world, kind="phone", title="Telefonsaken")
        make.sent(world, kind="visit", title="Besøkssaken")
    page = open_browser(BROKER)
    go(page, "/logbook/?kind=phone")
    expect(page.locator("main")).not_to_contain_text("Besøkssaken")
    mark(page)
    tab_to(page, "#entry_filters .ds-chip[data-removable]")
    press(page, "Enter")
    expect(page.locator("#entry_list")).to_contain_text("Besøkssaken")
    assert unmoved(page)
    assert page.url.endswith("/logbook/")
    expect_focus(page, "#entry_filters .ds-chip")
    expect_said(page, "shown")
    page.go_back()
    expect(page.locator("#entry_list")).not_to_contain_text("Besøkssaken")
    assert page.url.endswith("kind=phone")


def test_filter_form_opens_under_its_button(site: Site, world: World, open_browser: Open) -> None:
    """By keyboard: open, write, show; the address is the filter."""
    with site.data():
        make.sent(world, title="Den ene")
        make.sent(world, title="Den andre")
    page = open_browser(BROKER)
    go(page, "/logbook/")
    tab_to(page, "#entry_filters button.ds-chip")
    press(page, "Enter")
    expect(page.locator("#entry_filter_form")).to_be_visible()
    write(page, "#f-words", "andre")
    press(page, "Enter")
    expect(page.locator("#entry_table")).not_to_contain_text("Den ene")
    assert "words=andre" in page.url
    expect_focus_kept(page)


def test_dialog_gives_the_focus_back(site: Site, world: World, open_browser: Open) -> None:
    """Opened by its key, closed by Esc and by Cancel: the link that opened it has the focus again."""
    with site.data():
        entry_id = make.sent(world).id
    page = open_browser(MENTOR)
    go(page, f"/logbook/{entry_id}")
    opener = "#review_bar [aria-keyshortcuts=r]"
    tab_to(page, opener)
    for key in ("Enter", "r"):
        press(page, key)
        expect(page.locator("#reason_ask")).to_be_visible()
        expect_focus(page, "#reason_ask textarea")
        press(page, "Escape")
        expect(page.locator("#reason_ask")).to_be_hidden()
        expect_focus(page, opener)
    press(page, "r")
    expect_focus(page, "#reason_ask textarea")
    page.keyboard.insert_text("Halvferdig")
    press(page, "Escape")
    expect_focus(page, "#reason_ask [data-close]")
    expect(page.locator("#reason_ask textarea")).to_have_value("Halvferdig")
    press(page, "Enter")
    expect(page.locator("#reason_ask")).to_be_hidden()
    expect_focus(page, opener)


def test_refused_dialog_stays_open(site: Site, world: World, open_browser: Open, watch: Watch) -> None:
    """422 in a dialog: it stays modal, says what is missing, and the focus is in it."""
    watch.allow_status(422)
    with site.data():
        entry_id = make.sent(world).id
    page = open_browser(MENTOR)
    go(page, f"/logbook/{entry_id}")
    press(page, "r")
    expect_focus(page, "#reason_ask textarea")
    press(page, "Control+Enter")
    expect(page.locator("#reason_ask .ds-validation-message")).to_be_visible()
    assert page.evaluate("() => document.querySelector('#reason_ask').matches(':modal')")
    expect_focus(page, "#reason_ask *")


def test_task_is_done_and_undone(site: Site, world: World, open_browser: Open) -> None:
    """Done is a key; Undo stands in its place with the focus on it."""
    with site.data():
        make.sent(world, next_step="Ring Roar", next_step_date=make.day(1))
    page = open_browser(BROKER)
    go(page, "/")
    mark(page)
    tab_to(page, "[id^=task_row] [data-row]")
    press(page, "x")
    row = page.locator("[id^=task_row]")
    expect(row.locator("button")).to_contain_text("Undo")
    expect_focus(page, "[id^=task_row] button")
    expect_said(page, "")
    press(page, "Enter")
    expect(row.locator("button")).to_contain_text("Done")
    expect_focus(page, "[id^=task_row] button")
    assert unmoved(page)


def test_keys_are_letters_inside_fields(open_browser: Open) -> None:
    """Single keys do nothing while one writes."""
    page = open_browser(BROKER)
    go(page, "/logbook/")
    press(page, "/")
    expect_focus(page, "#find")
    page.keyboard.type("nglej?")
    expect(page.locator("#find")).to_have_value("nglej?")
    expect_page(page, "/logbook/")
    expect(page.locator("#keys")).to_be_hidden()


def test_list_of_keys_opens_and_closes(open_browser: Open) -> None:
    """`?` shows it, Esc closes it, and the focus is where it was."""
    page = open_browser(BROKER)
    go(page, "/logbook/")
    tab_to(page, "main a")
    before = page.evaluate("() => document.activeElement.outerHTML")
    press(page, "?")
    expect(page.locator("#keys")).to_be_visible()
    press(page, "n")
    expect(page.locator("#keys")).to_be_visible()
    press(page, "Escape")
    expect(page.locator("#keys")).to_be_hidden()
    assert page.evaluate("() => document.activeElement.outerHTML") == before


def test_sequences_and_rows(site: Site, world: World, open_browser: Open) -> None:
    """`g l`, then `j` and `k` along the rows, and Enter opens."""
    with site.data():
        for number in range(3):
            make.sent(world, date=make.day(number), title=f"Sak {number}")
    page = open_browser(BROKER)
    go(page, "/")
    press(page, "g", "l")
    expect_page(page, "/logbook/")
    press(page, "j", "j", "k")
    place = "() => [...document.querySelectorAll('[data-row]')].indexOf(document.activeElement)"
    assert page.evaluate(place) == 0
    press(page, "Enter")
    ready(page)
    page.wait_for_url("**/logbook/*-*")


def test_keys_can_be_switched_off(open_browser: Open) -> None:
    """In the profile, by keyboard; keys with Ctrl go on working."""
    page = open_browser(BROKER)
    go(page, "/profile")
    tab_to(page, "#profile_form [name=shortcuts]")
    press(page, "Space", "Control+Enter")
    page.wait_for_selector("body[data-shortcuts=off]")
    ready(page)
    expect_focus_kept_or_page(page)
    press(page, "n", "?")
    page.wait_for_timeout(300)
    assert page.url.endswith("/profile")
    expect(page.locator("#keys")).to_be_hidden()


def expect_focus_kept_or_page(page: Page) -> None:
    """A page that was opened anew begins at its top."""
    assert page.evaluate("() => document.activeElement !== null")


def test_suggestions_are_chosen_with_the_arrows(world: World, open_browser: Open) -> None:
    """The list is announced, the focus stays in the field, and what is known about the undertaking comes."""
    page = open_browser(BROKER)
    go(page, "/logbook/new")
    expect_focus(page, "#company")
    page.keyboard.type("ranfj")
    expect(page.locator("[role=option]").first).to_be_visible()
    expect_said(page, "1 undertaking in the list")
    press(page, "ArrowDown")
    expect_focus(page, "#company")
    press(page, "Enter")
    expect(page.locator("#company")).to_have_value("Ranfjord Slagg AS")
    expect(page.locator("[name=company_id]").first).to_have_value(str(world.company))
    expect(page.locator("[role=listbox]").first).to_be_hidden()
    expect_focus(page, "#company")
