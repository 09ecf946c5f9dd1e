"""Handing over: when a broker's role has ended, the lead names who goes on with their work."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from mono_web.core import clock
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.followups import actions as followups
from mono_web.logbook import queries
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.logbook.queries import Former
from mono_web.remarks import actions as remarks


def hand_over(viewer: Viewer, former: Former, chosen: Collection[UUID], taker_id: int) -> int:
    """Let somebody else work on these entries, and promise their next steps. Returns how many there were.

    The author stays the author. Whoever of the authors has come back takes over by becoming in charge again.
    Raises DomainError where one of the entries waits no more, or the taker is no broker of the programme.
    """
    left = queries.left_by(viewer, former)
    if not set(chosen) <= {one.row.id for one in left}:
        raise DomainError(_l("The list has changed meanwhile. Look at it again"), "chosen")
    if taker_id not in {one.id for one in queries.takers_for(former, ())}:
        raise DomainError(_l("Choose one of the possibilities"), "taker")
    entries = db.session.scalars(select(Entry).where(Entry.id.in_(chosen))).all()
    for entry in entries:
        _hand_over(viewer, entry, taker_id)
    return len(entries)


def _hand_over(viewer: Viewer, entry: Entry, taker_id: int) -> None:
    before, let_in = entry.in_charge_id, taker_id not in queries.readers_of_entry(entry)
    entry.taker_id = None if taker_id == entry.author_id else taker_id
    if entry.state == "returned":
        entry.turn_since = clock.now()  # it is somebody else's turn from now on
    db.session.flush()
    followups.hand_over(SUBJECT, entry.id, taker_id)
    both = queries.handed(before, taker_id, let_in=let_in)
    detail = queries.handed(before, taker_id)
    remarks.act(SUBJECT, entry.id, viewer.id, queries.HANDED_OVER, both, entry.revision, detail=detail)
