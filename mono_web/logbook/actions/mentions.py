"""Where log entries name people: those who took part, and the texts."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select

from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.i18n import gettext as _
from mono_web.core.mentions import Holder, Shown
from mono_web.logbook import policy
from mono_web.logbook.actions.subject import field_labels
from mono_web.logbook.actions.writing import index
from mono_web.logbook.models import SUBJECT, Addendum, Entry, EntryCompany


def holders(url_for: Callable[..., str]) -> dict[str, Holder]:
    """The tables of the logbook that hold what people write."""

    def entries(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
        found = db.session.scalars(policy.visible_to(viewer).where(Entry.id.in_(ids)))
        return {entry.id: _shown(viewer, entry) for entry in found}

    def addenda(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
        of = dict(db.session.execute(select(Addendum.id, Addendum.entry_id).where(Addendum.id.in_(ids))).all())
        seen = entries(viewer, set(of.values()))
        return {one: seen[entry_id] for one, entry_id in of.items() if entry_id in seen}

    def _shown(viewer: Viewer, entry: Entry) -> Shown:
        address = url_for("logbook.entry_show", entry_id=entry.id)
        return Shown(entry.heading, address, entry.date, _reading(viewer, entry))

    return {
        SUBJECT: Holder(
            model=Entry,
            called=lambda: _("Log entry"),
            free=("title", "text", "outcome", "next_step"),
            people=("participants",),
            subject_type=SUBJECT,
            shown=entries,
            about=_undertakings,
            changed=index,
            labels=field_labels,
        ),
        "addendum": Holder(
            model=Addendum, called=lambda: _("Addendum"), free=("text",), shown=addenda, labels=field_labels
        ),
    }


def _reading(viewer: Viewer, entry: Entry) -> tuple[str, UUID] | None:
    return (SUBJECT, entry.id) if entry.confidential and entry.author_id != viewer.id else None


def _undertakings(ids: Collection[Any]) -> dict[Any, set[UUID]]:
    about: dict[Any, set[UUID]] = {}
    rows = select(EntryCompany.entry_id, EntryCompany.company_id).where(EntryCompany.entry_id.in_(ids))
    for entry_id, company_id in db.session.execute(rows):
        about.setdefault(entry_id, set()).add(company_id)
    return about
