"""Accounts and roles, without the web; the last admin above all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from mono_web.accounts import actions, queries
from mono_web.accounts.models import Role
from mono_web.core import clock
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from tests import factories as make
from tests.factories import World


@pytest.fixture(autouse=True)
def _context(app: Flask, world: World) -> Iterator[None]:
    with app.app_context():
        yield


def admin_role(email: str = make.ADMIN) -> Role:
    return next(role for role in make.person(email).roles if role.kind == "admin")


def test_email_is_taken_once() -> None:
    with pytest.raises(DomainError) as error:
        actions.make_person(f" {make.BROKER.upper()}", "En annen")
    assert error.value.field == "email"
    with pytest.raises(DomainError):
        actions.save_person(make.person(make.MENTOR), make.BROKER, "Marit Mentor", "nb")
    actions.save_person(make.person(make.BROKER), make.BROKER, "Ingrid Ny", "nn")
    assert make.person(make.BROKER).name == "Ingrid Ny"


def test_last_admin_stays() -> None:
    with pytest.raises(DomainError):
        actions.disable(make.person(make.ADMIN))
    for days in (-1, 0, 30, 1000):
        with pytest.raises(DomainError):
            actions.end_role(admin_role(), clock.today() + timedelta(days=days))
    assert admin_role().ends_on is None


def test_admin_who_comes_later_counts_from_then() -> None:
    """The present one may go on the day before, and no earlier; and not at once."""
    start = clock.today() + timedelta(days=30)
    actions.give_role(make.person(make.STRANGER), "admin", start)
    with pytest.raises(DomainError):
        actions.disable(make.person(make.ADMIN))
    with pytest.raises(DomainError):
        actions.end_role(admin_role(), start - timedelta(days=2))
    actions.end_role(admin_role(), start - timedelta(days=1))
    with pytest.raises(DomainError):
        actions.end_role(admin_role(make.STRANGER), clock.today())
    with pytest.raises(DomainError):
        actions.disable(make.person(make.STRANGER))


def test_admin_with_an_end_does_not_free_the_other() -> None:
    end = clock.today() + timedelta(days=10)
    actions.give_role(make.person(make.STRANGER), "admin", clock.today(), end)
    with pytest.raises(DomainError):
        actions.end_role(admin_role(), clock.today())
    with pytest.raises(DomainError):
        actions.disable(make.person(make.ADMIN))
    actions.end_role(admin_role(make.STRANGER), clock.today())


def test_disabled_admin_does_not_count() -> None:
    actions.give_role(make.person(make.STRANGER), "admin", clock.today())
    actions.disable(make.person(make.STRANGER))
    with pytest.raises(DomainError):
        actions.disable(make.person(make.ADMIN))
    actions.enable(make.person(make.STRANGER))
    actions.disable(make.person(make.ADMIN))
    assert queries.admins(clock.today()) == [make.person(make.STRANGER).id]


def test_role_needs_its_place(world: World) -> None:
    person, today = make.person(make.STRANGER), clock.today()
    wrong = {
        "programme": ("mentor", None, None),
        "cluster": ("broker", world.programme, None),
    }
    for field, (kind, programme, cluster) in wrong.items():
        with pytest.raises(DomainError) as error:
            actions.give_role(person, kind, today, None, programme, cluster)
        assert error.value.field == field
    with pytest.raises(DomainError) as error:
        actions.give_role(person, "broker", today, None, world.predecessor, world.betong)
    assert error.value.field == "cluster"
    with pytest.raises(DomainError) as error:
        actions.give_role(person, "admin", today, today - timedelta(days=1))
    assert error.value.field == "ends_on"


def test_role_is_not_given_twice(world: World) -> None:
    person, today = make.person(make.BROKER), clock.today()
    with pytest.raises(DomainError):
        actions.give_role(person, "broker", today, None, world.programme, world.act)
    actions.give_role(person, "broker", today, None, world.programme, world.betong)


def test_role_that_has_not_begun_is_taken_away(world: World) -> None:
    person, start = make.person(make.STRANGER), clock.today() + timedelta(days=5)
    role = actions.give_role(person, "mentor", start, None, world.programme)
    actions.end_role(role, clock.today())
    assert db.session.query(Role).filter_by(person_id=person.id).count() == 0


def test_role_does_not_end_before_it_began() -> None:
    role = make.person(make.BROKER).roles[0]
    with pytest.raises(DomainError):
        actions.end_role(role, role.starts_on - timedelta(days=1))
    yesterday = clock.today() - timedelta(days=1)
    actions.end_role(role, yesterday)
    assert role.ends_on == yesterday
    with pytest.raises(DomainError):
        actions.end_role(role, clock.today())


def test_people_are_found_by_words(world: World) -> None:
    admin = make.viewer(make.ADMIN)
    actions.make_person("aase@mono.test", "Åse Ørnes")
    assert [person.name for person in queries.people_for(admin, "ÅSE ørn").people] == ["Åse Ørnes"]
    assert [person.email for person in queries.people_for(admin, "mentor@").people] == [make.MENTOR]
    assert queries.people_for(admin, "%").people == []
    assert queries.people_for(make.viewer(make.BROKER)).people == []
