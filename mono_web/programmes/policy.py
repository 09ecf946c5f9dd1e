"""Who may read and manage programmes, clusters and priority areas."""

from __future__ import annotations

from sqlalchemy import Select, select

from mono_web.core.access import Viewer
from mono_web.programmes.models import Cluster, PriorityArea, Programme, programme_cluster


def visible_to(viewer: Viewer) -> Select[Programme]:
    """The programmes in which this person has a role; all of them for the admin."""
    programmes = select(Programme).order_by(Programme.starts_on.desc(), Programme.id)
    if viewer.has("admin"):
        return programmes
    return programmes.where(Programme.id.in_(_own(viewer)))


def _own(viewer: Viewer) -> list[int]:
    return sorted(viewer.programmes()) or [-1]


def visible_clusters(viewer: Viewer) -> Select[Cluster]:
    """The clusters of those programmes; all of them for the admin. By name."""
    clusters = select(Cluster).order_by(Cluster.name, Cluster.id)
    if viewer.has("admin"):
        return clusters
    members = select(programme_cluster.c.cluster_id).where(programme_cluster.c.programme_id.in_(_own(viewer)))
    return clusters.where(Cluster.id.in_(members))


def visible_areas(viewer: Viewer) -> Select[PriorityArea]:
    """The priority areas of those programmes, by name."""
    areas = select(PriorityArea).order_by(PriorityArea.name, PriorityArea.id)
    return areas if viewer.has("admin") else areas.where(PriorityArea.programme_id.in_(_own(viewer)))


def can_read(_viewer: Viewer, programme: Programme) -> bool:
    """What `visible_to` gave may be read."""
    return programme is not None


def can_read_people(viewer: Viewer, programme: Programme) -> bool:
    """Who holds a role in it: the admin, and its leads."""
    return viewer.has("admin") or programme.id in viewer.programmes("lead")


def can_manage(viewer: Viewer, **_: object) -> bool:
    """The admin."""
    return viewer.has("admin")
