"""Lists of ids that are written into a statement: the same rows as with parameters, numbers alone, built once."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import bindparam, select, tuple_

from mono_web.accounts.models import Person, Role
from mono_web.core.db import Fixed, run, written_out
from tests import factories as make
from tests.factories import World

_PEOPLE = select(Person.id).where(Person.id.in_(bindparam("ids", expanding=True))).order_by(Person.id)
_PLACES = select(Role.person_id).where(
    tuple_(Role.programme_id, Role.cluster_id).in_(bindparam("places", expanding=True))
)


def test_ids_stand_in_the_statement(app: Flask, world: World) -> None:
    with app.app_context():
        wanted = Fixed(sorted((make.person(make.BROKER).id, make.person(make.MENTOR).id)))
        assert [row[0] for row in run(_PEOPLE, {"ids": wanted})] == list(wanted)
        assert [row[0] for row in run(_PEOPLE, {"ids": list(wanted)})] == list(wanted)
        assert f"IN ({wanted[0]}, {wanted[1]})" in str(written_out(_PEOPLE, {"ids": wanted}))


def test_pairs_stand_in_the_statement(app: Flask, world: World) -> None:
    with app.app_context():
        pair = {"places": Fixed([(world.programme, world.betong)])}
        found = {row[0] for row in run(_PLACES, pair)}
        assert make.person(make.BROKER).id not in found
        assert found == {row[0] for row in run(_PLACES, {"places": [(world.programme, world.betong)]})} != set()


def test_statement_is_built_once_for_the_same_ids() -> None:
    assert written_out(_PEOPLE, {"ids": Fixed([1, 2])}) is written_out(_PEOPLE, {"ids": Fixed([1, 2])})
    assert written_out(_PEOPLE, {"ids": Fixed([1, 2])}) is not written_out(_PEOPLE, {"ids": Fixed([1, 3])})


def test_anything_but_numbers_is_refused() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        written_out(_PEOPLE, {"ids": Fixed(["1); DROP TABLE person; --"])})
