"""The own profile over HTTP."""

from __future__ import annotations

import pytest
from flask import Flask

from mono_web.accounts import actions, queries
from mono_web.accounts.actions import logins
from tests import factories as make
from tests.accounts.conftest import NEW_PASSWORD, PASSWORD, stored, verbs
from tests.client import Client, texts
from tests.factories import World

SETTINGS = {"lang": "nn", "color_scheme": "dark"}


@pytest.fixture
def broker(app: Flask, world: World) -> Client:
    return Client(app, make.BROKER)


def test_profile_shows_settings_and_roles(broker: Client) -> None:
    page = broker.get("/profile")
    assert "ACT Cluster, MoNo" in texts(page)
    assert broker.get("/profile", partial=True).get_data(as_text=True).startswith("<form")


def test_profile_needs_a_log_in(client: Client) -> None:
    answer = client.get("/profile")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/profile")


def test_settings_are_saved(app: Flask, broker: Client) -> None:
    assert broker.post("/profile", SETTINGS).headers["Location"] == "/profile"
    with stored(app, make.BROKER) as person:
        assert (person.lang, person.color_scheme, person.shortcuts) == ("nn", "dark", False)
    page = broker.get("/profile").get_data(as_text=True)
    assert '<html lang="nn" data-color-scheme="dark"' in page
    assert 'data-shortcuts="off"' in page
    broker.post("/profile", {"lang": "", "color_scheme": "auto", "shortcuts": "y"})
    with stored(app, make.BROKER) as person:
        assert (person.lang, person.color_scheme, person.shortcuts) == (None, None, True)


def test_settings_by_htmx(broker: Client) -> None:
    answer = broker.post("/profile", SETTINGS, partial=True)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/profile")
    wrong = broker.post("/profile", {**SETTINGS, "lang": "xx"}, partial=True)
    assert wrong.status_code == 422
    assert 'id="profile_form"' in wrong.get_data(as_text=True)


@pytest.mark.parametrize("wrong", [{"lang": "xx"}, {"color_scheme": "pink"}, {"color_scheme": ""}])
def test_unknown_choice(broker: Client, wrong: dict[str, str]) -> None:
    answer = broker.post("/profile", {**SETTINGS, **wrong})
    assert answer.status_code == 422
    assert "Choose one of the possibilities" in texts(answer)


def test_change_of_password(app: Flask, broker: Client, passwords: None) -> None:
    other = Client(app, make.BROKER)
    assert broker.get("/profile/password").status_code == 200
    assert 'id="password_form"' in broker.get("/profile/password", partial=True).get_data(as_text=True)
    answer = broker.post("/profile/password", {"old_password": PASSWORD, "password": NEW_PASSWORD})
    assert answer.headers["Location"] == "/profile"
    assert broker.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 303
    assert verbs(app)[-1] == "password changed"
    with app.app_context():
        actions.check_password(make.BROKER, NEW_PASSWORD, "")


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [("feil passord her", NEW_PASSWORD, "The present password is wrong"), (PASSWORD, "kort", "at least 12")],
)
@pytest.mark.parametrize("partial", [False, True])
def test_refused_password(
    app: Flask, broker: Client, passwords: None, old: str, new: str, sentence: str, partial: bool
) -> None:
    with app.app_context():
        before = queries.account_by_email(make.BROKER)
    answer = broker.post("/profile/password", {"old_password": old, "password": new}, partial=partial)
    assert answer.status_code == 422
    assert sentence in texts(answer)
    with app.app_context():
        assert queries.account_by_email(make.BROKER) == before


def test_guessing_the_present_password_is_throttled(
    broker: Client, passwords: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logins, "_verify", lambda *_: False)
    for _ in range(10):
        broker.post("/profile/password", {"old_password": "feil passord her", "password": NEW_PASSWORD})
    answer = broker.post("/profile/password", {"old_password": PASSWORD, "password": NEW_PASSWORD})
    assert answer.status_code == 429
    assert "Too many attempts" in texts(answer)
