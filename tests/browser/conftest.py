"""A browser for the run, a served application for the process, and a watched page for each person of a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import chromium
from tests.browser.server import Site
from tests.browser.watching import Watch
from tests.conftest import Ground
from tests.factories import World

PATIENCE = 15_000
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The Chromium of this machine."""
    path = chromium.found()
    if path is None:
        reason = "no Chromium: neither MONO_CHROMIUM nor one of the known names in PATH"
        if chromium.required():
            pytest.fail(f"{reason}, and MONO_BROWSER_REQUIRED is set")
        pytest.skip(reason)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def served(ground: Ground) -> Iterator[Site]:
    """The application of the tests, served for as long as this process runs."""
    site = Site(ground.app)
    yield site
    site.stop()


@pytest.fixture
def site(served: Site, world: World, app: Flask) -> Iterator[Site]:
    """The served application over a fresh database with the named people. Crashes give the page, as in life."""
    before = app.config.get("PROPAGATE_CRASHES", True)
    app.config["PROPAGATE_CRASHES"] = False
    yield served
    app.config["PROPAGATE_CRASHES"] = before


@pytest.fixture
def watch() -> Iterator[Watch]:
    """The console: a message of the content security policy or an error fails the test."""
    watching = Watch()
    yield watching
    problems = watching.problems()
    assert not problems, "the browser's console:\n" + "\n".join(problems)


@pytest.fixture
def contexts(browser: Browser, watch: Watch) -> Iterator[list[BrowserContext]]:
    """The browser profiles of the test; closed before the next test's database takes the place of this one's."""
    made: list[BrowserContext] = []
    yield made
    for context in made:
        context.close()


@pytest.fixture
def open_browser(browser: Browser, site: Site, watch: Watch, contexts: list[BrowserContext]) -> Open:
    """`open_browser(email)`: a page of somebody's own browser, logged in; without an email, of a visitor."""

    def opened(email: str | None = None, **options: Any) -> Page:
        wanted = {"locale": "en-GB", "base_url": site.address, "reduced_motion": "reduce", **options}
        context = browser.new_context(**wanted)
        contexts.append(context)
        watch.over(context)
        context.set_default_timeout(PATIENCE)
        if email:
            context.add_cookies([site.cookie(email)])  # type: ignore[list-item]
        return context.new_page()

    return opened
