"""The review of log entries: the state table of the loop, act by act. They flush, never commit."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from mono_web.core import clock
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.followups import actions as followups
from mono_web.logbook.models import CLOSED, SUBJECT, WITH_REVIEWER, Addendum, Entry
from mono_web.programmes.models import Period
from mono_web.remarks import actions as remarks
from mono_web.remarks.models import Remark


def _needs_state(entry: Entry, *states: str) -> None:
    if entry.state not in states:
        raise DomainError(_l("The entry has moved on meanwhile. Look at it again"))


def _needs_reason(reason: str, sentence: str) -> None:
    if not reason.strip():
        raise DomainError(sentence, "reason")


def _move(entry: Entry, state: str, viewer: Viewer, verb: str, reason: str = "") -> None:
    entry.state = state
    entry.turn_since = clock.now()
    db.session.flush()
    remarks.act(SUBJECT, entry.id, viewer.id, verb, reason, entry.revision)


def start_reading(viewer: Viewer, entry: Entry) -> None:
    """The reviewer begins: the author sees that it is being read."""
    _needs_state(entry, *WITH_REVIEWER)
    entry.read_revision = entry.revision
    if entry.state != "in_review":
        since = entry.turn_since  # the turn stays the reviewer's, so its age goes on
        _move(entry, "in_review", viewer, "started")
        entry.turn_since = since
    db.session.flush()


def remarked(entry: Entry, viewer: Viewer) -> None:
    """A remark was made: the first one is the beginning of the reading."""
    if entry.state in WITH_REVIEWER:
        start_reading(viewer, entry)
    else:
        entry.read_revision = entry.revision
        db.session.flush()


def return_entry(viewer: Viewer, entry: Entry, reason: str) -> None:
    """Return to the author, with what to look at first."""
    _needs_state(entry, *WITH_REVIEWER)
    _needs_reason(reason, _l("Write what the author should look at first"))
    entry.read_revision = entry.revision
    _move(entry, "returned", viewer, "returned", reason)


def accept_entry(viewer: Viewer, entry: Entry, reason: str = "") -> None:
    """Accept; with a must-fix still open only with a reason. The accepted revision stays addressable."""
    _needs_state(entry, *WITH_REVIEWER)
    if must_fix_open(entry):
        _needs_reason(reason, _l("Write why the remark can stand"))
    entry.accepted_revision = entry.read_revision = entry.revision
    _move(entry, "accepted", viewer, "accepted", reason)


def must_fix_open(entry: Entry) -> int:
    """How many must-fix remarks are not resolved."""
    rows = db.session.scalars(
        select(Remark.id).where(
            Remark.subject_type == SUBJECT,
            Remark.subject_id == entry.id,
            Remark.kind == "must_fix",
            Remark.resolved_at.is_(None),
        )
    )
    return len(rows.all())


def take_back(viewer: Viewer, entry: Entry, reason: str) -> None:
    """Take an acceptance back, with the reason."""
    _needs_state(entry, "accepted")
    _needs_reason(reason, _l("Write why the acceptance is taken back"))
    entry.accepted_revision = None
    _move(entry, "in_review", viewer, "taken_back", reason)


def withdraw(viewer: Viewer, entry: Entry, reason: str) -> None:
    """The author takes the entry out, with the reason. Nothing is erased."""
    _needs_state(entry, *WITH_REVIEWER, "returned", "accepted")
    _needs_reason(reason, _l("Write why the entry is withdrawn"))
    _move(entry, "withdrawn", viewer, "withdrawn", reason)
    followups.unfollow(SUBJECT, entry.id)


def add_addendum(viewer: Viewer, entry: Entry, text: str) -> Addendum:
    """Add to an accepted or locked entry: a record of its own."""
    _needs_state(entry, *CLOSED)
    addendum = Addendum(entry_id=entry.id, author_id=viewer.id, text=text, made_at=clock.now())
    entry.addenda.append(addendum)
    db.session.flush()
    remarks.act(SUBJECT, entry.id, viewer.id, "addendum", on_revision=entry.revision)
    return addendum


def close_period(viewer: Viewer, programme_id: int, starts_on: date, ends_on: date) -> Period:
    """The lead closes a stretch of a programme: what was accepted in it is locked."""
    if ends_on < starts_on:
        raise DomainError(_l("The last day is before the first"), "ends_on")
    period = Period(
        programme_id=programme_id,
        starts_on=starts_on,
        ends_on=ends_on,
        closed_at=clock.now(),
        closed_by=viewer.id,
    )
    db.session.add(period)
    accepted = select(Entry).where(
        Entry.programme_id == programme_id, Entry.state == "accepted", Entry.date.between(starts_on, ends_on)
    )
    for entry in db.session.scalars(accepted):
        _move(entry, "locked", viewer, "locked")
    db.session.flush()
    return period
