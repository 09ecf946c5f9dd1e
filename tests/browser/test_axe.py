"""axe-core finds nothing on any page, in any state, light or dark; and no page scrolls sideways on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from mono_web.accounts import actions as accounts
from mono_web.app import LARGEST_REQUEST
from mono_web.core.access import public, requires
from mono_web.core.db import db
from tests.access.building import Built, build
from tests.browser import pages
from tests.browser.axe import sideways, violations
from tests.browser.conftest import PATIENCE
from tests.browser.pages import Visit
from tests.browser.server import Site, own_app
from tests.browser.watching import Watch
from tests.conftest import Ground
from tests.factories import BROKER, MENTOR

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
        self.be(visit.who)
        answer = self.page.goto(self.address(visit))
        assert answer is not None
        assert answer.status == visit.status, f"{answer.url} answered {answer.status}"
        if visit.refused is not None:
            status = self.send(visit.form, visit.refused)
            assert status == 422, f"{visit.address} took what it should refuse: {status}"
        return self.look()

    def send(self, form: str, values: dict[str, str]) -> int:
        """Send a form of the page as a browser without scripts does; the status of the answer, which is shown."""
        with self.page.expect_navigation() as sent:
            self.page.evaluate(SEND, [form, values])
        return sent.value.status

    def look(self) -> list[str]:
        """Everything that is wrong with the page that is open."""
        self.page.wait_for_function(STILL)
        assert self.page.title().endswith("MoNo")
        assert self.page.locator("h1").count() == 1, "a page has one h1"
        return [*violations(self.page), *sideways(self.page), *self.watch.problems()]

    def address(self, visit: Visit) -> str:
        """With the ids of this database."""
        return self.site.address + visit.address.format(**self.names)

    def be(self, who: str | None) -> None:
        """In this person's browser from now on; without one, in a visitor's."""
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
    watch.allow_status(403, 404, 405, 413, 422, 429, 500)
    watch.over(context)
    yield Tour(site, context.new_page(), watch, names)
    context.close()
    site.stop()


def _break() -> str:
    """A view with an error in it."""
    raise ZeroDivisionError


@pytest.fixture(scope="module")
def filled(browser: Browser, ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tour]:
    """An instance with something of everything."""
    folder = tmp_path_factory.mktemp("filled")
    app = own_app(folder, ground.empty)
    app.add_url_rule("/broken", "broken", requires(public)(_break))
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
    """Filled, refused (422) and in error (403, 404; each other error has a test of its own below)."""
    problems = filled.see(visit)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("visit", pages.EMPTY, ids=lambda visit: visit.name)
def test_empty_page_is_accessible(bare: Tour, visit: Visit) -> None:
    """Before anybody has written anything."""
    problems = bare.see(visit)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("who", [BROKER, None])
@pytest.mark.parametrize(("status", "address"), [(405, "/logbook/{sent}/start"), (500, "/broken")])
def test_error_is_accessible(filled: Tour, status: int, address: str, who: str | None) -> None:
    """An address that takes no GET, and a view that breaks: in the frame of who is logged in, and at the door."""
    problems = filled.see(Visit("", who, address, status=status))
    assert not problems, "\n".join(problems)


def test_too_large_is_accessible(filled: Tour) -> None:
    """More is sent than the server takes."""
    filled.be(BROKER)
    filled.page.goto(f"{filled.site.address}/logbook/new")
    assert filled.send("#entry_form", {"enclosed": "x" * (LARGEST_REQUEST + 1)}) == 413
    problems = filled.look()
    assert not problems, "\n".join(problems)


def test_too_many_attempts_are_accessible(filled: Tour) -> None:
    """The log-in that failed too often for an account."""
    accounts.forget_failures()
    filled.be(None)
    wrong = {"email": "ingen@mono.test", "password": "feil passord"}
    try:
        filled.page.goto(f"{filled.site.address}/login")
        answers = [filled.send("main form[method=post]", wrong) for _ in range(11)]
    finally:
        accounts.forget_failures()
    assert answers == [*[422] * 10, 429]
    expect(filled.page.locator("main")).to_contain_text("Too many attempts")
    problems = filled.look()
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize(("width", "height", "letters"), [(195, 422, "100%"), (390, 844, "200%"), (844, 390, "100%")])
def test_decision_leaves_room_for_the_text(filled: Tour, width: int, height: int, letters: str) -> None:
    """A phone at twice the size, by zoom or by its letters, and a phone that lies: the bar covers a third at most."""
    filled.be(MENTOR)
    page = filled.page
    page.goto(filled.site.address + "/logbook/{reading}".format(**filled.names))
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate("size => (document.documentElement.style.fontSize = size)", letters)
    covered = "() => window.innerHeight - document.querySelector('#review_bar').getBoundingClientRect().top"
    below = page.evaluate("() => document.querySelector('.tabbar').getBoundingClientRect().height")
    assert page.evaluate(covered) - below <= height / 3
    page.evaluate("() => window.scrollTo(0, document.documentElement.scrollHeight)")
    last = page.locator("#review_bar").locator("a, button").last
    last.scroll_into_view_if_needed()
    last.click(trial=True)  # whatever its size, all of it can be reached
    page.set_viewport_size({"width": 1280, "height": 800})


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
