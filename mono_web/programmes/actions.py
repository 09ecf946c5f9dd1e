"""Writes over programmes, clusters and priority areas. They flush, never commit.

The three are saved in the same way: fields as JSON values, a revision at every save, a merge by field where
somebody else has saved meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from mono_web.core import audit, revisions, stale
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.programmes import queries
from mono_web.programmes.models import Cluster, PriorityArea, Programme

Thing = Programme | Cluster | PriorityArea
Kind = TypeVar("Kind", Programme, Cluster, PriorityArea)
Fields = dict[str, Any]
SUBJECTS: dict[type[Thing], str] = {Programme: "programme", Cluster: "cluster", PriorityArea: "area"}
_FIELDS: dict[type[Thing], tuple[str, ...]] = {
    Programme: (
        "code", "name", "starts_on", "ends_on", "budget_nok", "funder", "funder_ref", "source", "late_days",
    ),
    Cluster: ("code", "name", "other_names", "host", "place", "source"),
    PriorityArea: ("name", "source"),
}  # fmt: skip
_DAYS = ("starts_on", "ends_on")


def subject_of(thing: Thing) -> tuple[str, UUID]:
    """The record as history knows it. Its number becomes a UUID, which history asks for."""
    return SUBJECTS[type(thing)], UUID(int=thing.id)


def as_fields(thing: Thing) -> Fields:
    """The record as a revision keeps it: JSON values only, days as 2021-01-31."""
    values = {name: getattr(thing, name) for name in _FIELDS[type(thing)]}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}


def record_programme(viewer: Viewer, fields: Mapping[str, Any]) -> Programme:
    """A new programme."""
    return _record(viewer, Programme(), fields)


def record_cluster(viewer: Viewer, fields: Mapping[str, Any], programme: Programme | None = None) -> Cluster:
    """A new cluster; in a programme at once where one is given."""
    cluster = _record(viewer, Cluster(), fields)
    if programme is not None:
        add_cluster(programme, cluster)
    return cluster


def record_area(viewer: Viewer, programme: Programme, fields: Mapping[str, Any]) -> PriorityArea:
    """A new priority area of a programme."""
    return _record(viewer, PriorityArea(programme_id=programme.id), fields)


def _record(viewer: Viewer, thing: Kind, fields: Mapping[str, Any]) -> Kind:
    _refuse_taken_code(thing, fields)
    _write(thing, fields)
    db.session.add(thing)
    db.session.flush()
    _keep(viewer, thing)
    audit.note(f"{SUBJECTS[type(thing)]} made", SUBJECTS[type(thing)], thing.id)
    return thing


def save(viewer: Viewer, thing: Thing, fields: Mapping[str, Any], base_rev: int) -> list[str]:
    """Save a form that was filled from revision `base_rev`; `fields` has the keys of `as_fields`.

    Returns the names of fields that somebody else had changed meanwhile and that stay. Raises StaleError where
    the same field was changed on both sides, and DomainError for a code that another record has.
    """
    current = as_fields(thing)
    wanted, taken = stale.merged(*subject_of(thing), thing.revision, base_rev, current, fields)
    _refuse_taken_code(thing, wanted)
    _refuse_turned_days(wanted)
    if revisions.at(*subject_of(thing), thing.revision) is None:
        _keep(viewer, thing)  # made by the set-up: what stood there before this first save is kept too
    _write(thing, wanted)
    _keep(viewer, thing)
    audit.note(f"{SUBJECTS[type(thing)]} changed", SUBJECTS[type(thing)], thing.id)
    return taken


def _write(thing: Thing, fields: Mapping[str, Any]) -> None:
    for name in _FIELDS[type(thing)]:
        value = fields[name]
        setattr(thing, name, date.fromisoformat(value) if name in _DAYS and value else value)


def _keep(viewer: Viewer, thing: Thing) -> None:
    thing.revision = revisions.keep(*subject_of(thing), viewer.id, as_fields(thing)).number
    db.session.flush()


def _refuse_taken_code(thing: Thing, fields: Mapping[str, Any]) -> None:
    if isinstance(thing, PriorityArea):
        return
    with db.session.no_autoflush:
        if queries.code_taken(type(thing), fields["code"], thing.id):
            raise DomainError(_l("This code is in use. Choose another one"), "code")


def _refuse_turned_days(fields: Mapping[str, Any]) -> None:
    """Two people may each have moved one end."""
    ends = fields.get("ends_on")
    if ends and ends < fields["starts_on"]:
        raise DomainError(_l("The last day lies before the first one"), "ends_on")


def add_cluster(programme: Programme, cluster: Cluster) -> None:
    """Let a cluster take part in a programme."""
    if cluster not in programme.clusters:
        programme.clusters.append(cluster)
        db.session.flush()
        audit.note("cluster added", "programme", programme.id, cluster.code)


def remove_cluster(programme: Programme, cluster: Cluster) -> None:
    """Take a cluster out of a programme. Refused where there is or was a role: entries may hang on the pair."""
    if queries.has_roles(programme.id, cluster.id):
        raise DomainError(
            _l(
                "%(name)s cannot be taken out: somebody has or has had a role in it in this programme, "
                "and the log entries belong to it",
                name=cluster.name,
            )
        )
    if cluster in programme.clusters:
        programme.clusters.remove(cluster)
        db.session.flush()
        audit.note("cluster removed", "programme", programme.id, cluster.code)


def remove_area(area: PriorityArea) -> None:
    """Take a priority area away; its history stays."""
    audit.note("area removed", "area", area.id, area.name[:200])
    db.session.delete(area)
    db.session.flush()
