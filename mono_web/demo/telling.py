"""Carries out the events of the demonstration, each by the action that a person would have set off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import select

from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.demo.days import working_day
from mono_web.demo.story import Event, Step
from mono_web.followups import actions as followups
from mono_web.followups.models import FollowUp
from mono_web.logbook import actions as logbook
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.programmes.models import Cluster, Programme
from mono_web.remarks import actions as remarks
from mono_web.remarks.models import Remark


def entry_id(key: str) -> UUID:
    """The id of an entry of the demonstration: the same in every one that is built."""
    return uuid5(NAMESPACE_URL, f"https://mono.example/demonstration/{key}")


def _minutes(hours: str) -> int:
    return int(Decimal(hours) * 60)


class Teller:
    """Knows the people, places and undertakings of the story, and the entries told so far."""

    def __init__(
        self,
        programmes: dict[str, Programme],
        clusters: dict[str, Cluster],
        viewers: dict[str, Viewer],
        companies: dict[str, UUID],
        reviewers: dict[str, str],
        today: date,
    ) -> None:
        self.programmes = programmes
        self.clusters = clusters
        self.viewers = viewers
        self.companies = companies
        self.reviewers = reviewers
        self.today = today
        self._entries: dict[str, Entry] = {}
        self._authors: dict[str, Viewer] = {}
        self._remarks: dict[tuple[str, int], Remark] = {}

    def tell(self, event: Event) -> None:
        """Let an event happen now."""
        if event.do == "write":
            self._write(event.entry, event.step)
        else:
            entry = self._entries[event.entry]
            getattr(self, f"_{event.do}")(entry, self._actor(event), event)

    def _actor(self, event: Event) -> Viewer:
        """Steps say who reviews; everything else is done by the author."""
        by = event.step.get("by", "author")
        return self._authors[event.entry] if by == "author" else self.viewers[self.reviewers[by]]

    def _write(self, key: str, row: Step) -> None:
        author = self._authors[key] = self.viewers[row["author"]]
        due = row["next_step_in"]
        content = logbook.Content(
            programme_id=self.programmes[row["programme"]].id,
            cluster_id=self.clusters[row["cluster"]].id,
            date=working_day(self.today, row["day"]),
            minutes=_minutes(row["hours"]) if row["hours"] else None,
            next_step_date=None if due is None else working_day(self.today, -due),
            companies=tuple(self.companies[number] for number in row["orgnrs"]),
            **{name: row[name] for name in _AS_WRITTEN},
        )
        self._entries[key] = logbook.record_entry(author.id, content, entry_id(key))

    def _edit(self, entry: Entry, author: Viewer, event: Event) -> None:
        field, text = event.step["field"], event.step["text"]
        changed: dict[str, Any] = {"minutes": _minutes(text)} if field == "hours" else {field: text}
        content = replace(logbook.content_of(entry), **changed)
        logbook.save_entry(author, entry, content, entry.revision)

    def _send(self, entry: Entry, author: Viewer, _event: Event) -> None:
        logbook.send_entry(author, entry)

    _send_back = _send

    def _start(self, entry: Entry, reviewer: Viewer, _event: Event) -> None:
        logbook.start_reading(reviewer, entry)

    def _accept(self, entry: Entry, reviewer: Viewer, event: Event) -> None:
        logbook.accept_entry(reviewer, entry, event.step.get("reason", ""))

    def _return(self, entry: Entry, reviewer: Viewer, event: Event) -> None:
        logbook.return_entry(reviewer, entry, event.step["reason"])

    def _take_back(self, entry: Entry, reviewer: Viewer, event: Event) -> None:
        logbook.take_back(reviewer, entry, event.step["reason"])

    def _withdraw(self, entry: Entry, author: Viewer, event: Event) -> None:
        logbook.withdraw(author, entry, event.step["reason"])

    def _addendum(self, entry: Entry, author: Viewer, event: Event) -> None:
        logbook.add_addendum(author, entry, event.step["text"])

    def _remark(self, entry: Entry, reviewer: Viewer, event: Event) -> None:
        step = event.step
        field = "minutes" if step["field"] == "hours" else step["field"]
        made = remarks.make_remark(reviewer, (SUBJECT, entry.id), step["kind"], step["text"], field)
        self._remarks[event.entry, event.remark] = made

    def _answer(self, _entry: Entry, person: Viewer, event: Event) -> None:
        remarks.answer(person, self._remarks[event.entry, event.remark], event.step["text"])

    def _resolve(self, _entry: Entry, reviewer: Viewer, event: Event) -> None:
        remarks.resolve(reviewer, self._remarks[event.entry, event.remark])

    def _note(self, entry: Entry, person: Viewer, event: Event) -> None:
        remarks.make_note(person, (SUBJECT, entry.id), event.step["audience"], event.step["text"])

    def _finish(self, entry: Entry, author: Viewer, _event: Event) -> None:
        step = db.session.scalar(
            select(FollowUp).where(FollowUp.subject_type == SUBJECT, FollowUp.subject_id == entry.id)
        )
        if step is not None:
            followups.finish(author, step)


_AS_WRITTEN = (
    "kind", "form", "held", "participants", "title", "text", "outcome", "next_step", "audience", "confidential",
)  # fmt: skip
