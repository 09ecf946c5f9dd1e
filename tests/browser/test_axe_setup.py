"""The first run in a browser: every page of the set-up, filled and refused, and the demonstration's own two pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from mono_web.accounts.models import Person, Role
from mono_web.config import Settings
from mono_web.core.db import db
from mono_web.server import Switch, dispose
from tests.browser.axe import sideways, violations
from tests.browser.conftest import PATIENCE
from tests.browser.server import Site
from tests.browser.watching import Watch

pytestmark = pytest.mark.browser
PRIMARY = "main button[data-primary]"
# A year of entries is written.
FILLING = 90_000
PASSWORD = "et langt passord til oppsettet"


@pytest.fixture
def switch(tmp_path: Path) -> Iterator[Switch]:
    """An empty instance."""
    made = Switch(Settings(instance=tmp_path / "instance", testing=True, demo_password=PASSWORD))
    yield made
    dispose(made._own.app)
    dispose(made._served.app)


@pytest.fixture
def page(browser: Browser, switch: Switch, watch: Watch) -> Iterator[Page]:
    """A visitor at it."""
    watch.allow_status(422)
    site = Site(switch)
    context = browser.new_context(base_url=site.address, locale="en-GB", reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    watch.over(context)
    yield context.new_page()
    context.close()
    site.stop()


def look(page: Page) -> None:
    """Nothing is wrong with this page."""
    page.wait_for_load_state("load")
    problems = violations(page) + sideways(page)
    assert not problems, f"{page.url}: " + "\n".join(problems)


def fill(page: Page, **fields: str) -> None:
    """Write into the form and send it."""
    for name, value in fields.items():
        page.fill(f'main [name="{name}"]', value)
    with page.expect_navigation():
        page.click(PRIMARY)


def refused(page: Page, **fields: str) -> None:
    """Send what cannot be taken; the page that comes back is looked at too."""
    fill(page, **fields)
    assert page.locator(".ds-validation-message, ds-error-summary").count(), page.url
    look(page)


def test_set_up(page: Page, switch: Switch) -> None:
    """The code, the programme, its period, its clusters, the first person."""
    page.goto("/")
    look(page)
    refused(page, code="ABCD-0000")
    fill(page, code=switch.code)
    for wrong, right in (
        ({"name": ""}, {"name": "Mer innovasjon", "code": "mono-2026"}),
        ({"starts_on": "31.02.2026"}, {"starts_on": "01.02.2026", "ends_on": "31.12.2027"}),
        ({"lines-0-name": ""}, {"lines-0-name": "ACT Cluster", "lines-0-code": "act"}),
        ({"email": "feil"}, {"name": "Anne Admin", "email": "anne@mono.test", "password": PASSWORD}),
    ):
        look(page)
        refused(page, **wrong)
        fill(page, **right)
    assert page.url.endswith("/")
    look(page)


def test_demonstration(page: Page, switch: Switch) -> None:
    """Its accounts are shown; its admin may throw it away."""
    page.goto("/setup/")
    page.fill("main [name=code]", switch.code)
    page.click("main button[formaction]", timeout=FILLING)
    expect(page.locator("main h1")).to_be_visible(timeout=FILLING)
    look(page)
    page.goto("/login")
    look(page)
    fill(page, email=admin_of(switch), password=PASSWORD)
    page.goto("/setup/demonstration/delete")
    look(page)
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    assert "/setup/" in page.url
    look(page)


def admin_of(switch: Switch) -> str:
    """The account of the demonstration that administers it."""
    with switch._served.app.app_context():
        found = db.session.scalar(select(Person.email).join(Role).where(Role.kind == "admin"))
    assert found is not None
    return found
