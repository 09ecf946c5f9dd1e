"""Writes over contacts. They flush, never commit."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from mono_web.companies import queries
from mono_web.companies.models import CONTACT, Company, Contact
from mono_web.core import audit, clock, mentions, revisions, stale
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.i18n import gettext as _
from mono_web.core.mentions import Place
from mono_web.core.text import tidy_line

# After this time somebody looks whether the facts are still right, and whether they are still needed.
REVIEW_MONTHS = 12
_PLAIN = ("name", "role", "email", "phone", "language_form", "source", "legal_basis")
_DAYS = ("source_on", "review_on")
# What tells who it was. The form of language and the days stay: they tell of nobody, and statistics count them.
_PERSONAL = ("role", "email", "phone", "source", "legal_basis")


def next_review(day: date, months: int = REVIEW_MONTHS) -> date:
    """The same day so many months on, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def contact_fields(contact: Contact) -> dict[str, Any]:
    """A contact as a revision keeps it: JSON values only."""
    days = {name: getattr(contact, name) for name in _DAYS}
    return {
        **{name: getattr(contact, name) for name in _PLAIN},
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }


def record_contact(made_by: int | None, company: Company, fields: Mapping[str, Any]) -> Contact:
    """A new contact; `fields` has the keys of `contact_fields`, or some of them. Without a day it gets one."""
    contact = Contact(company_id=company.id, created_at=clock.now(), created_by=made_by, name="")
    contact.company = company
    for name in _PLAIN:
        setattr(contact, name, "")
    _write(contact, fields)
    db.session.add(contact)
    db.session.flush()
    _keep(contact, made_by)
    audit.note("contact made", CONTACT, contact.id)
    return contact


def save_contact(viewer: Viewer, contact: Contact, fields: Mapping[str, Any], base_rev: int) -> list[str]:
    """Save a form that was filled from revision `base_rev`.

    Returns the names of fields that somebody else had changed meanwhile and that stay. Raises StaleError where the
    same field was changed on both sides.
    """
    current = contact_fields(contact)
    wanted, taken = stale.merged(CONTACT, contact.id, contact.revision, base_rev, current, fields)
    _write(contact, wanted)
    db.session.flush()
    _keep(contact, viewer.id)
    audit.note("contact changed", CONTACT, contact.id)
    return taken


def _write(contact: Contact, fields: Mapping[str, Any]) -> None:
    for name in _PLAIN:
        if name in fields:
            setattr(contact, name, fields[name] or "")
    for name in _DAYS:
        if name in fields:
            setattr(contact, name, date.fromisoformat(fields[name]) if fields[name] else None)
    contact.name = tidy_line(contact.name)
    contact.review_on = contact.review_on or next_review(clock.today())


def _keep(contact: Contact, by: int | None) -> None:
    contact.revision = revisions.keep(CONTACT, contact.id, by or 0, contact_fields(contact)).number
    db.session.flush()


def confirm_contact(viewer: Viewer, contact: Contact) -> None:
    """Somebody has looked: everything is still right, and is looked at again after the usual time."""
    contact.review_on = next_review(clock.today())
    db.session.flush()
    _keep(contact, viewer.id)
    audit.note("contact still right", CONTACT, contact.id)


def chosen_places(places: Sequence[Place], keys: Collection[str], *, unseen: bool) -> list[Place]:
    """The places where the name goes: the certain ones, those that were ticked, and perhaps those nobody was shown."""
    return [place for place in places if place.certain or (place.key in keys if place.shown is not None else unseen)]


def anonymise_contact(viewer: Viewer, contact: Contact, sought: mentions.Sought, places: Sequence[Place]) -> str:
    """Take away who it was, in the contact, its versions and the places. Returns the neutral name.

    The contact stays, and so does every entry with its hours and undertakings: no figure changes by it.
    """
    # Translators: what a contact is called whose name was taken away. Bokmål: Kontakt %(number)d
    word = _("Contact %(number)d", number=queries.contact_number(contact))
    mentions.redact(sought, places, word)
    blank = {"name": word, **dict.fromkeys(_PERSONAL, "")}
    mentions.rewrite(CONTACT, [contact.id], lambda _id, fields: {**fields, **blank})
    for name, value in blank.items():
        setattr(contact, name, value)
    contact.review_on, contact.anonymised_at = None, clock.now()
    db.session.flush()
    _keep(contact, viewer.id)
    audit.note("contact anonymised", CONTACT, contact.id, f"{len(places)} places")
    return word
