"""Who may read and write undertakings."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, exists, false, or_, select

from mono_web.companies.models import Company, CompanyMerging, Contact, company_cluster
from mono_web.core.access import Viewer
from mono_web.programmes.models import programme_cluster

READERS = ("broker", "mentor", "lead", "cluster_manager")


def can_read_companies(viewer: Viewer) -> bool:
    """Register facts: everyone who works in a programme; not the observer, not the admin."""
    return viewer.has(*READERS)


def visible_to(viewer: Viewer) -> Select[Company]:
    """The undertakings this person may see; one that was merged into another is met as that one."""
    there = Company.merged_into_id.is_(None)
    return select(Company).where(there if can_read_companies(viewer) else false())


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


def can_look_for_doubles(viewer: Viewer) -> bool:
    """Who may merge some undertakings at all."""
    return viewer.has("broker", "lead")


def can_merge(viewer: Viewer, company: Company, other: Company) -> bool:
    """A lead; or a broker who may edit both."""
    return viewer.has("lead") or (can_edit(viewer, company) and can_edit(viewer, other))


def can_read_merging(viewer: Viewer, merging: CompanyMerging) -> bool:
    """Who may merge the undertaking that was kept may look at what was done, and undo it."""
    return can_merge(viewer, merging.kept, merging.kept)


# --- contacts -----------------------------------------------------------------------------------------------------


def reads_contacts(viewer: Viewer) -> ColumnElement[bool]:
    """Of undertakings: those whose contacts and own notes this person may read.

    The brokers of its clusters, and the mentors and leads of these clusters' programmes; of an undertaking without a
    cluster all mentors and leads, and no broker until one of them takes it into a cluster.
    """
    leading = viewer.programmes("mentor", "lead")
    of_programmes = select(programme_cluster.c.cluster_id).where(programme_cluster.c.programme_id.in_(sorted(leading)))
    member = company_cluster.c.company_id == Company.id
    cluster = company_cluster.c.cluster_id
    theirs = exists().where(member, or_(cluster.in_(sorted(own_clusters(viewer))), cluster.in_(of_programmes)))
    return or_(theirs, ~exists().where(member)) if leading else theirs


def visible_contacts(viewer: Viewer) -> Select[Contact]:
    """The contacts this person may read."""
    return select(Contact).join(Contact.company).where(reads_contacts(viewer))


def can_read_contacts(_viewer: Viewer, company: Company) -> bool:
    """What the loader gave (an undertaking of `reads_contacts`) may be read."""
    return company is not None


def can_write_contacts(viewer: Viewer, company: Company) -> bool:
    """A broker of any of its clusters."""
    return not own_clusters(viewer).isdisjoint(cluster.id for cluster in company.clusters)


def can_read_contact(_viewer: Viewer, contact: Contact) -> bool:
    """What `visible_contacts` gave may be read."""
    return contact is not None


def can_write_contact(viewer: Viewer, contact: Contact) -> bool:
    """Who writes the contacts of its undertaking."""
    return can_write_contacts(viewer, contact.company)


def can_edit_contact(viewer: Viewer, contact: Contact) -> bool:
    """The same, as long as there is a person to tell about."""
    return contact.anonymised_at is None and can_write_contact(viewer, contact)


def can_review_contacts(viewer: Viewer) -> bool:
    """Brokers, mentors and leads have a list of the contacts that somebody should look at."""
    return viewer.has("broker", "mentor", "lead")
