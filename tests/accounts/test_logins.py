"""Passwords, log-ins and links, without the web."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask

from mono_web.accounts import actions, queries
from mono_web.accounts.actions import logins
from mono_web.core import clock
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from tests import factories as make
from tests.accounts.conftest import NEW_PASSWORD, PASSWORD
from tests.factories import World

HERE = "192.0.2.1"


@pytest.fixture(autouse=True)
def _context(app: Flask, world: World, passwords: None) -> Iterator[None]:
    with app.app_context():
        yield


class CountingHasher(PasswordHasher):
    """The real one, which also counts its verifications."""

    verified = 0

    def verify(self, *given: Any) -> bool:  # type: ignore[override]
        CountingHasher.verified += 1
        return super().verify(*given)


def fail(email: str = make.BROKER, address: str = HERE) -> None:
    with pytest.raises(DomainError) as error:
        actions.check_password(email, "feil passord her", address)
    assert not isinstance(error.value, actions.TooManyAttempts)


def test_right_password_begins_log_in() -> None:
    checked = actions.check_password(f"  {make.BROKER.upper()} ", PASSWORD, HERE)
    token, told = actions.log_in(checked)
    person = queries.viewer_for(token)
    assert person is not None
    assert (person.email, told) == (make.BROKER, None)


@pytest.mark.parametrize("case", ["known", "wrong", "unknown", "disabled", "without", "empty"])
def test_every_path_verifies_once(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    person = make.person(make.BROKER)
    if case == "disabled":
        person.disabled_at = clock.now()
    if case == "without":
        person.password_hash = None
    db.session.commit()
    monkeypatch.setattr(logins, "_hasher", CountingHasher(time_cost=2, memory_cost=19_456, parallelism=1))
    before = CountingHasher.verified
    email = {"unknown": "ingen@mono.test", "empty": ""}.get(case, make.BROKER)
    sentences = []
    try:
        actions.check_password(email, "feil passord her" if case == "wrong" else PASSWORD, HERE)
    except DomainError as error:
        sentences.append(str(error.sentence))
    assert CountingHasher.verified == before + 1
    assert sentences == ([] if case == "known" else ["E-mail or password is wrong."])


def test_only_failures_count(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as quick:
        quick.setattr(logins, "_verify", lambda *_: True)
        for _ in range(12):
            actions.check_password(make.BROKER, PASSWORD, HERE)
        quick.setattr(logins, "_verify", lambda *_: False)
        for _ in range(10):
            fail()
    with pytest.raises(actions.TooManyAttempts):
        actions.check_password(make.BROKER, PASSWORD, "192.0.2.9")
    actions.check_password(make.MENTOR, PASSWORD, HERE)


def test_unknown_account_is_throttled_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "_verify", lambda *_: False)
    for _ in range(10):
        fail("ingen@mono.test")
    with pytest.raises(actions.TooManyAttempts):
        actions.check_password("Ingen@mono.test ", PASSWORD, HERE)


def test_address_is_throttled_for_accounts_that_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "_verify", lambda *_: False)  # 30 real ones take seconds
    for number in range(29):
        fail(f"{number}@mono.test")
    fail()
    with pytest.raises(actions.TooManyAttempts):
        actions.check_password(make.BROKER, PASSWORD, HERE)


def test_others_at_the_same_address_are_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as quick:
        quick.setattr(logins, "_verify", lambda *_: False)
        for number in range(30):
            fail(f"{number}@mono.test")
        fail("another@mono.test")
        with pytest.raises(actions.TooManyAttempts):
            actions.check_password("another@mono.test", PASSWORD, HERE)
    actions.check_password(make.BROKER, PASSWORD, HERE)


def test_attempts_at_the_same_time_share_what_is_left(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sixteen at once: all have looked at the counter before the first has failed, and yet ten are checked."""
    monkeypatch.setattr(logins, "_hashing", ThreadPoolExecutor(max_workers=16))
    checked: list[str] = []
    settled = threading.Barrier(17)

    def verify(_stored: str, _password: str) -> bool:
        checked.append("one")
        settled.wait(30)
        return False

    def attempt() -> type[DomainError]:
        with app.app_context(), pytest.raises(DomainError) as met:
            actions.check_password(make.BROKER, "feil passord her", HERE)
        if met.type is actions.TooManyAttempts:
            settled.wait(30)
        return met.type

    monkeypatch.setattr(logins, "_verify", verify)
    with ThreadPoolExecutor(max_workers=16) as people:
        asked = [people.submit(attempt) for _ in range(16)]
        settled.wait(30)
        met = [one.result() for one in asked]
    db.session.remove()
    db.engine.dispose()  # sixteen connections, which no other test expects
    assert (len(checked), met.count(actions.TooManyAttempts)) == (10, 6)
    assert logins._under_way == {}


