"""Reads of the start page: what waits on a person, what they have promised, what is new; by role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from mono_web.accounts import queries as accounts
from mono_web.accounts.models import Person
from mono_web.core import clock, i18n, revisions
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.text import first_words
from mono_web.followups import policy as promises
from mono_web.followups import queries as followups
from mono_web.followups.queries import Task
from mono_web.logbook import policy as logbook
from mono_web.logbook import queries as entries
from mono_web.logbook.models import EDITABLE, SUBJECT, WITH_REVIEWER, Entry
from mono_web.logbook.queries import EntryRow
from mono_web.needs import policy as needs
from mono_web.needs.models import SUBJECT as NEED
from mono_web.needs.models import Need
from mono_web.programmes import policy as programmes
from mono_web.programmes.models import Programme
from mono_web.remarks import queries as remarks
from mono_web.remarks.models import Remark

MOST_TURNS = 10
LATEST = 4
LATEST_MAIN = 8


@dataclass(frozen=True)
class MyTurn:
    """Something of one's own that waits on oneself: a draft, a returned entry, or a text that was never saved.

    quote, by       what the mentor asked to look at first, and who
    unsaved_at      when the working copy was stored, where there is one; `row` is None when it is all there is
    missing         what sending will ask for: company, hours
    """

    id: UUID
    title: str
    state: str
    since: datetime
    late: bool = False
    row: EntryRow | None = None
    quote: str = ""
    by: str = ""
    must_fix: int = 0
    questions: int = 0
    unsaved_at: datetime | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class WithReviewer:
    """Own entries that lie with the reviewer: how many, and for how long the oldest."""

    count: int
    oldest: datetime | None

    @property
    def days(self) -> int:
        """Calendar days that the oldest has waited."""
        return i18n.days_since(self.oldest) if self.oldest else 0


@dataclass(frozen=True)
class BrokerAge:
    """What of one broker waits for a reviewer and with them."""

    id: int
    name: str
    waiting: int = 0
    returned: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class QueueAges:
    """The queue of a programme as its lead sees it."""

    waiting: int = 0
    oldest: datetime | None = None
    brokers: list[BrokerAge] = field(default_factory=list)

    @property
    def days(self) -> int:
        """Calendar days that the oldest has waited."""
        return i18n.days_since(self.oldest) if self.oldest else 0


# --- own turns --------------------------------------------------------------------------------------


def turns_for(viewer: Viewer) -> list[MyTurn]:
    """What waits on this person as an author, oldest first."""
    copies = {copy.subject_id: copy for copy in revisions.working_copies(viewer.id, SUBJECT)}
    rows = entries.own_waiting(viewer)
    rows += [
        row for row in entries.rows_by_id(viewer, copies.keys() - {row.id for row in rows}) if row.state in EDITABLE
    ]
    known = {row.id for row in rows}
    loose = _never_saved(copies.keys() - known)
    waiting = [row.id for row in rows if row.state == "returned"]
    reasons = remarks.last_reasons(SUBJECT, waiting, "returned")
    names = accounts.names_of(act.person_id for act in reasons.values() if act.person_id)
    open_remarks = _open_remarks(waiting)
    found = [_loose(viewer, copies[one]) for one in loose]
    for row in rows:
        reason = reasons.get(row.id)
        found.append(
            MyTurn(
                id=row.id,
                title=title_of(row),
                state=row.state,
                since=row.turn_since,
                late=row.state == "returned" and i18n.days_since(row.turn_since) >= row.late_days,
                row=row,
                quote=first_words(reason.reason, 200) if reason else "",
                by=names.get(reason.person_id or 0, "") if reason else "",
                must_fix=open_remarks[row.id, "must_fix"],
                questions=open_remarks[row.id, "question"],
                unsaved_at=copies[row.id].saved_at if row.id in copies else None,
                missing=_missing(row),
            )
        )
    return sorted(found, key=lambda one: (one.since, str(one.id)))


def title_of(row: EntryRow) -> str:
    """Undertaking and matter in one line."""
    return " – ".join(part for part in (row.companies, row.title) if part)


def _missing(row: EntryRow) -> tuple[str, ...]:
    if row.state != "draft":
        return ()
    return (*(() if row.companies else ("company",)), *(("hours",) if row.minutes is None else ()))


def _never_saved(ids: Iterable[UUID]) -> list[UUID]:
    """Of these the ones no entry was made of. A text on an entry that is closed to its writer now is left alone."""
    wanted = list(ids)
    if not wanted:
        return []
    made = set(db.session.scalars(select(Entry.id).where(Entry.id.in_(wanted))))
    return [one for one in wanted if one not in made]


def _loose(viewer: Viewer, copy: revisions.WorkingCopy) -> MyTurn:
    """A text that stands in no entry yet. A working copy holds the form as it was typed: lists of values."""

    def typed(name: str) -> str:
        value = copy.fields.get(name) or ""
        return str(value[0] if isinstance(value, list) else value)

    title = " – ".join(part for part in (typed("company"), typed("title") or first_words(typed("text"))) if part)
    return MyTurn(copy.subject_id, title, "draft", copy.saved_at, unsaved_at=copy.saved_at)


def _open_remarks(ids: list[UUID]) -> Counter[tuple[UUID, str]]:
    """How many unresolved remarks of each kind the entries have, in one grouped query."""
    if not ids:
        return Counter()
    statement = (
        select(Remark.subject_id, Remark.kind, func.count())
        .where(Remark.subject_type == SUBJECT, Remark.subject_id.in_(ids), Remark.resolved_at.is_(None))
        .group_by(Remark.subject_id, Remark.kind)
    )
    return Counter({(subject, kind): count for subject, kind, count in db.session.execute(statement)})


def with_reviewer(viewer: Viewer) -> WithReviewer:
    """What this person has sent and nobody has answered yet."""
    rows = entries.own_with_reviewer(viewer)
    return WithReviewer(len(rows), rows[0].turn_since if rows else None)


# --- promised, new ----------------------------------------------------------------------------------


def tasks_for(viewer: Viewer, just_done: UUID | None = None) -> list[Task]:
    """Own follow-ups until Sunday, of the entries and needs this person may read."""
    if not promises.can_have(viewer):
        return []
    due = followups.due_for(viewer, followups.end_of_week(clock.today()), just_done)
    about: dict[str, list[UUID]] = {SUBJECT: [], NEED: []}
    for one in due:
        about.setdefault(one.subject_type, []).append(one.subject_id)
    entry_ids = logbook.visible_to(viewer).with_only_columns(Entry.id).where(Entry.id.in_(about[SUBJECT]))
    readable = set(db.session.scalars(entry_ids))
    if about[NEED]:
        need_ids = needs.visible_to(viewer).with_only_columns(Need.id).where(Need.id.in_(about[NEED]))
        readable |= set(db.session.scalars(need_ids))
    return [followups.task_of(one) for one in due if one.subject_id in readable]


def latest_for(viewer: Viewer) -> list[EntryRow]:
    """The latest entries: a broker's own, anybody else's those they may read."""
    if viewer.has("broker"):
        return entries.entries_for(viewer, entries.Filters(broker=viewer.id), size=LATEST).rows
    size = LATEST_MAIN if viewer.has("cluster_manager") else LATEST
    return entries.entries_for(viewer, entries.Filters(), size=size).rows


# --- the lead's and the observer's ------------------------------------------------------------------


def queue_ages(viewer: Viewer) -> QueueAges:
    """What waits for a review in the programmes one leads, by broker, in one grouped query."""
    statement = (
        select(Person.id, Person.name, Entry.state, func.count(), func.min(Entry.turn_since))
        .select_from(Entry)
        .join(Person, Person.id == Entry.author_id)
        .where(logbook.VISIBLE, Entry.programme_id.in_(sorted(viewer.programmes("lead"))))
        .where(Entry.state.in_((*WITH_REVIEWER, "returned")))
        .group_by(Person.id, Person.name, Entry.state)
    )
    brokers: dict[int, dict[str, Any]] = {}
    for person_id, name, state, count, oldest in db.session.execute(statement, logbook.visible_params(viewer)):
        one = brokers.setdefault(
            person_id, {"id": person_id, "name": name, "waiting": 0, "returned": 0, "oldest": None}
        )
        if state == "returned":
            one["returned"] += count
        else:
            one["waiting"] += count
            one["oldest"] = min(filter(None, (one["oldest"], oldest)))
    return _summed([BrokerAge(**one) for one in brokers.values()])


def _summed(brokers: list[BrokerAge]) -> QueueAges:
    ages = [one.oldest for one in brokers if one.oldest]
    brokers.sort(key=lambda one: (one.oldest is None, one.oldest or clock.now(), one.name))
    return QueueAges(sum(one.waiting for one in brokers), min(ages, default=None), brokers)


def programmes_observed(viewer: Viewer) -> list[Programme]:
    """The programmes whose facts an observer sees, the newest first."""
    return list(
        db.session.scalars(
            programmes.visible_to(viewer)
            .where(Programme.id.in_(sorted(viewer.programmes("observer"))))
            .options(selectinload(Programme.clusters))
        )
    )


def whom_to_ask() -> list[str]:
    """Names of the people who give roles."""
    return sorted(accounts.names_of(accounts.admins(clock.today())).values())
