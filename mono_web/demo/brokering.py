"""The needs of the demonstration: each made from a log entry of the story, and taken some steps on its way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from mono_web.core import clock
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.demo.days import working_day
from mono_web.demo.telling import entry_id
from mono_web.logbook.models import SUBJECT as ENTRY
from mono_web.logbook.models import Entry
from mono_web.needs import actions
from mono_web.needs.models import Need
from mono_web.needs.queries import match_with
from mono_web.research import actions as research

HOUR = time(14)
KNOWN_SINCE = 300
_AS_WRITTEN = ("title", "description", "theme", "scheme", "abstract", "next_step")


class Broker:
    """Makes the needs and lets their steps happen, each on its day."""

    def __init__(self, viewers: Sequence[Viewer], today: date) -> None:
        self.viewers = {viewer.id: viewer for viewer in viewers}
        self.today = today
        self._environments: dict[str, UUID] = {}

    def tell(self, content: Mapping[str, Any]) -> None:
        """All of it. The environments are invented: no need speaks of a real one."""
        for one in content["environments"]:
            facts = {name: value for name, value in one.items() if name != "key"}
            with clock.at(self._at(KNOWN_SINCE)):
                self._environments[one["key"]] = research.record_environment(facts, None).id
        for row in content["needs"]:
            self._need(row)

    def _at(self, days_ago: int) -> datetime:
        return datetime.combine(working_day(self.today, days_ago), HOUR, tzinfo=clock.OSLO)

    def _need(self, row: Mapping[str, Any]) -> None:
        entry = db.session.get_one(Entry, entry_id(row["entry"]))
        author = self.viewers[entry.author_id]
        due = row.get("next_step_in")
        fields = {
            "priority_area_id": None,
            "next_step_date": None if due is None else working_day(self.today, -due).isoformat(),
            **{name: row.get(name, "") for name in _AS_WRITTEN},
            "trl": row.get("trl"),
            "confidential": row.get("confidential", False),
        }
        with clock.at(datetime.combine(entry.date, HOUR, tzinfo=clock.OSLO)):
            need = actions.record_need(
                author, (entry.programme_id, entry.cluster_id), entry.companies[0].id, fields, (ENTRY, entry.id),
                row.get("quote", ""),
            )  # fmt: skip
        for step in row["steps"]:
            with clock.at(self._at(step["day"])):
                getattr(self, f"_{step['do']}")(author, need, step)

    def _assess(self, author: Viewer, need: Need, step: Mapping[str, Any]) -> None:
        facts = actions.Facts(step["new_knowledge"], step["conclusion"], step.get("referred_to", ""))
        actions.move_need(author, need, "assessed", facts)

    def _move(self, author: Viewer, need: Need, step: Mapping[str, Any]) -> None:
        actions.move_need(author, need, step["state"], actions.Facts(reason=step.get("reason", "")))

    def _propose(self, author: Viewer, need: Need, step: Mapping[str, Any]) -> None:
        actions.propose_match(author, need, self._environments[step["with"]], None)

    def _match(self, author: Viewer, need: Need, step: Mapping[str, Any]) -> None:
        match = match_with(need, self._environments[step["with"]], None)
        assert match is not None
        actions.move_match(author, match, step["state"], cause=step.get("cause", ""), first=step.get("first"))

    def _share(self, author: Viewer, need: Need, step: Mapping[str, Any]) -> None:
        actions.release_abstract(author, need, step["consent_by"])
