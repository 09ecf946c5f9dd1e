"""The same pages without scripts: nothing is promised that does nothing. And menus, which need none, with them."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import expect

from mono_web.core.db import db
from tests import factories as make
from tests.browser.conftest import Open
from tests.browser.hands import tab_to
from tests.factories import World

pytestmark = pytest.mark.browser


@pytest.fixture
def queue(app: Flask, world: World) -> list[UUID]:
    """Two entries that wait for the mentor."""
    with app.test_request_context():
        ids = [make.sent(world, title=title).id for title in ("Den første", "Den andre")]
        db.session.commit()
        return ids


def test_keys_are_shown_only_where_they_work(open_browser: Open, queue: list[UUID]) -> None:
    for scripts in (False, True):
        page = open_browser(make.MENTOR, java_script_enabled=scripts, viewport={"width": 1280, "height": 800})
        page.goto(f"/logbook/{queue[0]}?queue=1")
        keys = page.locator("main kbd, .topbar kbd")
        assert keys.count() > 3
        shown = [key for key in keys.all() if key.is_visible()]
        assert bool(shown) is scripts, [key.inner_text() for key in shown]


def test_place_in_the_queue_and_the_way_through_it(open_browser: Open, queue: list[UUID]) -> None:
    page = open_browser(make.MENTOR, java_script_enabled=False)
    page.goto(f"/logbook/{queue[0]}?queue=1")
    expect(page.get_by_text("1 of 2 in the queue")).to_be_visible()
    page.get_by_role("link", name="New remark").click()
    page.get_by_label("What is it about?").or_(page.locator("textarea")).last.fill("Hvem eier dataene?")
    page.get_by_role("button", name="Save the remark").click()
    expect(page.get_by_text("1 of 2 in the queue")).to_be_visible()
    page.locator("#queue_place a").click()
    expect(page.get_by_role("heading", name="Den andre")).to_be_visible()


def test_new_undertaking_of_the_quick_start_comes_along(open_browser: Open, world: World) -> None:
    page = open_browser(make.BROKER)
    page.goto("/")
    page.locator("#quick-company").press_sequentially("Nyskapt Tare")
    page.get_by_role("option").last.click()
    page.locator("#quick_start button[type=submit]").click()
    expect(page.locator("[name=new_name]")).to_have_value("Nyskapt Tare")


@pytest.mark.parametrize(
    ("width", "menu", "button"), [(1280, "#account", "button.who"), (390, "#nav", ".tabbar button")]
)
def test_menu_closes_when_the_focus_leaves_it(
    open_browser: Open, world: World, width: int, menu: str, button: str
) -> None:
    page = open_browser(make.BROKER, viewport={"width": width, "height": 800})
    page.goto("/")
    page.wait_for_function("() => window.htmx !== undefined")
    page.locator(button).focus()
    page.keyboard.press("Enter")
    expect(page.locator(menu)).to_be_visible()
    inside = page.locator(f"{menu} :is(a, button)").count()
    tab_to(page, f"{menu} *")
    expect(page.locator(menu)).to_be_visible()
    for _ in range(inside + 1):
        page.keyboard.press("Tab")
    expect(page.locator(menu)).to_be_hidden()
