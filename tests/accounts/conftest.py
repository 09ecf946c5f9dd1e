"""What the tests of accounts share: people with a password, a page as a browser reads it, a clean throttle."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from mono_web.accounts import actions
from mono_web.accounts.models import Person
from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from tests import factories as make
from tests.factories import World
from tests.html import parse

PASSWORD = "en hest og et batteri"
NEW_PASSWORD = "to hester og en stemmegaffel"


@pytest.fixture(autouse=True)
def _no_failures_yet() -> Iterator[None]:
    """The throttle is shared by the process."""
    actions.forget_failures()
    yield
    actions.forget_failures()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Hashing is slow on purpose: once is enough."""
    return actions.hash_password(PASSWORD)


@pytest.fixture
def passwords(app: Flask, world: World, password_hash: str) -> None:
    """Every named person has the password."""
    with app.app_context():
        for person in db.session.query(Person):
            person.password_hash = password_hash
        db.session.commit()


@contextmanager
def stored(app: Flask, email: str) -> Iterator[Person]:
    """The account as it is in the database; what is changed in it is kept."""
    with app.app_context():
        yield make.person(email)
        db.session.commit()


def id_of(app: Flask, email: str) -> int:
    """The id of a named person."""
    with app.app_context():
        return make.person(email).id


def verbs(app: Flask) -> list[str]:
    """What the audit log says was done, oldest first."""
    with app.app_context():
        return [line.verb for line in db.session.query(AuditLine).order_by(AuditLine.id)]


def form_fields(response: TestResponse, action: str) -> list[tuple[str, str]]:
    """The inputs of the form with this action, in order, as a browser would send them."""
    root = parse(response.get_data(as_text=True))
    form = next(form for form in root.iter("form") if form.get("action") == action)
    fields = []
    for element in form.iter():
        name = element.get("name") if element.tag in ("input", "textarea") else None
        if name:
            value = element.text or "" if element.tag == "textarea" else element.get("value", "")
            fields.append((name, value.replace("\r\n", "\n").replace("\n", "\r\n")))
    return fields
