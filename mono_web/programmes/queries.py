"""Reads over programmes and clusters."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import selectinload

from mono_web.accounts.models import Person, Role
from mono_web.core import clock
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.programmes import policy
from mono_web.programmes.models import Cluster, PriorityArea, Programme


class Place(NamedTuple):
    """A cluster in a programme, with their names."""

    programme_id: int
    cluster_id: int
    programme: str
    cluster: str


def places_for(viewer: Viewer, *kinds: str) -> list[Place]:
    """Where this person holds one of these roles; running programmes first, the newest of them first."""
    held = viewer.places(*kinds)
    if not held:
        return []
    today = clock.today()
    rows = db.session.execute(
        select(Programme.id, Cluster.id, Programme.name, Cluster.name, Programme.starts_on, Programme.ends_on)
        .join(Programme.clusters)
        .where(tuple_(Programme.id, Cluster.id).in_(sorted(held)))
        .order_by(Programme.starts_on.desc(), Cluster.name)
    ).all()
    mine = sorted(rows, key=lambda row: not (row[4] <= today and (row[5] is None or row[5] >= today)))
    return [Place(row[0], row[1], row[2], row[3]) for row in mine]


def programmes_for(viewer: Viewer) -> list[Programme]:
    """The programmes this person may see with their clusters, newest first."""
    return list(db.session.scalars(policy.visible_to(viewer).options(selectinload(Programme.clusters))))


def clusters_of(viewer: Viewer) -> list[Cluster]:
    """The clusters of those programmes, by name; for the admin every cluster."""
    return list(db.session.scalars(policy.visible_clusters(viewer)))


def programme_for(viewer: Viewer, programme_id: int) -> Programme | None:
    """One programme with its clusters."""
    return db.session.scalar(
        policy.visible_to(viewer).where(Programme.id == programme_id).options(selectinload(Programme.clusters))
    )


def cluster_for(viewer: Viewer, cluster_id: int) -> Cluster | None:
    """One cluster."""
    return db.session.scalar(policy.visible_clusters(viewer).where(Cluster.id == cluster_id))


def area_for(viewer: Viewer, area_id: int) -> PriorityArea | None:
    """One priority area."""
    return db.session.scalar(policy.visible_areas(viewer).where(PriorityArea.id == area_id))


def areas_of(viewer: Viewer, programme_id: int) -> list[PriorityArea]:
    """The priority areas of a programme, by name."""
    return list(db.session.scalars(policy.visible_areas(viewer).where(PriorityArea.programme_id == programme_id)))


def areas_for(viewer: Viewer) -> list[PriorityArea]:
    """The priority areas of all programmes this person may see, by name."""
    return list(db.session.scalars(policy.visible_areas(viewer)))


class Holder(NamedTuple):
    """A role in a programme: who holds it, from when to when."""

    name: str
    kind: str
    cluster: str | None
    starts_on: date
    ends_on: date | None


def holders_in(viewer: Viewer, programme: Programme) -> list[Holder]:
    """The roles in a programme that have not ended, by name; nothing for those who may not read people."""
    if not policy.can_read_people(viewer, programme):
        return []
    rows = db.session.execute(
        select(Person.name, Role.kind, Cluster.name, Role.starts_on, Role.ends_on)
        .join(Role, Role.person_id == Person.id)
        .outerjoin(Cluster, Cluster.id == Role.cluster_id)
        .where(Role.programme_id == programme.id, Person.disabled_at.is_(None))
        .where(or_(Role.ends_on.is_(None), Role.ends_on >= clock.today()))
        .order_by(Person.name, Person.id, Role.id)
    )
    return [Holder(*row) for row in rows]


def has_roles(programme_id: int, cluster_id: int) -> bool:
    """Whether anybody has or had a role in this cluster of this programme: then there may be entries."""
    pointing = select(Role.id).where(Role.programme_id == programme_id, Role.cluster_id == cluster_id).limit(1)
    return db.session.scalar(pointing) is not None


def code_taken(model: type[Programme] | type[Cluster], code: str, but: int | None = None) -> bool:
    """Whether another record of this kind has the code."""
    found = db.session.scalar(select(model.id).where(model.code == code))
    return found is not None and found != but
