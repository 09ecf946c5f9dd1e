"""Rows of the logbook made ready for the template: every word once a page, no lookup in the loop."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from mono_web.core import clock, i18n
from mono_web.core.access import Viewer
from mono_web.core.i18n import gettext as _
from mono_web.core.text import first_words
from mono_web.logbook.forms import HELD_LABELS, KIND_LABELS
from mono_web.logbook.queries import EntryRow, Unsaved, turn_of


class Line(NamedTuple):
    """A row as it is shown. `heading` is the month, where a new one begins; `urgent`: mine, and late."""

    id: str
    heading: str
    company: str
    sub: str
    day: str
    iso: str
    kind: str
    held: str
    hours: str
    state: str
    turn: str
    mine: bool
    urgent: bool
    confidential: bool


class UnsavedLine(NamedTuple):
    """A text that was never saved, as it is shown."""

    id: str
    company: str
    matter: str
    moment: str


def lines(viewer: Viewer, rows: Iterable[EntryRow], before: date | None = None) -> list[Line]:
    """The rows with their words. `before` is the day of the row above, whose month has a heading already."""
    kinds = {code: str(label) for code, label in KIND_LABELS.items()}
    helds = {code: str(label) for code, label in HELD_LABELS.items()} | {"yes": ""}
    shared = {"cluster": _("Shared with the cluster"), "programme": _("Shared with the programme")}
    # Translators: sign on an entry of a closed period. Bokmål: Sent ført
    late = _("Entered late")
    year, month = clock.today().year, (before.year, before.month) if before else None
    turn_words, hours_text = cache(_turn_words), cache(i18n.hours_text)
    day = cache(lambda value: i18n.day(value, year))
    made = []
    for row in rows:
        heading = ""
        if month != (row.date.year, row.date.month):
            month, heading = (row.date.year, row.date.month), i18n.month(row.date)
        turn = turn_of(viewer, row)
        made.append(
            Line(
                str(row.id), heading, row.companies or row.title or _("No undertaking yet"),
                _sub(row, shared, viewer.id, late), day(row.date), row.date.isoformat(), kinds[row.kind],
                helds[row.held], hours_text(row.minutes), row.state,
                turn_words(turn.who, turn.mine, _hour(turn.since), turn.taker), turn.mine,
                turn.mine and turn.late, row.confidential,
            )
        )  # fmt: skip
    return made


def _sub(row: EntryRow, shared: dict[str, str], viewer_id: int, late: str) -> str:
    """The line under the undertaking: the matter, whose it is when it is not one's own, who may read it, if late."""
    return " · ".join(
        part
        for part in (
            row.title if row.companies else "",
            "" if row.author_id == viewer_id else row.author,
            "" if row.confidential or row.state == "draft" else shared.get(row.audience, ""),
            late if row.late else "",
        )
        if part
    )


def _hour(moment: datetime) -> datetime:
    """The hour of a moment: days begin with one, so it is old enough to tell the age, and often the same."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _turn_words(who: str, mine: bool, since: datetime, taker: str) -> str:
    if not who:
        return ""
    if mine:
        return _("Your turn, %(age)s", age=i18n.age(since))
    if taker:
        return _("%(name)s, %(age)s", name=taker, age=i18n.age(since))
    if who == "author":
        return _("The broker, %(age)s", age=i18n.age(since))
    return _("Mentor, %(age)s", age=i18n.age(since))


def unsaved_lines(copies: Iterable[Unsaved]) -> list[UnsavedLine]:
    """What a person wrote and never saved, named by what there is."""
    made = []
    for copy in copies:
        company = _typed(copy, "company") or _typed(copy, "new_name")
        matter = _typed(copy, "title") or first_words(_typed(copy, "text"))
        named = company or matter or _("No undertaking yet")
        moment = i18n.moment(copy.saved_at)
        made.append(UnsavedLine(str(copy.record_id), named, matter if company else "", moment))
    return made


def _typed(copy: Unsaved, name: str) -> str:
    """What stands in a field of the form; a form may hold several of a name."""
    return next(iter(copy.fields.get(name) or ()), "").strip()
