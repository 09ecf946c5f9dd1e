"""Named people and things, whose names carry meaning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select

from mono_web.accounts import actions as accounts
from mono_web.accounts import queries as people
from mono_web.accounts.models import Person, Role
from mono_web.companies import actions as companies
from mono_web.core import clock
from mono_web.core.access import HeldRole, Viewer
from mono_web.core.db import db
from mono_web.logbook import actions as logbook
from mono_web.logbook.models import Entry
from mono_web.programmes.models import Cluster, Programme

BROKER = "broker@mono.test"
OTHER_BROKER = "other@mono.test"
MENTOR = "mentor@mono.test"
LEAD = "lead@mono.test"
MANAGER = "manager@mono.test"
OTHER_MANAGER = "othermanager@mono.test"
COLLEAGUE = "colleague@mono.test"
OBSERVER = "observer@mono.test"
ADMIN = "admin@mono.test"
STRANGER = "stranger@mono.test"
PREDECESSOR_BROKER = "old@mono.test"
# Somebody whose role has ended, for the tests that make them.
GONE = "gone@mono.test"


@dataclass(frozen=True)
class World:
    """Ids of what was built: programme (the running one), predecessor, clusters act and betong, two undertakings."""

    programme: int
    predecessor: int
    act: int
    betong: int
    company: UUID
    other_company: UUID


# e-mail: (name, [(role, programme key, cluster key)])
PEOPLE: dict[str, tuple[str, list[tuple[str, str | None, str | None]]]] = {
    BROKER: ("Ingrid Megler", [("broker", "programme", "act")]),
    COLLEAGUE: ("Kari Kollega", [("broker", "programme", "act")]),
    OTHER_BROKER: ("Tor Andreklynge", [("broker", "programme", "betong")]),
    MENTOR: ("Marit Mentor", [("mentor", "programme", None), ("broker", "programme", "act")]),
    LEAD: ("Håkon Leder", [("lead", "programme", None)]),
    MANAGER: ("Liv Klyngeleder", [("cluster_manager", "programme", "act")]),
    OTHER_MANAGER: ("Nils Naboleder", [("cluster_manager", "programme", "betong")]),
    OBSERVER: ("Olga Observatør", [("observer", "programme", None)]),
    ADMIN: ("Anders Admin", [("admin", None, None)]),
    STRANGER: ("Stig Fremmed", []),
    PREDECESSOR_BROKER: ("Frida Forgjenger", [("broker", "predecessor", "act")]),
}


def build_world() -> World:
    """Make the people, two programmes, two clusters and two undertakings. The caller commits."""
    today = clock.today()
    act, betong = Cluster(code="act", name="ACT Cluster"), Cluster(code="betong", name="Betongklyngen")
    programme = Programme(
        code="mono", name="MoNo", starts_on=today - timedelta(days=300), ends_on=today + timedelta(days=300),
        clusters=[act, betong],
    )  # fmt: skip
    predecessor = Programme(
        code="mofi", name="MoFI", starts_on=today - timedelta(days=2000), ends_on=today - timedelta(days=400),
        clusters=[act],
    )  # fmt: skip
    db.session.add_all([programme, predecessor])
    db.session.flush()
    places = {"programme": programme.id, "predecessor": predecessor.id, "act": act.id, "betong": betong.id}
    for email, (name, roles) in PEOPLE.items():
        person = accounts.make_person(email, name, "en")
        for kind, programme_key, cluster_key in roles:
            accounts.give_role(
                person, kind, today - timedelta(days=200), None,
                places[programme_key] if programme_key else None, places[cluster_key] if cluster_key else None,
            )  # fmt: skip
    one = companies.record_company("Ranfjord Slagg AS", orgnr="310279323", municipality="Rana", cluster_id=act.id)
    two = companies.record_company("Ofoten Betong AS", municipality="Narvik", cluster_id=betong.id)
    return World(programme.id, predecessor.id, act.id, betong.id, one.company.id, two.company.id)


_ROLES = select(Role).where(Role.person_id == bindparam("person"))


def viewer(email: str) -> Viewer:
    """The person as the gate would see them today."""
    person = people.person_by_email(email)
    assert person is not None
    today = clock.today()
    held = tuple(
        HeldRole(role.kind, role.programme_id, role.cluster_id)
        for role in db.session.scalars(_ROLES, {"person": person.id})
        if role.starts_on <= today and (role.ends_on is None or role.ends_on >= today)
    )
    return Viewer(id=person.id, name=person.name, email=person.email, lang=person.lang, roles=held)


def content(world: World, **changed: Any) -> logbook.Content:
    """What a broker might write."""
    given: dict[str, Any] = {
        "programme_id": world.programme,
        "cluster_id": world.act,
        "date": clock.today() - timedelta(days=1),
        "kind": "visit",
        "form": "physical",
        "minutes": 150,
        "participants": "Roar Hemnes; Anne Lillevik",
        "title": "Ombruk av slagg",
        "text": "De kjører slagg til deponi. Ingen vet om det lekker mangan.",
        "companies": (world.company,),
    }
    return logbook.Content(**{**given, **changed})


def draft(world: World, by: str = BROKER, **changed: Any) -> Entry:
    """A draft entry. The caller commits."""
    return logbook.record_entry(viewer(by).id, content(world, **changed), uuid4())


def sent(world: World, by: str = BROKER, **changed: Any) -> Entry:
    """An entry that was sent to the reviewer."""
    entry = draft(world, by, **changed)
    logbook.send_entry(viewer(by), entry)
    return entry


def returned(world: World, by: str = BROKER, **changed: Any) -> Entry:
    """An entry that the mentor has returned."""
    entry = sent(world, by, **changed)
    logbook.return_entry(viewer(MENTOR), entry, "Hva er det konkret dere ikke vet?")
    return entry


def accepted(world: World, by: str = BROKER, **changed: Any) -> Entry:
    """An entry that the mentor has accepted."""
    entry = sent(world, by, **changed)
    logbook.accept_entry(viewer(MENTOR), entry)
    return entry


def person(email: str) -> Person:
    """The account."""
    found = people.person_by_email(email)
    assert found is not None
    return found


def day(days_ago: int) -> date:
    """A day before today."""
    return clock.today() - timedelta(days=days_ago)
