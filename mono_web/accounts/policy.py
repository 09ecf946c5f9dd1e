"""Who may read and manage people."""

from __future__ import annotations

from sqlalchemy import Select, false, select

from mono_web.accounts.models import Person
from mono_web.core.access import Viewer


def can_read_people(viewer: Viewer, **_: object) -> bool:
    """The admin, and the lead (reading only)."""
    return viewer.has("admin", "lead")


def can_manage_people(viewer: Viewer, **_: object) -> bool:
    """The admin alone: people, roles, links."""
    return viewer.has("admin")


def can_read_audit(viewer: Viewer) -> bool:
    """The admin alone. Who read a confidential record is told on the record itself, to its readers."""
    return viewer.has("admin")


def visible_to(viewer: Viewer) -> Select[Person]:
    """The people this person may see in the administration."""
    people = select(Person).order_by(Person.name, Person.id)
    return people if can_read_people(viewer) else people.where(false())
