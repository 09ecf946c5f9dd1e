"""Reads over contacts. Every one starts from `visible_contacts`, or from the undertakings of `reads_contacts`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import contains_eager, selectinload

from mono_web.companies import policy
from mono_web.companies.models import CONTACT, Company, Contact, company_cluster
from mono_web.core import mentions, revisions
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.revisions import Revision

CONTACT_PAGE = 25


@dataclass(frozen=True)
class ContactPage:
    """A stretch of contacts. `after` is the key of the next page, empty on the last one."""

    rows: list[Contact]
    after: str


def company_with_contacts(viewer: Viewer, company_id: UUID) -> Company | None:
    """An undertaking whose contacts this person may read; for everybody else there is none here."""
    return db.session.scalar(
        policy.visible_to(viewer)
        .where(Company.id == company_id, policy.reads_contacts(viewer))
        .options(selectinload(Company.clusters))
    )


def contact_for(viewer: Viewer, contact_id: UUID) -> Contact | None:
    """One contact with its undertaking."""
    return db.session.scalar(
        policy.visible_contacts(viewer)
        .where(Contact.id == contact_id)
        .options(contains_eager(Contact.company).selectinload(Company.clusters))
        .execution_options(populate_existing=True)
    )


def contacts_of(viewer: Viewer, company_id: UUID, after: str = "") -> ContactPage:
    """The contacts of an undertaking by name; those who are anonymised come last."""
    gone = Contact.anonymised_at.is_not(None)
    wanted = policy.visible_contacts(viewer).where(Contact.company_id == company_id)
    if start := _key(viewer, after):
        key = (start.anonymised_at is not None, start.name, start.id)
        wanted = wanted.where(tuple_(gone, Contact.name, Contact.id) > tuple_(*key))
    return _page(wanted.order_by(gone, Contact.name, Contact.id))


def due_contacts(viewer: Viewer, today: date, *, own: bool, after: str = "") -> ContactPage:
    """Contacts that somebody should look at, the longest overdue first.

    `own`: those this person made. Otherwise those of the clusters where they are a broker; who is a broker nowhere
    gets all that they may read.
    """
    wanted = policy.visible_contacts(viewer).where(Contact.anonymised_at.is_(None), Contact.review_on <= today)
    mine = sorted(policy.own_clusters(viewer))
    if own:
        wanted = wanted.where(Contact.created_by == viewer.id)
    elif mine:
        theirs = select(company_cluster.c.company_id).where(company_cluster.c.cluster_id.in_(mine))
        wanted = wanted.where(Contact.company_id.in_(theirs))
    if start := _key(viewer, after):
        wanted = wanted.where(
            or_(Contact.review_on > start.review_on, and_(Contact.review_on == start.review_on, Contact.id > start.id))
        )
    loaded = wanted.options(contains_eager(Contact.company).selectinload(Company.clusters))
    return _page(loaded.order_by(Contact.review_on, Contact.id))


def _page(wanted: Select[Contact]) -> ContactPage:
    rows = list(db.session.scalars(wanted.limit(CONTACT_PAGE + 1)))
    more = len(rows) > CONTACT_PAGE
    return ContactPage(rows[:CONTACT_PAGE], str(rows[CONTACT_PAGE - 1].id) if more else "")


def _key(viewer: Viewer, after: str) -> Contact | None:
    """The last contact of the page before, whose id stands in the address."""
    try:
        return db.session.scalar(policy.visible_contacts(viewer).where(Contact.id == UUID(after)))
    except ValueError:
        return None


def contact_versions(contact: Contact) -> list[Revision]:
    """All that was ever stored of a contact, newest first. Who may read the contact may read its versions."""
    return revisions.of(CONTACT, contact.id)


def contact_number(contact: Contact) -> int:
    """Which contact of its undertaking it is, counted in the order they were made."""
    earlier = tuple_(Contact.created_at, Contact.id) <= tuple_(contact.created_at, contact.id)
    counted = select(func.count()).select_from(Contact).where(Contact.company_id == contact.company_id, earlier)
    return db.session.scalar(counted) or 1


def sought(contact: Contact) -> mentions.Sought:
    """Whom to look for when a contact is to be exported or anonymised: by today's facts and by earlier ones."""
    stored = [one.fields for one in contact_versions(contact)]

    def ever(name: str) -> tuple[str, ...]:
        values: list[Any] = [getattr(contact, name), *(fields.get(name) for fields in stored)]
        return tuple(dict.fromkeys(str(value) for value in values if value))

    elsewhere = select(Contact.company_id).where(
        Contact.name == contact.name, Contact.company_id != contact.company_id, Contact.anonymised_at.is_(None)
    )
    return mentions.Sought(
        ever("name"),
        ever("email"),
        ever("phone"),
        home=contact.company_id,
        namesakes=frozenset(db.session.scalars(elsewhere)),
        but=contact.id,
    )
