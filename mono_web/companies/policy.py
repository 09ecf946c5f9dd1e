"""Who may read and write undertakings."""

from __future__ import annotations

from sqlalchemy import Select, false, select

from mono_web.companies.models import Company
from mono_web.core.access import Viewer

READERS = ("broker", "mentor", "lead", "cluster_manager")


def can_read_companies(viewer: Viewer) -> bool:
    """Register facts: everyone who works in a programme; not the observer, not the admin."""
    return viewer.has(*READERS)


def visible_to(viewer: Viewer) -> Select[Company]:
    """The undertakings this person may see."""
    return select(Company) if can_read_companies(viewer) else select(Company).where(false())


def can_read(viewer: Viewer, company: Company) -> bool:
    """What `visible_to` gave may be read."""
    return company is not None and can_read_companies(viewer)


def can_edit(viewer: Viewer, company: Company) -> bool:
    """A broker of any of its clusters; of any cluster while it has none."""
    mine = own_clusters(viewer)
    return bool(mine & {cluster.id for cluster in company.clusters}) if company.clusters else bool(mine)


def own_clusters(viewer: Viewer) -> frozenset[int]:
    """The clusters this person may put an undertaking into and take it out of: where they are a broker."""
    return frozenset(cluster_id for _programme_id, cluster_id in viewer.places("broker"))


def can_make(viewer: Viewer) -> bool:
    """Brokers register undertakings."""
    return viewer.has("broker")
