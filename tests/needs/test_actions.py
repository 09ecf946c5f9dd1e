"""Steps, matches, the abstract and the history of a need, without the web."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from mono_web.core import clock, fulltext, revisions, stale
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.followups.models import FollowUp
from mono_web.needs import actions, queries
from mono_web.needs.actions import Facts
from mono_web.needs.models import STATES, SUBJECT, Need
from mono_web.remarks import queries as remarks
from mono_web.research import actions as research
from tests import factories as make
from tests.factories import World
from tests.needs import making

KNOWN = Facts(new_knowledge=True, conclusion="Ingen har målt det.")


def verbs(need: Need) -> list[str]:
    """The acts of a need, in their order."""
    return [act.verb for act in remarks.acts_of(SUBJECT, need.id)]


def test_steps_are_acts_with_day_and_person(app: Flask, world: World) -> None:
    with app.app_context():
        me, need = make.viewer(make.BROKER), making.need(world)
        with clock.at(clock.now() + timedelta(days=3)):
            actions.move_need(me, need, "assessed", KNOWN)
            assert need.moved_at == clock.now()
        actions.move_need(me, need, "matching", Facts())
        assert verbs(need) == ["made", "to_assessed", "to_matching"]
        act = remarks.acts_of(SUBJECT, need.id)[1]
        assert (act.person_id, act.reason) == (me.id, "Ingen har målt det.")
        assert (need.new_knowledge, need.conclusion) == (True, "Ingen har målt det.")


@pytest.mark.parametrize(
    ("state", "facts", "field"),
    [
        ("assessed", Facts(), "new_knowledge"),
        ("assessed", Facts(new_knowledge=True), "conclusion"),
        ("assessed", Facts(new_knowledge=False, conclusion="Kjent teknikk"), "referred_to"),
        ("matching", Facts(), "state"),
        ("matched", Facts(), "partner"),
        ("in_application", Facts(), "scheme"),
        ("funded", Facts(), "scheme"),
        ("closed", Facts(), "reason"),
        ("identified", Facts(), "state"),
    ],
)
def test_no_step_without_its_fact(app: Flask, world: World, state: str, facts: Facts, field: str) -> None:
    with app.app_context():
        need = making.need(world)
        with pytest.raises(DomainError) as refused:
            actions.move_need(make.viewer(make.BROKER), need, state, facts)
        assert refused.value.field == field
        assert (need.state, verbs(need)) == ("identified", ["made"])


def test_every_step_can_be_taken_with_its_fact(app: Flask, world: World) -> None:
    environment = making.environment(app)
    with app.app_context():
        me, need = make.viewer(make.BROKER), making.need(world, next_step="Ringe Roar")
        actions.propose_match(me, need, environment, None)
        facts = Facts(True, "Ja", "", "SkatteFUNN", "Ikke nå")
        for state in (*STATES[1:], "identified"):
            actions.move_need(me, need, state, facts)
            assert need.state == state
        assert (need.scheme, need.closed_reason) == ("SkatteFUNN", "")
        no = Facts(new_knowledge=False, conclusion="Kjent teknikk", referred_to="Kunnskapsparken")
        actions.move_need(me, need, "assessed", no)
        assert need.referred_to == "Kunnskapsparken"


def test_next_step_is_followed_until_the_need_is_done(app: Flask, world: World) -> None:
    with app.app_context():
        me = make.viewer(make.BROKER)
        need = making.need(world, next_step="Ringe Roar", next_step_date=make.day(-3).isoformat())
        followed = db.session.scalars(select(FollowUp)).one()
        assert (followed.subject_id, followed.owner_id, followed.text) == (need.id, me.id, "Ringe Roar")
        actions.give_need(me, need, make.person(make.COLLEAGUE).id)
        assert followed.owner_id == make.person(make.COLLEAGUE).id
        actions.move_need(me, need, "closed", Facts(reason="Solgt"))
        assert db.session.scalar(select(func.count(FollowUp.id))) == 0


def test_owner_is_a_broker_of_the_place(app: Flask, world: World) -> None:
    with app.app_context():
        need = making.need(world)
        with pytest.raises(DomainError):
            actions.give_need(make.viewer(make.BROKER), need, make.person(make.OTHER_BROKER).id)
        assert need.owner_id == make.person(make.BROKER).id


# --- matches --------------------------------------------------------------------------------------------------


def test_declined_partner_is_not_proposed_again(app: Flask, world: World) -> None:
    environment = making.environment(app)
    with app.app_context():
        me, need = make.viewer(make.BROKER), making.need(world)
        match = actions.propose_match(me, need, environment, None)
        assert queries.partners_for(me, need, "sintef") == []
        with pytest.raises(DomainError, match="proposed for this need already"):
            actions.propose_match(me, need, environment, None)
        actions.move_match(me, match, "declined", cause="Ingen kapasitet")
        with pytest.raises(DomainError, match=r"declined this need on .*Ingen kapasitet"):
            actions.propose_match(me, need, environment, None)
        assert queries.partners_for(me, need, "sintef") == []
        with pytest.raises(DomainError):
            actions.move_match(me, match, "contacted")
        other = making.need(world, title="Et annet behov")
        assert [one.name for one in queries.partners_for(me, other, "sintef")] == ["SINTEF Helgeland"]
        assert actions.propose_match(me, other, environment, None).state == "proposed"


def test_researcher_of_a_declined_environment_is_somebody_else(app: Flask, world: World) -> None:
    environment = making.environment(app)
    with app.app_context():
        me, need = make.viewer(make.BROKER), making.need(world)
        fields: dict[str, Any] = {"name": "Tone Forsker", "environment": str(environment), "themes": []}
        researcher = research.record_researcher({**fields, "unit": "", "link": ""}, me.id)
        actions.move_match(me, actions.propose_match(me, need, environment, None), "declined", cause="Nei")
        match = actions.propose_match(me, need, None, researcher.id)
        assert (match.environment_id, match.partner) == (environment, "Tone Forsker, SINTEF Helgeland")
        actions.move_match(me, match, "declined", cause="Sabbat")
        with pytest.raises(DomainError, match="Sabbat"):
            actions.propose_match(me, need, None, researcher.id)


def test_agreement_asks_for_the_first_collaboration(app: Flask, world: World) -> None:
    environment = making.environment(app)
    with app.app_context():
        me, need = make.viewer(make.BROKER), making.need(world)
        match = actions.propose_match(me, need, environment, None)
        for state in ("contacted", "meeting"):
            actions.move_match(me, match, state)
        with pytest.raises(DomainError) as refused:
            actions.move_match(me, match, "agreed")
        assert refused.value.field == "first"
        with pytest.raises(DomainError) as refused:
            actions.move_match(me, match, "declined")
        assert refused.value.field == "cause"
        actions.move_match(me, match, "agreed", first=True)
        assert (match.state, match.first_collaboration) == ("agreed", True)
        assert verbs(need)[1:] == ["match_proposed", "match_contacted", "match_meeting", "match_agreed"]


# --- the abstract ---------------------------------------------------------------------------------------------


def test_release_keeps_who_consented(app: Flask, world: World) -> None:
    with app.app_context():
        me, need = make.viewer(make.BROKER), making.need(world)
        with pytest.raises(DomainError):
            actions.release_abstract(me, need, "")
        actions.release_abstract(me, need, "Roar Hemnes")
        assert (need.abstract_released_on, need.abstract_consent_by) == (clock.today(), "Roar Hemnes")
        actions.take_back_abstract(me, need)
        actions.take_back_abstract(me, need)
        assert (need.shared, need.abstract_consent_by) == (False, "")
        assert verbs(need) == ["made", "shared", "unshared"]


@pytest.mark.parametrize("changed", [{"abstract": "Noe helt annet"}, {"confidential": True}])
def test_consent_is_to_the_words_as_they_stood(app: Flask, world: World, changed: dict[str, Any]) -> None:
    with app.app_context():
        me, need = make.viewer(make.BROKER), making.need(world)
        actions.release_abstract(me, need, "Roar Hemnes")
        actions.save_need(me, need, {**actions.as_fields(need), "theme": "Havbruk"}, need.revision)
        assert need.shared
        actions.save_need(me, need, {**actions.as_fields(need), **changed}, need.revision)
        assert not need.shared


@pytest.mark.parametrize("changed", [{"abstract": ""}, {"confidential": True}])
def test_nothing_to_share_is_not_shared(app: Flask, world: World, changed: dict[str, Any]) -> None:
    with app.app_context():
        need = making.need(world, **changed)
        with pytest.raises(DomainError):
            actions.release_abstract(make.viewer(make.BROKER), need, "Roar Hemnes")
        assert not need.shared


# --- history --------------------------------------------------------------------------------------------------


def test_two_writers_are_merged_field_by_field(app: Flask, world: World) -> None:
    with app.app_context():
        need = making.need(world)
        base, before = need.revision, actions.as_fields(need)
        actions.save_need(make.viewer(make.COLLEAGUE), need, {**before, "theme": "Havbruk"}, base)
        taken = actions.save_need(make.viewer(make.BROKER), need, {**before, "title": "Ny tittel"}, base)
        assert (taken, need.theme, need.title) == (["theme"], "Havbruk", "Ny tittel")
        with pytest.raises(stale.StaleError):
            actions.save_need(make.viewer(make.BROKER), need, {**before, "theme": "Gruve"}, base)


def test_only_the_owner_closes_a_need(app: Flask, world: World) -> None:
    with app.app_context():
        need = making.need(world)
        with pytest.raises(DomainError):
            actions.save_need(make.viewer(make.COLLEAGUE), need, {"confidential": True}, need.revision)
        assert not need.confidential


def test_bringing_back_keeps_assessment_and_readers(app: Flask, world: World) -> None:
    with app.app_context():
        me, need = make.viewer(make.BROKER), making.need(world)
        actions.move_need(me, need, "assessed", KNOWN)
        closed = {**actions.as_fields(need), "title": "Senere", "confidential": True}
        actions.save_need(me, need, closed, need.revision)
        actions.bring_back(me, need, 1)
        assert (need.title, need.new_knowledge, need.confidential) == (making.TITLE, True, True)
        assert [one.number for one in revisions.versions(SUBJECT, need.id)] == [4, 3, 2, 1]


def test_full_text_follows_without_the_passage(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world)
        me = make.viewer(make.BROKER)
        need = actions.record_need(
            me, (world.programme, world.act), world.company, making.FIELDS, ("entry", entry.id), "Sitatord"
        )  # fmt: skip

        def hits(words: str) -> int:
            expression = fulltext.match_expression(words) or ""
            return len(db.session.execute(fulltext.hits(expression, SUBJECT)).all())

        assert (hits("utlekking ranfjord"), hits("sitatord")) == (1, 0)
        actions.save_need(me, need, {"description": "Havbunnen"}, need.revision)
        assert (hits("havbunnen"), hits("saltvann")) == (1, 0)
