"""The switch between an empty instance and the demonstration inside it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from mono_web.accounts import actions as accounts
from mono_web.accounts.models import Person
from mono_web.config import Settings
from mono_web.core import clock
from mono_web.core.db import db
from mono_web.demo import loader
from mono_web.demo.loader import Account, Opened
from mono_web.server import Switch, dispose, holds_demonstration
from tests.html import check_html

PASSWORD = "hvilket som helst"


class Browser(Client):
    """Reads every answer to its end, as browsers do, unless told otherwise."""

    def open(self, *args: Any, buffered: bool = True, **rest: Any) -> TestResponse:
        """One request."""
        return super().open(*args, buffered=buffered, **rest)


def small(password: str | None = None) -> Opened:
    """A demonstration of one person: what is tested here is the switch."""
    person = accounts.make_person("admin@mono.example", "Torgeir Lauvås")
    person.password_hash = accounts.hash_password(password or PASSWORD)
    accounts.give_role(person, "admin", clock.today())
    return Opened((Account(person.email, person.name, (("admin", ""),)),), password or PASSWORD)


@pytest.fixture
def switch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Switch]:
    """A server over an empty instance."""
    monkeypatch.setattr(loader, "load", small)
    switch = Switch(Settings(instance=tmp_path / "instance", testing=True))
    yield switch
    dispose(switch._own.app)
    dispose(switch._served.app)


def form(browser: Browser, page: str, address: str, **fields: str) -> TestResponse:
    """Fetch a page and send its form."""
    body = browser.get(page).get_data(as_text=True)
    found = re.search(r'name="csrf_token" value="([^"]+)"', body)
    assert found, body
    return browser.post(address, data={"csrf_token": found[1], **fields})


def opened(switch: Switch, browser: Browser) -> TestResponse:
    """Press "Open the demonstration"."""
    return form(browser, "/setup/", "/setup/demonstration", code=switch.code)


def folder(switch: Switch) -> Path:
    """Where the demonstration lies."""
    return switch._settings.instance


def admin(browser: Browser) -> Browser:
    """Log in with what was shown."""
    answer = form(browser, "/login", "/login", email="admin@mono.example", password=PASSWORD)
    assert answer.status_code == 303
    return browser


def test_demonstration_is_opened_and_its_accounts_are_shown_once(switch: Switch) -> None:
    browser = Browser(switch)
    answer = opened(switch, browser)
    body = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert not check_html(body, switch._own.app)
    assert "admin@<wbr>mono.example" in body
    assert "/language/" not in body
    assert PASSWORD in body
    assert holds_demonstration(folder(switch))
    login = browser.get("/login").get_data(as_text=True)
    assert "Demonstration" in login or "Demonstrasjon" in login
    assert PASSWORD not in login
    assert browser.get("/setup/").status_code == 404


def test_instance_itself_stays_empty(switch: Switch) -> None:
    opened(switch, Browser(switch))
    assert switch.is_empty()
    with switch._own.app.app_context():
        assert db.session.scalars(select(Person)).all() == []


def test_wrong_code_opens_nothing(switch: Switch) -> None:
    answer = form(Browser(switch), "/setup/", "/setup/demonstration", code="XXXX-0000")
    assert answer.status_code == 422
    assert not switch.shows_demonstration
    assert not folder(switch).exists()


def test_code_is_used_up(switch: Switch) -> None:
    before = switch.code
    opened(switch, Browser(switch))
    assert switch.code != before


def test_restart_serves_the_demonstration_again(switch: Switch, tmp_path: Path) -> None:
    opened(switch, Browser(switch))
    again = Switch(Settings(instance=tmp_path / "instance", testing=True))
    assert again.shows_demonstration
    assert admin(Browser(again)).get("/").status_code == 200
    dispose(again._own.app)
    dispose(again._served.app)


def test_instance_in_use_hides_the_demonstration(switch: Switch, tmp_path: Path) -> None:
    opened(switch, Browser(switch))
    with switch._own.app.app_context():
        small()
        db.session.commit()
    again = Switch(Settings(instance=tmp_path / "instance", testing=True))
    assert not again.shows_demonstration
    dispose(again._own.app)


def test_demonstration_is_deleted_by_its_admin(switch: Switch) -> None:
    browser = Browser(switch)
    opened(switch, browser)
    asked = admin(browser).get("/setup/demonstration/delete")
    assert asked.status_code == 200
    assert not check_html(asked.get_data(as_text=True), switch._served.app)
    assert folder(switch).exists()
    answer = form(browser, "/setup/demonstration/delete", "/setup/demonstration/delete")
    assert answer.status_code == 303
    assert not folder(switch).exists()
    assert not switch.shows_demonstration
    assert browser.get(answer.headers["Location"]).status_code == 200
    assert opened(switch, browser).status_code == 200


def test_demonstration_is_not_deleted_by_a_stranger(switch: Switch) -> None:
    browser = Browser(switch)
    opened(switch, browser)
    answer = browser.get("/setup/demonstration/delete")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login")
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/login").get_data(as_text=True))
    assert token
    browser.post("/setup/demonstration/delete", data={"csrf_token": token[1]})
    assert folder(switch).exists()


def test_folder_stays_until_the_last_answer_is_given(switch: Switch) -> None:
    opened(switch, Browser(switch))
    reading = Browser(switch).get("/login", buffered=False)
    switch.close_demonstration()
    assert folder(switch).exists()
    assert "csrf_token" in reading.get_data(as_text=True)
    reading.close()
    assert not folder(switch).exists()


def test_two_at_once_make_one_demonstration(switch: Switch) -> None:
    made: list[Opened | None] = []
    threads = [threading.Thread(target=lambda: made.append(switch.open_demonstration(small))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one is None for one in made) == [False, True]


def test_demonstration_that_fails_leaves_nothing_to_serve(switch: Switch) -> None:
    def broken(_password: str | None) -> Opened:
        small()
        raise ValueError("the disk is full")

    with pytest.raises(ValueError, match="disk"):
        switch.open_demonstration(broken)
    assert not switch.shows_demonstration
    assert not holds_demonstration(folder(switch))
    assert switch.open_demonstration(small) is not None


def test_clock_of_the_server_does_not_follow_the_demonstration(switch: Switch) -> None:
    seen = []

    def slow(password: str | None) -> Opened:
        with clock.at(clock.now().replace(year=2001)):
            other = threading.Thread(target=lambda: seen.append(clock.now().year))
            other.start()
            other.join()
            return small(password)

    switch.open_demonstration(slow)
    assert seen
    assert seen[0] > 2001
