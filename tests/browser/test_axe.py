"""axe-core finds nothing on any page, in any state, light or dark; and no page scrolls sideways on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from mono_web.core.db import db
from tests.access.building import Built, build
from tests.browser import pages
from tests.browser.axe import sideways, violations
from tests.browser.conftest import PATIENCE
from tests.browser.pages import Visit
from tests.browser.server import Site, own_app
from tests.browser.watching import Watch
from tests.conftest import Ground

pytestmark = pytest.mark.browser
SEND = """([selector, values]) => {
  const form = document.querySelector(selector);
  for (const [name, value] of Object.entries(values)) {
    const fields = [...form.querySelectorAll(`[name="${name}"]`)].filter(one => one.type !== "submit");
    if (fields[0]?.type === "radio") { fields[0].checked = true; fields[0].value = value; continue; }
    if (fields.length && fields[0].type !== "submit") { fields[0].value = value; continue; }
    form.append(Object.assign(document.createElement("input"), {type: "hidden", name, value}));
  }
  HTMLFormElement.prototype.submit.call(form);
}"""
# htmx has started, and what loads by itself is here.
STILL = """() => document.readyState === "complete" && window.htmx !== undefined
  && new Promise(done => setTimeout(() => done(!document.querySelector(".htmx-request")), 30))"""


@dataclass
class Tour:
    """One page in one browser that visits as whoever is asked for."""

    site: Site
    page: Page
    watch: Watch
    names: dict[str, str]
    cookies: dict[str, Any] = field(default_factory=dict)

    def see(self, visit: Visit) -> list[str]:
        """Open a page in its state; everything that is wrong with it."""
        self.watch.found.clear()
        self._be(visit.who)
        answer = self.page.goto(self.address(visit))
        assert answer is not None
        assert answer.status == visit.status, f"{answer.url} answered {answer.status}"
        if visit.refused is not None:
            with self.page.expect_navigation() as sent:
                self.page.evaluate(SEND, [visit.form, visit.refused])
            assert sent.value.status == 422, f"{visit.address} took what it should refuse: {sent.value.status}"
        self.page.wait_for_function(STILL)
        assert self.page.title().endswith("MoNo")
        assert self.page.locator("h1").count() == 1, "a page has one h1"
        return [*violations(self.page), *sideways(self.page), *self.watch.problems()]

    def address(self, visit: Visit) -> str:
        """With the ids of this database."""
        return self.site.address + visit.address.format(**self.names)

    def _be(self, who: str | None) -> None:
        self.page.context.clear_cookies()
        if who:
            if who not in self.cookies:
                self.cookies[who] = self.site.cookie(who)
            self.page.context.add_cookies([self.cookies[who]])


def _tour(browser: Browser, app: Flask, names: dict[str, str]) -> Iterator[Tour]:
    site = Site(app)
    context = browser.new_context(locale="en-GB", reduced_motion="reduce", viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE)
    watch = Watch()
    watch.allow_status(403, 404, 422)
    watch.over(context)
    yield Tour(site, context.new_page(), watch, names)
    context.close()
    site.stop()


@pytest.fixture(scope="module")
def filled(browser: Browser, ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """An instance with something of everything."""
    folder = tmp_path_factory.mktemp("filled")
    app = own_app(folder, ground.empty)
    with app.app_context():
        names = pages.names(build(folder / "instance"))
        db.session.commit()
        db.session.remove()
    yield from _tour(browser, app, names)


@pytest.fixture(scope="module")
def bare(browser: Browser, ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """People, two programmes and two undertakings: nobody has written anything."""
    world = ground.world
    ids = {"programme": world.programme, "act": world.act}
    app = own_app(tmp_path_factory.mktemp("bare"), ground.peopled)
    yield from _tour(browser, app, pages.names(Built(world, ids=ids)))


@pytest.mark.parametrize("visit", pages.VISITS, ids=lambda visit: visit.name)
def test_page_is_accessible(filled: Tour, visit: Visit) -> None:
    """Filled, refused (422) and in error (403, 404)."""
    problems = filled.see(visit)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("visit", pages.EMPTY, ids=lambda visit: visit.name)
def test_empty_page_is_accessible(bare: Tour, visit: Visit) -> None:
    """Before anybody has written anything."""
    problems = bare.see(visit)
    assert not problems, "\n".join(problems)


def test_every_get_endpoint_is_visited(ground: Ground) -> None:
    """A new endpoint is a page in the list, or a reason why it is none."""
    there = {rule.endpoint for rule in ground.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    visited = {visit.endpoint for visit in pages.VISITS}
    listed = visited | pages.SETUP | pages.NO_PAGE.keys()
    assert there - listed == set(), "endpoints that nobody visits"
    assert listed - there == set(), "listed, but not there any more"
    assert not visited & pages.NO_PAGE.keys()


def test_axe_finds_what_is_wrong(filled: Tour) -> None:
    """The checks can fail: an unnamed button, a pale text in the dark, a box that is too wide."""
    filled.see(pages.LOGBOOK[0])
    filled.page.evaluate("""() => {
      const pale = Object.assign(document.createElement("p"), {textContent: "Too pale a text"});
      document.querySelector("main").append(document.createElement("button"), pale);
      pale.style.color = "#777";
      pale.style.background = "#888";
    }""")
    found = "\n".join(violations(filled.page))
    assert "button-name" in found
    assert "dark: color-contrast" in found
    filled.page.evaluate("() => (document.querySelector('main h1').style.width = '900px')")
    assert any("320" in text for text in sideways(filled.page))
