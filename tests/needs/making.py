"""Needs, and a small directory to match them with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Flask

from mono_web.core.db import db
from mono_web.needs import actions, queries
from mono_web.needs.models import Match, Need
from mono_web.research import actions as research
from tests import factories as make
from tests.factories import World

TITLE = "Utlekking av mangan fra betong"
FIELDS: dict[str, Any] = {
    "title": TITLE, "description": "Ingen vet om slagget lekker i saltvann.", "theme": "Materialer",
    "priority_area_id": None, "trl": None, "scheme": "", "abstract": "Et industriforetak lurer på utlekking.",
    "confidential": False, "next_step": "", "next_step_date": None,
}  # fmt: skip


def need(world: World, by: str = make.BROKER, **changed: Any) -> Need:
    """A need of the undertaking of the broker's cluster. The caller commits."""
    other = by == make.OTHER_BROKER
    place = (world.programme, world.betong if other else world.act)
    company = world.other_company if other else world.company
    return actions.record_need(make.viewer(by), place, company, {**FIELDS, **changed})


def made(app: Flask, world: World, by: str = make.BROKER, **changed: Any) -> UUID:
    """The same, committed."""
    with app.app_context():
        need_id = need(world, by, **changed).id
        db.session.commit()
    return need_id


def environment(app: Flask, name: str = "SINTEF Helgeland") -> UUID:
    """An environment of the directory, committed."""
    with app.app_context():
        found = research.record_environment({"name": name}, make.person(make.BROKER).id).id
        db.session.commit()
    return found


def matched(app: Flask, need_id: UUID, environment_id: UUID, by: str = make.BROKER) -> UUID:
    """A proposed match, committed."""
    with app.app_context():
        match = actions.propose_match(make.viewer(by), db.session.get_one(Need, need_id), environment_id, None)
        db.session.commit()
        return match.id


def stored(app: Flask, need_id: UUID) -> Need:
    """The need as it stands now."""
    with app.app_context():
        return db.session.get_one(Need, need_id)


def stored_match(app: Flask, match_id: UUID) -> Match:
    """The match as it stands now."""
    with app.app_context():
        return db.session.get_one(Match, match_id)


def titles(app: Flask, email: str, **filters: Any) -> list[str]:
    """The titles a person's list holds, in its order."""
    with app.app_context():
        return [row.title for row in queries.needs_for(make.viewer(email), queries.Filters(**filters)).rows]
