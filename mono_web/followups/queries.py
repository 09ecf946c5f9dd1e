"""Reads over follow-ups."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select

from mono_web.core import clock, subjects
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.i18n import gettext as _
from mono_web.core.mentions import Holder, Shown
from mono_web.followups import policy
from mono_web.followups.models import FollowUp

MOST = 50


@dataclass(frozen=True)
class Task:
    """A follow-up as a row: `when` is overdue, today, tomorrow or later; `address` is the page it came from."""

    id: UUID
    text: str
    about: str
    due_on: date | None
    when: str
    done: bool
    address: str


def followup_for(viewer: Viewer, followup_id: UUID) -> FollowUp | None:
    """One follow-up, as long as this person may read what it hangs on."""
    found = db.session.get(FollowUp, followup_id, populate_existing=True)
    return found if found is not None and policy.can_read(viewer, found) else None


def due_for(viewer: Viewer, until: date, also: UUID | None = None) -> list[FollowUp]:
    """Own open ones that are due by a day, oldest first; `also` names one that was just done.

    Whether the person may still read what they hang on is for the caller to ask, of all at once.
    """
    return list(
        db.session.scalars(
            policy.visible_to(viewer)
            .where(or_(FollowUp.done_at.is_(None), FollowUp.id == also), FollowUp.due_on <= until)
            .order_by(FollowUp.due_on, FollowUp.id)
            .limit(MOST)
        )
    )


def end_of_week(day: date) -> date:
    """The Sunday of the day's week."""
    return day + timedelta(days=6 - day.weekday())


def task_of(followup: FollowUp) -> Task:
    """The row of one follow-up."""
    return Task(
        id=followup.id,
        text=followup.text,
        about=followup.about,
        due_on=followup.due_on,
        when=_when(followup.due_on, clock.today()),
        done=followup.done_at is not None,
        address=subjects.get(followup.subject_type).address(followup.subject_id),
    )


def _when(due_on: date | None, today: date) -> str:
    if due_on is None or due_on > today + timedelta(days=1):
        return "later"
    if due_on < today:
        return "overdue"
    return "today" if due_on == today else "tomorrow"


@dataclass(frozen=True)
class Tally:
    """How many open tasks of this week are overdue, due today and due later."""

    overdue: int
    today: int
    later: int


def tally_of(tasks: Iterable[Task]) -> Tally:
    """Count the open ones."""
    kinds = [task.when for task in tasks if not task.done]
    overdue, today = kinds.count("overdue"), kinds.count("today")
    return Tally(overdue, today, len(kinds) - overdue - today)


# --- where follow-ups name people -----------------------------------------------------------------------------


def _shown(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
    found = {}
    for followup in db.session.scalars(select(FollowUp).where(FollowUp.id.in_(ids))):
        if policy.can_read(viewer, followup):
            address = subjects.get(followup.subject_type).address(followup.subject_id)
            found[followup.id] = Shown(followup.about, address, clock.local(followup.made_at).date())
    return found


def _labels() -> dict[str, str]:
    return {"text": _("Next step"), "about": _("Title")}


HOLDERS = {
    "followup": Holder(
        model=FollowUp, called=lambda: _("Next step"), free=("text", "about"), shown=_shown, labels=_labels
    )
}
