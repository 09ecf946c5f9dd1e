"""A form that comes after the log-in has expired: given back to its person, carried out for nobody."""

from __future__ import annotations

import shutil
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask, render_template_string, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from mono_web.accounts.models import Person
from mono_web.app import create_app
from mono_web.config import Settings
from mono_web.core import access, clock
from mono_web.core.db import db
from mono_web.core.forms import Form, LineField, TextField
from tests import factories as make
from tests.accounts.conftest import PASSWORD, form_fields, verbs
from tests.client import Client, texts
from tests.conftest import Ground

SHORT = "Linje en\r\n\r\n<b>linje</b> to"
LONG = ("Han sa \"ja\" & <b>nei</b> æøå ÆØÅ – 'så'\r\n\r\n  innrykk </textarea> {{ 7 * 7 }}\r\n" * 1400)[:100_000]
AGAIN = "You are logged in again. Check the text and send it."
PAGE = """{% extends "core/layout.html" %}{% from "core/_fields.html" import text, hidden_all %}
{% block title %}Held{% endblock %}{% block main %}<h1>Held</h1>
<form method="post" action="/held?way=a%26b">{{ hidden_all(form) }}{{ text(form.title) }}{{ text(form.text) }}
{% for name in names %}<input type="hidden" name="name" value="{{ name }}">{% endfor %}</form>{% endblock %}"""
sent: list[str] = []


class HeldForm(Form):
    """A text, and a field that comes several times."""

    title = LineField("Title")
    text = TextField("Text")


@access.requires(access.logged_in)
def held() -> ResponseReturnValue:
    """A form as any view has one."""
    form = HeldForm()
    if not form.validate_on_submit():
        page = render_template_string(PAGE, form=form, names=request.form.getlist("name"))
        return page, 422 if request.method == "POST" else 200
    access.begin_write()
    sent.append(form.text.data or "")
    return "", 204


@access.requires(access.logged_in)
def pressed(number: int) -> ResponseReturnValue:
    """A button without a form."""
    access.begin_write()
    sent.append(str(number))
    return "", 204


@access.requires(lambda viewer: viewer.has("mentor"))
def for_mentors() -> ResponseReturnValue:
    """A view that not everybody may use."""
    return "", 204


