"""A contact who is named in needs and matches: found, shown to those who may read, and taken away."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from mono_web.companies import actions as companies
from mono_web.companies.models import Company
from mono_web.core import mentions, revisions
from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from mono_web.needs import actions
from mono_web.needs.models import SUBJECT, Match, Need
from tests import factories as make
from tests.client import Client
from tests.factories import World
from tests.needs import making

NAME = "Zqroar Hemnes"


@pytest.fixture
def named(app: Flask, world: World) -> tuple[UUID, UUID]:
    """A contact, and a need that names them in every way, made from an entry that its author and reviewers read."""
    home = making.environment(app)
    with app.app_context():
        author = make.viewer(make.BROKER)
        contact = companies.record_contact(author.id, db.session.get_one(Company, world.company), {"name": NAME})
        entry = make.sent(world, text=f"{NAME} har et problem.")
        place, fields = (world.programme, world.act), {**making.FIELDS, "description": f"{NAME} lurer."}
        need = actions.record_need(author, place, world.company, fields, ("entry", entry.id), f"{NAME} har et problem.")
        actions.release_abstract(author, need, NAME)
        match = actions.propose_match(author, need, home, None)
        match.note = f"{NAME} kjenner dem"
        db.session.commit()
        return contact.id, need.id


def places(viewer_of: str) -> dict[tuple[str, str], mentions.Place]:
    """What this person finds, by kind and part."""
    found = mentions.find(make.viewer(viewer_of), mentions.Sought((NAME,)))
    return {(place.kind, place.part): place for place in found}


def test_need_is_found_and_the_passage_has_readers_of_its_own(app: Flask, named: tuple[UUID, UUID]) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        whole, colleague, other = (places(one) for one in (make.BROKER, make.COLLEAGUE, make.OTHER_BROKER))
    assert whole[SUBJECT, "people"].lines[0].label == "Consent given by"
    assert whole[SUBJECT, "people"].certain
    assert whole["passage", "text"].lines
    assert {kind for kind, _part in whole} == {"need", "passage", "match", "act", "entry"}
    assert colleague[SUBJECT, "text"].lines
    assert colleague["match", "text"].lines
    assert colleague["passage", "text"].shown is None
    assert not colleague["passage", "text"].lines
    assert not [place for place in other.values() if place.shown or place.lines]
    assert other.keys() == whole.keys()


def test_confidential_need_and_passage_are_readings(app: Flask, world: World, named: tuple[UUID, UUID]) -> None:
    with app.app_context():
        need = db.session.get_one(Need, named[1])
        actions.take_back_abstract(make.viewer(make.BROKER), need)
        need.confidential = True
        db.session.commit()
    Client(app, make.LEAD).get(f"/companies/contacts/{named[0]}/held")
    with app.app_context():
        lines = db.session.query(AuditLine).filter_by(verb="read confidential")
        assert {(line.subject_type, line.subject_id) for line in lines} == {(SUBJECT, str(named[1]))}


def test_name_goes_from_the_need_and_its_versions(app: Flask, named: tuple[UUID, UUID]) -> None:
    contact, need_id = named
    client, address = Client(app, make.BROKER), f"/companies/contacts/{contact}/anonymise"
    page = client.get(address).get_data(as_text=True)
    keys = [part.split('"')[0] for part in page.split('name="place" value="')[1:]]
    assert client.post(address, {"place": keys}).status_code == 303
    with app.app_context():
        need, match = db.session.get_one(Need, need_id), db.session.query(Match).one()
        assert need.description == "Contact 1 lurer."
        assert (need.source_quote, need.abstract_consent_by) == ("Contact 1 har et problem.", "Contact 1")
        assert match.note == "Contact 1 kjenner dem"
        assert {one.fields["description"] for one in revisions.of(SUBJECT, need_id)} == {"Contact 1 lurer."}
    with app.test_request_context():
        assert places(make.LEAD) == {}
