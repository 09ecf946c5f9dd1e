"""Who may read and write undertakings."""

from __future__ import annotations

from sqlalchemy import Select, false, select

from mono_web.companies.models import Company
from mono_web.core.access import Viewer

READERS = ("broker", "mentor", "lead", "cluster_manager")


def can_read_companies(viewer: Viewer) -> bool:
    """Register facts: everyone who works in a programme; not the observer, not the admin."""
    return viewer.has(*READERS)


def visible_to(viewer: Viewer) -> Select[tuple[Company]]:
    """The undertakings this person may see."""
    return select(Company) if can_read_companies(viewer) else select(Company).where(false())


def can_read(viewer: Viewer, company: Company) -> bool:
    """What `visible_to` gave may be read."""
    return company is not None and can_read_companies(viewer)


def can_edit(viewer: Viewer, company: Company) -> bool:
    """A broker of any of its clusters; of any cluster while it has none."""
    mine = {role.cluster_id for role in viewer.roles if role.kind == "broker"}
    return bool(mine & {cluster.id for cluster in company.clusters}) if company.clusters else bool(mine)


def can_make(viewer: Viewer) -> bool:
    """Brokers register undertakings."""
    return viewer.has("broker")