def test_right_password_gives_its_attempt_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logins, "_verify", lambda *_: False)
    for _ in range(9):
        fail()
    monkeypatch.setattr(logins, "_verify", lambda *_: True)
    for _ in range(3):
        actions.check_password(make.BROKER, PASSWORD, HERE)
    assert logins._under_way == {}


def test_log_in_ends_after_two_weeks_however_much_it_is_used() -> None:
    begun = clock.now()
    token = actions.begin_session(make.person(make.BROKER))
    with clock.at(begun + timedelta(days=13, hours=23)):
        assert queries.viewer_for(token) is not None
    with clock.at(begun + timedelta(days=14, minutes=1)):
        assert queries.viewer_for(token) is None


def test_old_hash_is_renewed() -> None:
    person = make.person(make.BROKER)
    person.password_hash = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    old = person.password_hash
    db.session.commit()
    actions.log_in(actions.check_password(make.BROKER, PASSWORD, HERE))
    assert person.password_hash != old
    assert "m=19456,t=2,p=1" in person.password_hash
    assert actions.check_password(make.BROKER, PASSWORD, HERE).renewed is None


def test_account_closed_meanwhile_is_not_let_in() -> None:
    checked = actions.check_password(make.BROKER, PASSWORD, HERE)
    actions.disable(make.person(make.BROKER))
    with pytest.raises(DomainError):
        actions.log_in(checked)


@pytest.mark.parametrize("password", ["kort", "a" * 201, ""])
def test_password_length(password: str) -> None:
    with pytest.raises(DomainError) as error:
        actions.hash_password(password)
    assert error.value.field == "password"


def test_change_of_password_keeps_this_session() -> None:
    person = make.person(make.BROKER)
    here, there = actions.begin_session(person), actions.begin_session(person)
    actions.change_password(person, actions.hash_password(NEW_PASSWORD), keep_token=here)
    assert queries.viewer_for(here) is not None
    assert queries.viewer_for(there) is None


def test_link_sets_password_once() -> None:
    person = make.person(make.BROKER)
    session = actions.begin_session(person)
    token = actions.make_link(person, None)
    new_hash = actions.hash_password(NEW_PASSWORD)
    actions.use_link(token, new_hash)
    assert queries.viewer_for(session) is None
    with pytest.raises(DomainError):
        actions.use_link(token, new_hash)
    db.session.commit()
    _, told = actions.log_in(actions.check_password(make.BROKER, NEW_PASSWORD, HERE))
    assert told is not None
    db.session.commit()
    _, again = actions.log_in(actions.check_password(make.BROKER, NEW_PASSWORD, HERE))
    assert again is None


def test_new_link_ends_the_older_one() -> None:
    person = make.person(make.BROKER)
    old, new = actions.make_link(person, None), actions.make_link(person, None)
    assert queries.link_by_token(old) is None
    assert queries.link_by_token(new) is not None


@pytest.mark.parametrize(("hours", "alive"), [(71, True), (73, False)])
def test_link_lives_72_hours(hours: int, alive: bool) -> None:
    token = actions.make_link(make.person(make.BROKER), None)
    with clock.at(clock.now() + timedelta(hours=hours)):
        assert (queries.link_by_token(token) is not None) == alive


def test_closed_account_has_no_link() -> None:
    person = make.person(make.BROKER)
    token = actions.make_link(person, None)
    actions.disable(person)
    assert queries.link_by_token(token) is None
    actions.enable(person)
    assert queries.link_by_token(token) is None
