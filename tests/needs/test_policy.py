"""Who may do what with a need and its matches: people x things."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from mono_web.accounts import actions as accounts
from mono_web.core.db import db
from mono_web.needs import actions, policy, queries
from mono_web.needs.models import Need
from tests import factories as make
from tests.factories import World
from tests.needs import making

EVERYBODY = [*make.PEOPLE]
SAME_CLUSTER = {make.BROKER, make.COLLEAGUE, make.MENTOR}
WHOLE = SAME_CLUSTER | {make.LEAD}


def who(app: Flask, rule: Any, need_id: Any) -> set[str]:
    """The people for whom a rule over (viewer, need) holds."""
    with app.app_context():
        need = db.session.get_one(Need, need_id)
        return {email for email in EVERYBODY if rule(make.viewer(email), need)}


def reads(app: Flask, need_id: Any) -> set[str]:
    """The people who read it whole."""
    return who(app, lambda viewer, need: queries.need_for(viewer, need.id) is not None, need_id)


def test_need_is_read_and_written_in_its_cluster(app: Flask, world: World) -> None:
    need = making.made(app, world)
    assert reads(app, need) == WHOLE
    assert who(app, policy.can_write, need) == SAME_CLUSTER
    assert who(app, policy.can_give, need) == SAME_CLUSTER
    assert who(app, policy.can_remark, need) == {make.MENTOR}
    assert who(app, policy.can_read_review, need) == {make.BROKER, make.MENTOR, make.LEAD}
    assert who(app, policy.can_answer, need) == {make.BROKER, make.MENTOR}


def test_confidential_need_is_closed_to_the_cluster(app: Flask, world: World) -> None:
    need = making.made(app, world, confidential=True)
    assert reads(app, need) == {make.BROKER, make.MENTOR, make.LEAD}
    assert who(app, policy.can_write, need) == {make.BROKER}
    with app.app_context():
        assert queries.readers_of_need(db.session.get_one(Need, need)) == {
            make.person(email).id for email in (make.BROKER, make.MENTOR, make.LEAD)
        }


@pytest.mark.parametrize("confidential", [False, True])
def test_need_without_an_owner_can_be_taken(app: Flask, world: World, confidential: bool) -> None:
    need = making.made(app, world, confidential=confidential)
    with app.app_context():
        accounts.end_role(make.person(make.BROKER).roles[0], make.day(1))
        db.session.commit()
    assert make.BROKER not in reads(app, need)
    cluster = set() if confidential else {make.COLLEAGUE, make.MENTOR}
    assert who(app, policy.can_give, need) == cluster | {make.LEAD}
    with app.app_context():
        found = db.session.get_one(Need, need)
        assert not policy.has_owner(found)
        actions.give_need(make.viewer(make.LEAD), found, make.person(make.COLLEAGUE).id)
        db.session.commit()
    assert make.COLLEAGUE in who(app, policy.can_write, need)
    assert make.LEAD not in who(app, policy.can_give, need)


def test_released_abstract_is_read_in_the_programme(app: Flask, world: World) -> None:
    need = making.made(app, world)

    def shared(viewer: Any, one: Need) -> bool:
        return queries.shared_one(viewer, one.id) is not None

    assert who(app, shared, need) == set()
    with app.app_context():
        found = db.session.get_one(Need, need)
        actions.release_abstract(make.viewer(make.BROKER), found, "Roar Hemnes")
        db.session.commit()
    assert who(app, shared, need) == WHOLE | {make.OTHER_BROKER, make.MANAGER, make.OTHER_MANAGER}
    assert make.OTHER_BROKER not in reads(app, need)


def test_manager_reads_title_and_state_of_their_cluster(app: Flask, world: World) -> None:
    making.made(app, world)
    making.made(app, world, title="Hemmelig", confidential=True)
    with app.app_context():
        outlines, _after = queries.outlines_for(make.viewer(make.MANAGER))
        assert [(one.title, one.state) for one in outlines] == [(making.TITLE, "identified")]
        assert queries.outlines_for(make.viewer(make.OTHER_MANAGER)) == ([], None)


def test_match_goes_with_its_need(app: Flask, world: World) -> None:
    need = making.made(app, world)
    match = making.matched(app, need, making.environment(app))
    with app.app_context():
        found = {email: queries.match_for(make.viewer(email), match) for email in EVERYBODY}
        assert {email for email, one in found.items() if one} == WHOLE
        writers = {email for email, one in found.items() if one and policy.can_write_match(make.viewer(email), one)}
    assert writers == SAME_CLUSTER