@pytest.fixture(scope="module")
def held_app(ground: Ground, password_hash: str, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """An application of its own, since it has these views; the people have a password."""
    settings = Settings(instance=tmp_path_factory.mktemp("held"), testing=True)
    shutil.copy(ground.peopled, settings.database)
    app = create_app(settings)
    app.add_url_rule("/held", view_func=held, methods=["GET", "POST"])
    app.add_url_rule("/held/<int:number>/press", view_func=pressed, methods=["POST"])
    app.add_url_rule("/mentors", view_func=for_mentors, methods=["POST"])
    with app.app_context():
        for person in db.session.query(Person):
            person.password_hash = password_hash
        db.session.commit()
    return app


@pytest.fixture
def browser(held_app: Flask) -> Client:
    """The broker's browser."""
    sent.clear()
    return Client(held_app, make.BROKER)


def expire(browser: Client) -> None:
    """The cookie is gone, as after twelve hours."""
    browser.http.delete_cookie("mono")


def send(browser: Client, address: str, fields: MultiDict[str, str] | None = None) -> TestResponse:
    """A form of a page that was shown before; its token is the one of that time."""
    data = MultiDict(fields or {})
    data["csrf_token"] = browser.token()
    expire(browser)
    return browser._checked(browser.http.post(address, data=data, headers={"Accept-Language": "en"}), False)


def log_in(browser: Client, page: TestResponse, email: str = make.BROKER, password: str = PASSWORD) -> TestResponse:
    """Fill in the log-in page and send all its fields."""
    data = MultiDict(form_fields(page, "/login"))
    data["email"], data["password"] = email, password
    return browser._checked(browser.http.post("/login", data=data), False)


def filled(text: str = SHORT) -> MultiDict[str, str]:
    return MultiDict([("title", 'En "tittel"'), ("text", text), ("name", "a"), ("name", "b,c"), ("name", "a")])


def test_form_comes_back_as_it_was(browser: Client) -> None:
    page = send(browser, "/held?way=a%26b", filled(LONG))
    assert page.status_code == 401
    assert "not sent, and not lost" in texts(page)
    answer = log_in(browser, page)
    assert answer.status_code == 200
    assert AGAIN in texts(answer)
    back = MultiDict(form_fields(answer, "/held?way=a%26b"))
    assert back["text"] == LONG
    assert back["title"] == 'En "tittel"'
    assert back.getlist("name") == ["a", "b,c", "a"]
    assert sent == []
    done = browser.http.post("/held?way=a%26b", data=back)
    assert done.status_code == 204
    assert len(sent) == 1
    assert "logged in" in verbs(browser.app)


def test_form_comes_back_from_a_log_in_that_grew_too_old(browser: Client) -> None:
    data = MultiDict([*filled().items(multi=True), ("csrf_token", browser.token())])
    with clock.at(clock.now() + timedelta(days=15)):
        page = browser.http.post("/held", data=data, headers={"Accept-Language": "en"})
        assert page.status_code == 401
        answer = log_in(browser, page)
        assert answer.status_code == 200
        assert MultiDict(form_fields(answer, "/held?way=a%26b"))["text"] == SHORT
    assert sent == []


def test_wrong_password_keeps_the_fields(browser: Client) -> None:
    page = send(browser, "/held", filled())
    for password in ("feil passord her", "enda et feil passord"):
        page = log_in(browser, page, password=password)
        assert page.status_code == 422
    back = MultiDict(form_fields(log_in(browser, page), "/held?way=a%26b"))
    assert back["text"] == SHORT
    assert back.getlist("name") == ["a", "b,c", "a"]


def test_old_log_in_page_keeps_the_fields(browser: Client) -> None:
    """The log-in page itself became too old, since somebody logged in in another tab."""
    page = send(browser, "/held", filled())
    expire(browser)
    page = log_in(browser, page)
    assert page.status_code == 422
    back = MultiDict(form_fields(log_in(browser, page), "/held?way=a%26b"))
    assert back["text"] == SHORT


def test_another_person_gets_none_of_it(browser: Client) -> None:
    page = send(browser, "/held", filled("Bare for meg selv"))
    answer = log_in(browser, page, make.MENTOR)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Bare for meg selv" not in texts(browser.get("/profile"))
    assert sent == []


@pytest.mark.parametrize("token", ["", "x~y", "x~IjEi.forged", "~"])
def test_form_without_a_signature_is_nobodys(browser: Client, token: str) -> None:
    page = send(browser, "/held", filled("Bare for meg selv"))
    data = MultiDict(form_fields(page, "/login"))
    data["email"], data["password"], data["held_token"] = make.BROKER, PASSWORD, token
    assert browser.http.post("/login", data=data).headers["Location"] == "/"


@pytest.mark.parametrize("url", ["//evil.example/held", "https://evil.example/held", "/nowhere", "/admin/"])
def test_held_address_stays_here(browser: Client, url: str) -> None:
    page = send(browser, "/held", filled())
    data = MultiDict(form_fields(page, "/login"))
    data["email"], data["password"], data["held_url"] = make.BROKER, PASSWORD, url
    assert browser.http.post("/login", data=data).headers["Location"] == "/"


def test_passwords_are_not_held(browser: Client) -> None:
    page = send(
        browser, "/profile/password", MultiDict({"old_password": "gammelt ord", "password": "nytt og langt ord"})
    )
    assert page.status_code == 401
    assert "gammelt ord" not in page.get_data(as_text=True)
    assert "nytt og langt ord" not in page.get_data(as_text=True)


def test_files_are_not_held(browser: Client) -> None:
    token = browser.token()
    expire(browser)
    with browser.app.test_client() as http:
        data = {"csrf_token": token, "title": "Med vedlegg", "file": (BytesIO(b"PDF"), "a.pdf")}
        page = http.post("/held", data=data, content_type="multipart/form-data")
    names = [name for name, _ in form_fields(page, "/login")]
    assert "held.title" in names
    assert "held.file" not in names


def test_button_says_that_nothing_was_sent(browser: Client) -> None:
    answer = log_in(browser, send(browser, "/held/7/press"))
    assert answer.status_code == 200
    assert "Nothing was sent" in texts(answer)
    assert 'class="ds-button" href="/held"' in answer.get_data(as_text=True)
    assert AGAIN not in texts(answer)
    assert sent == []


def test_text_of_a_button_is_handed_out(browser: Client) -> None:
    """A view that reads its text without a form: the page says nothing was sent, and here is the text."""
    page = send(browser, "/held/7/press", MultiDict({"reason": "Hva er det konkret dere ikke vet?", "op_id": "x" * 50}))
    answer = log_in(browser, page)
    assert answer.status_code == 200
    assert "Hva er det konkret dere ikke vet?" in texts(answer)
    assert "x" * 50 not in texts(answer)
    assert sent == []


def test_text_is_handed_out_when_the_right_is_gone(browser: Client) -> None:
    answer = log_in(browser, send(browser, "/mentors", MultiDict({"text": "Skrevet mens jeg ennå var mentor"})))
    assert answer.status_code == 200
    assert "Skrevet mens jeg ennå var mentor" in texts(answer)


def test_htmx_form_without_login_is_left_alone(browser: Client) -> None:
    token = browser.token()
    expire(browser)
    answer = browser.http.post("/held", data={"csrf_token": token, "text": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert "Location" not in answer.headers


# --- logged in, but the page is old -------------------------------------------------------------------------


def test_old_token_of_the_same_person(browser: Client) -> None:
    token = browser.token()
    browser.login(make.BROKER)
    answer = browser.post("/held", {"text": "Skrevet i går", "csrf_token": token})
    assert answer.status_code == 422
    assert "too old to send" in texts(answer)
    back = dict(form_fields(answer, "/held?way=a%26b"))
    assert back["text"] == "Skrevet i går"
    assert sent == []
    assert browser.http.post("/held", data=back).status_code == 204


def test_old_token_of_another_person(browser: Client) -> None:
    token = browser.token()
    browser.login(make.MENTOR)
    answer = browser.post("/held", {"text": "Bare for meg selv", "csrf_token": token})
    assert answer.status_code == 422
    assert "Bare for meg selv" not in answer.get_data(as_text=True)
    assert sent == []


def test_old_token_at_a_button(browser: Client) -> None:
    token = browser.token()
    browser.login(make.BROKER)
    answer = browser.post("/held/7/press", {"csrf_token": token})
    assert answer.status_code == 422
    assert "Nothing was sent" in texts(answer)
    assert sent == []
