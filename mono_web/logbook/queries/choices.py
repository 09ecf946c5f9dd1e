"""What a list can be narrowed to, and what a person has not saved yet."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import BindParameter, String, bindparam, exists, func, literal, select, union_all

from mono_web.accounts.models import Person, Role
from mono_web.core.access import Viewer
from mono_web.core.db import Fixed, db, run
from mono_web.core.revisions import WorkingCopy
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.programmes.models import Cluster, Programme, programme_cluster

_NONE = [-1]


class Choice(NamedTuple):
    """A programme, cluster or broker. `code` stands in the address; a broker's is the id."""

    what: str
    id: int
    code: str
    name: str


class Unsaved(NamedTuple):
    """A private working copy of an entry that was never saved. `fields` as the form has them."""

    record_id: UUID
    saved_at: datetime
    fields: dict[str, list[str]]


_OWN: BindParameter[int] = bindparam("programmes", expanding=True)
_FOUND = union_all(
    select(literal("programme").label("what"), Programme.id, Programme.code, Programme.name.label("name")).where(
        Programme.id.in_(_OWN)
    ),
    select(literal("cluster"), Cluster.id, Cluster.code, Cluster.name).where(
        Cluster.id.in_(select(programme_cluster.c.cluster_id).where(programme_cluster.c.programme_id.in_(_OWN)))
    ),
    select(literal("broker"), Person.id, Person.id.cast(String), Person.name).where(
        Person.id.in_(select(Role.person_id).where(Role.kind == "broker", Role.programme_id.in_(_OWN)))
    ),
).order_by("name")
_UNSAVED = (
    select(WorkingCopy.subject_id, WorkingCopy.saved_at, WorkingCopy.fields)
    .where(WorkingCopy.author_id == bindparam("me"), WorkingCopy.subject_type == SUBJECT)
    .where(~exists().where(Entry.id == WorkingCopy.subject_id))
    .order_by(WorkingCopy.saved_at.desc())
)
_HOW_MANY_UNSAVED = _UNSAVED.with_only_columns(func.count(WorkingCopy.id)).order_by(None)


def choices_for(viewer: Viewer) -> list[Choice]:
    """The programmes a person has a role in, their clusters, and everyone who is or was a broker in them."""
    found = run(_FOUND, {"programmes": Fixed(sorted(viewer.programmes()) or _NONE)})
    return [Choice._make(row) for row in found]


def count_unsaved(viewer: Viewer) -> int:
    """How many texts this person has begun and never saved."""
    return db.session.scalar(_HOW_MANY_UNSAVED, {"me": viewer.id}) or 0


def unsaved_for(viewer: Viewer) -> list[Unsaved]:
    """Texts of new entries that this person has not saved, the latest first."""
    return [Unsaved._make(row) for row in db.session.connection().execute(_UNSAVED, {"me": viewer.id})]
