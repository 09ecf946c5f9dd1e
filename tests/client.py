"""The test client: logs people in, fills in tokens, and checks every HTML answer of every test."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Flask, session
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from mono_web.accounts import actions, queries
from mono_web.core import access
from mono_web.core.db import db
from tests.html import check_html

# A page that gives two megabytes of text back would keep the parser busy for a minute.
LARGEST_CHECKED = 500_000
PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


class Client:
    """One person's browser.

    `login(email)` begins a real log-in (without the password's hashing). `post` fetches nothing beforehand: it
    makes the form's token itself, as the page would have carried it; pass `csrf_token=""` to go without.
    """

    def __init__(self, app: Flask, email: str | None = None) -> None:
        self.app = app
        self.http: FlaskClient = app.test_client()
        self.email: str | None = None
        self._token: tuple[str, str] | None = None
        if email:
            self.login(email)

    def login(self, email: str) -> Client:
        """Log this person in."""
        with self.app.test_request_context():
            person = queries.person_by_email(email)
            assert person is not None, f"no account {email}"
            token = actions.begin_session(person)
            db.session.commit()
        with self.http.session_transaction() as cookie:
            cookie.clear()
            cookie["_user_id"] = token
            cookie["_fresh"] = True
            cookie.permanent = True
        self.email = email
        return self

    def token(self) -> str:
        """The token that a page shown to this person now would carry: the same as long as the cookie is."""
        if not self._token or self._cookie() != self._token[0]:
            made = self._make_token()
            self._token = (self._cookie(), made)
        return self._token[1]

    def _cookie(self) -> str:
        cookie = self.http.get_cookie(self.app.config["SESSION_COOKIE_NAME"])
        return cookie.value if cookie else ""

    def _make_token(self) -> str:
        with self.http.session_transaction() as cookie:
            kept = dict(cookie)
        with self.app.test_request_context():
            session.update(kept)
            made = access.form_token()
            kept = dict(session)
        with self.http.session_transaction() as cookie:
            cookie.update(kept)
        return made

    def get(self, address: str, *, partial: bool = False, **rest: Any) -> TestResponse:
        """GET, as a page or as htmx would ask for a part."""
        headers = {**(PARTIAL if partial else {}), **rest.pop("headers", {})}
        return self._checked(self.http.get(address, headers=headers, **rest), partial)

    def post(
        self, address: str, data: dict[str, Any] | None = None, *, partial: bool = False, **rest: Any
    ) -> TestResponse:
        """POST a form with its token and an `op_id` of its own."""
        headers = {**(PARTIAL if partial else {}), **rest.pop("headers", {})}
        fields = {"csrf_token": self.token() if self.email else "", "op_id": str(uuid4()), **(data or {})}
        return self._checked(self.http.post(address, data=fields, headers=headers, **rest), partial)

    def follow(self, response: TestResponse) -> TestResponse:
        """The page a redirect leads to."""
        assert response.status_code in (302, 303), response.status_code
        parts = urlsplit(response.headers["Location"])
        return self.get(parts.path + (f"?{parts.query}" if parts.query else ""))

    def _checked(self, response: TestResponse, partial: bool) -> TestResponse:
        if response.mimetype == "text/html" and response.status_code not in (204, 301, 302, 303):
            body = response.get_data(as_text=True)
            if 0 < len(body) < LARGEST_CHECKED:
                problems = check_html(body, self.app, partial=partial and "<html" not in body)
                assert not problems, f"{response.request.path}: " + "; ".join(problems)
        return response


def texts(response: TestResponse) -> str:
    """The words of an answer, without tags: for looking for sentences."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", response.get_data(as_text=True), flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))
