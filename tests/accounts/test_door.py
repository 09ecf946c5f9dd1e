"""The door over HTTP: log-in, log-out, forgotten passwords, links, language."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mono_web.accounts import actions
from mono_web.accounts.actions import logins
from mono_web.accounts.models import LoginSession
from mono_web.core import clock
from mono_web.core.db import db
from tests import factories as make
from tests.accounts.conftest import NEW_PASSWORD, PASSWORD, form_fields, stored, verbs
from tests.client import Client, texts
from tests.factories import World

WRONG = "E-mail or password is wrong."
ENGLISH = {"Accept-Language": "en"}


def try_login(
    client: Client,
    email: str = make.BROKER,
    password: str = PASSWORD,
    headers: dict[str, str] | None = None,
    **more: str,
) -> TestResponse:
    """As a person does it: with the token of the page."""
    data = {"email": email, "password": password, "csrf_token": client.token(), **more}
    return client.post("/login", data, headers={**ENGLISH, **(headers or {})})


def test_log_in_and_out(app: Flask, client: Client, passwords: None) -> None:
    page = client.get("/login?next=/profile", headers=ENGLISH)
    assert page.status_code == 200
    assert ("next", "/profile") in form_fields(page, "/login")
    answer = try_login(client, next="/profile")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/profile")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert "Expires" in answer.headers["Set-Cookie"]
    assert "Ingrid Megler" in texts(client.get("/profile"))
    assert "Ingrid Megler" in texts(client.get("/login"))
    client.email = make.BROKER
    assert client.get("/logout").status_code == 200
    assert client.get("/profile").status_code == 200
    assert client.post("/logout").headers["Location"] == "/login"
    assert client.get("/profile").status_code == 303
    assert verbs(app)[-2:] == ["logged in", "logged out"]


def test_head_of_logout_does_nothing(client: Client) -> None:
    client.login(make.BROKER)
    assert client.http.head("/logout").status_code == 200
    assert client.get("/profile").status_code == 200


def test_old_cookie_is_dead_after_log_out(app: Flask, client: Client) -> None:
    """The row ends, not only the cookie."""
    client.login(make.BROKER)
    with client.http.session_transaction() as cookie:
        kept = dict(cookie)
    client.post("/logout")
    with client.http.session_transaction() as cookie:
        cookie.update(kept)
    assert client.get("/profile").status_code == 303


@pytest.mark.parametrize("email", [make.BROKER, "ingen@mono.test", ""])
def test_wrong_answer(app: Flask, client: Client, passwords: None, email: str) -> None:
    answer = try_login(client, email, "feil passord her")
    assert answer.status_code == 422
    assert WRONG in texts(answer)
    assert f'value="{email}"' in answer.get_data(as_text=True)
    assert "feil passord her" not in answer.get_data(as_text=True)
    assert verbs(app)[-1] == "log-in failed"
    assert client.get("/profile").status_code == 303


def test_throttled(client: Client, passwords: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "_verify", lambda *_: False)  # ten real ones take a second
    for _ in range(10):
        try_login(client, password="feil passord her")
    answer = try_login(client)
    assert answer.status_code == 429
    assert "Too many attempts" in texts(answer)


@pytest.mark.parametrize(
    "way",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
        "/login?next=/login",
    ],
)
def test_no_open_redirect(client: Client, passwords: None, way: str) -> None:
    page = client.get("/login", query_string={"next": way})
    assert ("next", "/") in form_fields(page, "/login")
    assert try_login(client, next=way).headers["Location"] == "/"
    client.http.delete_cookie("mono")
    assert client.get("/language/nn", query_string={"next": way}).headers["Location"] == "/login"


def test_other_person_takes_over_the_browser(client: Client, passwords: None) -> None:
    client.login(make.BROKER)
    with client.http.session_transaction() as cookie:
        before = dict(cookie)
    assert try_login(client, make.MENTOR).status_code == 303
    assert "Marit Mentor" in texts(client.get("/profile"))
    with client.http.session_transaction() as cookie:
        cookie.clear()
        cookie.update(before)
    assert client.get("/profile").status_code == 303


def test_log_in_changes_the_token(client: Client, passwords: None) -> None:
    """What a stranger planted before the log-in is worth nothing after it."""
    client.token()
    with client.http.session_transaction() as cookie:
        before = cookie["csrf_token"]
    try_login(client)
    with client.http.session_transaction() as cookie:
        assert cookie.get("csrf_token") != before
        assert cookie.permanent


def test_old_log_in_page_is_shown_again(client: Client, passwords: None) -> None:
    answer = try_login(client, csrf_token="old~token")
    assert answer.status_code == 422
    assert f'value="{make.BROKER}"' in answer.get_data(as_text=True)
    assert client.get("/profile").status_code == 303


DIALOG = {"HX-Request": "true", "HX-Request-Type": "partial", "X-Login-Dialog": "1"}


def test_dialog(app: Flask, client: Client, passwords: None) -> None:
    answer = try_login(client, headers=DIALOG)
    assert (answer.status_code, answer.get_data()) == (204, b"")
    with stored(app, make.BROKER) as person:
        assert answer.headers["X-User"] == str(person.id)
    token = answer.headers["X-CSRFToken"]
    saved = client.post("/language", {"lang": "nn", "csrf_token": token})
    assert saved.status_code == 303
    with stored(app, make.BROKER) as person:
        assert person.lang == "nn"


def test_dialog_says_what_is_wrong(client: Client, passwords: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "_verify", lambda *_: False)
    answer = try_login(client, password="feil passord her", headers=DIALOG)
    assert (answer.status_code, answer.json) == (422, {"error": WRONG})
    for _ in range(9):
        try_login(client, password="feil passord her", headers=DIALOG)
    answer = try_login(client, headers=DIALOG)
    assert answer.status_code == 429
    assert "Too many attempts" in (answer.json or {})["error"]


def test_dialog_with_old_token(client: Client, passwords: None) -> None:
    """Not JSON: the script fetches a token and sends once more."""
    answer = try_login(client, headers=DIALOG, csrf_token="old")
    assert answer.status_code == 422
    assert answer.mimetype == "text/html"


def test_forgotten_password_says_whom_to_ask(client: Client) -> None:
    assert "administrator" in texts(client.get("/forgot", headers=ENGLISH))


# --- links --------------------------------------------------------------------------------------------------


def make_link(app: Flask, email: str = make.BROKER) -> str:
    with stored(app, email) as person:
        return f"/link/{actions.make_link(person, None)}"


def test_link(app: Flask, client: Client, passwords: None) -> None:
    elsewhere = Client(app, make.BROKER)
    way = make_link(app)
    for _ in range(2):
        page = client.get(way, headers=ENGLISH)
        assert client.http.head(way).status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert make.BROKER in texts(page)
    short = client.post(way, {"password": "kort", "csrf_token": client.token()}, headers=ENGLISH)
    assert short.status_code == 422
    assert "12 characters" in texts(short)
    answer = client.post(way, {"password": NEW_PASSWORD, "csrf_token": client.token()}, headers=ENGLISH)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
    assert "The password is set" in texts(client.get("/login", headers=ENGLISH))
    assert elsewhere.get("/profile").status_code == 303
    assert verbs(app)[-2:] == ["password changed", "password link used"]
    assert try_login(client).status_code == 422
    assert try_login(client, password=NEW_PASSWORD).status_code == 303
    assert "set with a link" in texts(client.get("/profile"))
    assert "set with a link" not in texts(client.get("/profile"))


def test_dead_links_are_alike(app: Flask, client: Client, passwords: None) -> None:
    used, old = make_link(app), make_link(app, make.MENTOR)
    client.post(used, {"password": NEW_PASSWORD, "csrf_token": client.token()})
    client.get("/login")  # says that the password is set, once
    with clock.at(clock.now() + timedelta(hours=73)):
        pages = [client.get(way, headers=ENGLISH) for way in (used, old, "/link/unknown")]
        posted = client.post(old, {"password": NEW_PASSWORD, "csrf_token": client.token()})
    assert {page.status_code for page in [*pages, posted]} == {404}
    assert "The link is used or too old." in texts(pages[0])
    bodies = {page.get_data(as_text=True).split("<main")[1].split('<p class="small sep">')[0] for page in pages}
    assert len(bodies) == 1
    assert {page.headers["Referrer-Policy"] for page in pages} == {"no-referrer"}
    with stored(app, make.MENTOR) as person:
        assert person.link_used_at is None
    assert verbs(app)[-1] == "password link refused"


def test_link_page_with_old_token_is_shown_again(app: Flask, client: Client, passwords: None) -> None:
    way = make_link(app)
    assert client.post(way, {"password": NEW_PASSWORD, "csrf_token": "old"}).status_code == 422
    assert client.get(way).status_code == 200


# --- language -----------------------------------------------------------------------------------------------


def test_language_of_a_stranger(client: Client, passwords: None) -> None:
    assert '<html lang="en"' in client.get("/login", headers=ENGLISH).get_data(as_text=True)
    answer = client.get("/language/nn?next=/forgot", headers=ENGLISH)
    assert answer.headers["Location"] == "/forgot"
    assert '<html lang="nn"' in client.get("/login", headers=ENGLISH).get_data(as_text=True)
    client.get("/language/xx")
    assert '<html lang="nn"' in client.get("/login", headers=ENGLISH).get_data(as_text=True)


def test_language_of_a_person_is_stored(app: Flask, client: Client) -> None:
    client.login(make.BROKER)
    page = client.get("/language/nn?next=/profile")
    assert page.status_code == 200
    assert 'name="next" value="/profile"' in page.text
    with stored(app, make.BROKER) as person:
        assert person.lang == "en"
    answer = client.post("/language", {"lang": "nn", "next": "/profile"})
    assert answer.headers["Location"] == "/profile"
    client.post("/language", {"lang": "xx"})
    assert '<html lang="nn"' in client.get("/profile").get_data(as_text=True)


def test_language_survives_the_log_in(app: Flask, client: Client, passwords: None) -> None:
    with stored(app, make.BROKER) as person:
        person.lang = None
    client.get("/language/nn", headers=ENGLISH)
    try_login(client)
    assert '<html lang="nn"' in client.get("/profile", headers=ENGLISH).get_data(as_text=True)


def test_ended_role_and_closed_account_count_at_once(app: Flask, client: Client, world: World) -> None:
    client.login(make.LEAD)
    assert client.get("/admin/").status_code == 200
    with stored(app, make.LEAD) as person:
        actions.end_role(person.roles[0], clock.today() - timedelta(days=1))
    assert client.get("/admin/").status_code == 403
    with stored(app, make.LEAD) as person:
        actions.disable(person)
    assert client.get("/profile").status_code == 303
    with app.app_context():
        assert db.session.query(LoginSession).filter_by(ended_at=None).count() == 0
