"""From a visit to the first collaboration, by keyboard alone and without scripts; and the columns."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from mono_web.core.db import db
from tests import factories as make
from tests.browser.conftest import Open
from tests.browser.hands import (
    choose_option,
    choose_radio,
    expect_focus,
    expect_said,
    go,
    press,
    ready,
    tab_to,
    write,
)
from tests.browser.server import Site
from tests.browser.watching import Watch
from tests.factories import BROKER, World
from tests.needs import making

pytestmark = pytest.mark.browser

NEED = re.compile(r"/needs/[0-9a-f-]{36}(#.*)?$")
NEW = re.compile(r"/needs/new\?source=entry-")
PASSAGE = "Ingen vet om det lekker mangan"
MARK = """text => {
  const walk = document.createTreeWalker(document.querySelector("#entry_body .prose"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const at = walk.currentNode.data.indexOf(text);
    if (at < 0) continue;
    const range = document.createRange();
    range.setStart(walk.currentNode, at);
    range.setEnd(walk.currentNode, at + text.length);
    document.getSelection().removeAllRanges();
    document.getSelection().addRange(range);
  }
}"""


def entry_of(app: Flask, world: World) -> str:
    """The address of a sent entry."""
    with app.app_context():
        entry = make.sent(world).id
        db.session.commit()
    return f"/logbook/{entry}"


def on_need(page: Page) -> None:
    """The page of a need has come."""
    page.wait_for_url(NEED)
    ready(page)


def move_match(page: Page, state: str) -> None:
    """The dialog of the match, to a state."""
    tab_to(page, "#match_list a[href$='/move']")
    press(page, "Enter")
    expect(page.locator("#match_move")).to_be_visible()
    choose_radio(page, "state", state)


def test_visit_becomes_first_collaboration_by_keyboard(
    app: Flask, world: World, site: Site, open_browser: Open
) -> None:
    """Entry, marked passage, need, assessment, match, agreement: no mouse anywhere."""
    making.environment(app)
    page = open_browser(BROKER)
    go(page, entry_of(app, world))
    page.evaluate(MARK, PASSAGE)
    tab_to(page, "a[data-quote-from]")
    press(page, "Enter")
    page.wait_for_url(NEW)
    ready(page)
    expect(page.locator("#title")).to_have_value(PASSAGE)
    expect(page.locator("#quote")).to_have_value(PASSAGE)
    expect(page.locator("#company")).to_have_value("Ranfjord Slagg AS")
    write(page, "#title", making.TITLE)
    press(page, "Control+Enter")
    on_need(page)
    expect(page.locator("blockquote")).to_contain_text(PASSAGE)
    tab_to(page, ".page-head a[href$='/move']")
    press(page, "Enter")
    expect(page.locator("#need_move")).to_be_visible()
    choose_radio(page, "state", "assessed")
    choose_option(page, "#new_knowledge", "yes")
    write(page, "#conclusion", "Ingen har målt det.")
    press(page, "Control+Enter")
    expect_said(page, "is moved to")
    expect(page.locator(".page-head")).to_contain_text("Assessed")
    tab_to(page, "#match_list a[href$='/new']")
    press(page, "Enter")
    expect(page.locator("#match_new")).to_be_visible()
    tab_to(page, "#partner")
    page.keyboard.type("sintef")
    expect(page.get_by_role("option", name="SINTEF Helgeland")).to_be_visible()
    press(page, "ArrowDown", "Enter")
    expect(page.locator("[name=partner_id]")).to_have_value(re.compile("environment-.*"))
    press(page, "Control+Enter")
    expect_said(page, "is proposed for the need")
    move_match(page, "meeting")
    press(page, "Control+Enter")
    expect_said(page, "Meeting")
    move_match(page, "agreed")
    choose_option(page, "#first", "yes")
    press(page, "Control+Enter")
    expect_said(page, "Agreed")
    expect(page.locator("#match_list")).to_contain_text("the first collaboration with research")


def test_visit_becomes_first_collaboration_without_scripts(
    app: Flask, world: World, site: Site, open_browser: Open, watch: Watch
) -> None:
    """Every question is a page with a plain form."""
    watch.allow_status(422)
    making.environment(app)
    page = open_browser(BROKER, java_script_enabled=False)
    page.goto(entry_of(app, world))
    page.click("a[data-quote-from]")
    page.select_option("#quote", label=f"{PASSAGE}.")
    page.fill("#title", making.TITLE)
    page.click("#need_form button[data-primary]")
    page.wait_for_url(NEED)
    expect(page.locator("blockquote")).to_contain_text(PASSAGE)
    page.click(".page-head a[href$='/move']")
    page.check("input[name=state][value=matched]", force=True)
    page.fill("#partner", "sintef")
    page.click("#need_move button[data-primary]")
    page.click("button[name=partner_pick]")
    page.wait_for_url(NEED)
    expect(page.locator(".page-head")).to_contain_text("Matched")
    page.click("#match_list a[href$='/move']")
    page.check("input[name=state][value=agreed]", force=True)
    page.select_option("#first", "yes")
    page.click("#match_move button[data-primary]")
    page.wait_for_url(NEED)
    expect(page.locator("#match_list")).to_contain_text("the first collaboration with research")


def test_card_is_moved_by_keyboard(
    app: Flask, world: World, site: Site, open_browser: Open, watch: Watch
) -> None:  # fmt: skip
    """The focus is on the moved card, in its new column, and the move is said."""
    watch.allow_status(422)
    need = making.made(app, world)
    making.made(app, world, title="Et annet behov")
    page = open_browser(BROKER)
    go(page, "/needs/?view=columns")
    tab_to(page, f"#need_card-{need} a[href*='/move']")
    press(page, "Enter")
    expect(page.locator("#need_move")).to_be_visible()
    choose_radio(page, "state", "assessed")
    press(page, "Control+Enter")
    expect(page.locator("#need_move ds-error-summary")).to_be_visible()
    choose_option(page, "#new_knowledge", "yes")
    write(page, "#conclusion", "Ingen har målt det.")
    press(page, "Control+Enter")
    page.wait_for_selector("#need_move", state="detached")
    expect_said(page, "is moved to “Assessed”")
    expect_focus(page, f"#need_card-{need} a.title")
    expect(page.locator("section[aria-labelledby=column-assessed]")).to_contain_text(making.TITLE)
