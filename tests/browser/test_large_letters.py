"""A phone whose letters are twice as large, by the page's root or by the browser's own setting."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from mono_web.core.db import db
from mono_web.logbook import actions as logbook
from mono_web.remarks import actions as remarks
from tests import factories as make
from tests.browser import chromium
from tests.browser.axe import WIDEST
from tests.browser.conftest import Open
from tests.browser.server import Site
from tests.factories import World

PHONE = {"width": 390, "height": 844}
pytestmark = pytest.mark.browser
LARGE = "() => (document.documentElement.style.fontSize = '32px')"
REACH = "() => document.documentElement.scrollWidth - window.innerWidth"
# What is fixed or sticks to an edge, and how much of the window it covers.
COVERED = """() => [...document.querySelectorAll("body *")]
  .filter(e => ["fixed", "sticky"].includes(getComputedStyle(e).position) && e.checkVisibility()
    && !e.matches("[popover], [popover] *, .alarm"))
  .reduce((sum, e) => { const box = e.getBoundingClientRect();
    return sum + Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)); }, 0) / innerHeight"""
# The labels that are seen: those left out for want of room are one pixel wide.
OVERLAPS = """() => { const seen = [...document.querySelectorAll(".tabbar span")]
    .map(e => e.getBoundingClientRect()).filter(box => box.width > 2);
  return seen.some((box, at) => at && box.left < seen[at - 1].right) || seen.some(box => box.right > innerWidth); }"""


@pytest.fixture
def addresses(app: Flask, world: World) -> list[str]:
    """Today, the form, an entry with remarks, its form, the list, the import."""
    with app.test_request_context():
        entry = make.sent(world, title="Ombruk av slagg i kommunens betongproduksjon")
        remarks.make_remark(make.viewer(make.MENTOR), ("entry", entry.id), "must_fix", "Tallet mangler", "text")
        logbook.return_entry(make.viewer(make.MENTOR), entry, "Hva er det konkret dere ikke vet?")
        make.draft(world, companies=(), minutes=None)
        make.sent(world, kind="network_meeting", form="physical", confidential=True)
        db.session.commit()
        at = f"/logbook/{entry.id}"
    return ["/", "/logbook/new", at, f"{at}/edit", "/logbook/", "/logbook/import", "/companies/", "/profile"]


def test_letters_of_the_root_twice_as_large(open_browser: Open, addresses: list[str]) -> None:
    page = open_browser(make.BROKER, viewport=PHONE)
    problems = []
    for address in addresses:
        page.goto(address)
        page.evaluate(LARGE)
        problems += [f"{address}: {one}" for one in _problems(page)]
    assert not problems, "\n".join(problems)


def test_letters_of_the_browser_twice_as_large(browser: Browser, site: Site, addresses: list[str]) -> None:
    """The person's own setting: the widths at which the page changes follow it as well."""
    large = browser.browser_type.launch(
        executable_path=chromium.found(), args=[*chromium.ARGUMENTS, "--blink-settings=defaultFontSize=32"]
    )
    try:
        context = large.new_context(base_url=site.address, viewport=PHONE, reduced_motion="reduce")  # type: ignore[arg-type]
        context.add_cookies([site.cookie(make.BROKER)])  # type: ignore[list-item]
        page = context.new_page()
        problems = []
        for address in addresses:
            page.goto(address)
            problems += [f"{address}: {one}" for one in _problems(page)]
        assert page.evaluate("() => getComputedStyle(document.documentElement).fontSize") == "32px"
        assert not problems, "\n".join(problems)
    finally:
        large.close()


def test_labels_of_the_bottom_bar_are_seen_where_there_is_room(open_browser: Open, addresses: list[str]) -> None:
    page = open_browser(make.BROKER, viewport=PHONE)
    page.goto("/")
    assert page.evaluate("() => [...document.querySelectorAll('.tabbar span')].every(e => e.offsetWidth > 10)")
    assert not list(_problems(page))


def _problems(page: Page) -> Iterator[str]:
    if (reach := page.evaluate(REACH)) > 0:
        yield f"{reach} too wide: {page.evaluate(WIDEST)}"
    if (covered := page.evaluate(COVERED)) > 0.34:
        yield f"fixed bars cover {covered:.0%}"
    if page.evaluate(OVERLAPS):
        yield "labels of the bottom bar run together"
