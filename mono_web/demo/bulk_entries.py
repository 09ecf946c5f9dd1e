"""One entry of the bulk data with everything that belongs to it, as rows of its tables."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from mono_web.core import clock
from mono_web.core.fulltext import BITS_PER_DAY, Document, stem
from mono_web.core.revisions import Revision
from mono_web.core.text import words
from mono_web.demo.words import Prose
from mono_web.followups.models import FollowUp
from mono_web.logbook.models import FORM_OF_KIND, SUBJECT, WITH_REVIEWER, Entry, EntryCompany
from mono_web.remarks.models import Act, Remark

Values = dict[str, Any]
KINDS = {
    "visit": 30,
    "dialogue_meeting": 15,
    "digital_meeting": 20,
    "phone": 20,
    "email": 8,
    "network_meeting": 4,
    "other": 3,
}
AUDIENCES = {"mentor_lead": 55, "cluster": 30, "programme": 15}
REMARK_KINDS = ("question", "must_fix", "praise")
# One in a hundred of the entries waits; the newest ones, as in life.
WAITING = {"submitted": 50, "answered": 30, "in_review": 20}
ONE_IN_WAITING, ONE_IN_RETURNED, ONE_IN_REMARKED, ONE_IN_FOLLOWED = 100, 200, 50, 12
LONGEST_WAIT = 14


@dataclass
class Row:
    """The rows of one entry by their table."""

    of: dict[type, list[Values]] = field(default_factory=lambda: defaultdict(list))
    waits: bool = False


def documents(
    day: date, about: Iterable[tuple[str, UUID, str, str]], taken: Counter[date] | None = None
) -> list[Values]:
    """Rows of the full text for (type, id, title, body), all of one day; `taken` counts the day's keys."""
    taken = Counter() if taken is None else taken
    made = []
    for subject_type, key, title, body in about:
        made.append(
            {
                "id": (day.toordinal() << BITS_PER_DAY) | taken[day],
                "subject_type": subject_type,
                "subject_id": key,
                "title": title,
                "body": body,
                "stems": " ".join(map(stem, words(f"{title} {body}"))),
            }
        )
        taken[day] += 1
    return made


def _one_of(chance: random.Random, weighted: dict[str, int]) -> str:
    return chance.choices(list(weighted), weights=list(weighted.values()))[0]


class Writer:
    """Makes the rows, entry by entry."""

    def __init__(
        self,
        chance: random.Random,
        prose: Prose,
        programme_id: int,
        brokers: tuple[tuple[int, int], ...],
        mentor_id: int,
        companies: list[tuple[UUID, str]],
        today: date,
    ) -> None:
        self.chance = chance
        self.prose = prose
        self.programme_id = programme_id
        self.brokers = brokers
        self.mentor_id = mentor_id
        self.companies = companies
        self.today = today
        self._taken: Counter[date] = Counter()

    def row(self, day: date, number: int, of_all: int) -> Row:
        """Entry `number` (from 0, oldest first) of `of_all`."""
        chance, row = self.chance, Row()
        sent = datetime.combine(day, time(9), tzinfo=clock.OSLO) + timedelta(minutes=chance.randrange(420))
        content, about = self._content(day)
        state = self._state(number, of_all)
        row.waits = state in WITH_REVIEWER
        cluster_id, author_id = chance.choice(self.brokers)
        key = UUID(int=chance.getrandbits(128), version=4)
        entry: Values = {
            **content, "id": key, "author_id": author_id, "programme_id": self.programme_id,
            "cluster_id": cluster_id, "date": day, "state": state, "revision": 1, "opened_from": 1,
            "accepted_revision": 1 if state == "accepted" else None,
            "turn_since": self._turn(state, sent), "sent_at": None if state == "draft" else sent, "created_at": sent,
        }  # fmt: skip
        row.of[Entry].append(entry)
        for place, (company_id, _) in enumerate(about):
            row.of[EntryCompany].append({"entry_id": key, "company_id": company_id, "place": place, "date": day})
        row.of[Revision].append(self._revision(entry, about, sent))
        self._history(row, entry, sent)
        body = "\n".join([*(name for _, name in about), content["participants"], content["text"], content["outcome"],
                          content["next_step"]])  # fmt: skip
        row.of[Document] += documents(day, [(SUBJECT, key, content["title"], body)], self._taken)
        return row

    def _content(self, day: date) -> tuple[Values, list[tuple[UUID, str]]]:
        chance, prose = self.chance, self.prose
        kind = _one_of(chance, KINDS)
        follows = chance.randrange(ONE_IN_FOLLOWED) == 0
        content: Values = {
            "kind": kind,
            "form": FORM_OF_KIND.get(kind, "physical"),
            "held": "yes" if chance.randrange(40) else "cancelled",
            "minutes": chance.choice((15, 30, 45, 60, 90, 120, 150, 180)),
            "participants": "; ".join(word.capitalize() for word in prose.take(2)),
            "title": prose.title(),
            "text": prose.text(25, 110),
            "outcome": " ".join(prose.take(5)).capitalize() if chance.randrange(2) else "",
            "next_step": " ".join(prose.take(4)).capitalize() if follows else "",
            "next_step_date": day + timedelta(days=chance.randint(3, 60)) if follows else None,
            "audience": _one_of(chance, AUDIENCES),
            "confidential": chance.randrange(50) == 0,
            "new_companies": [],
        }
        return content, chance.sample(self.companies, 2 if chance.randrange(12) == 0 else 1)

    def _state(self, number: int, of_all: int) -> str:
        """Old ones are accepted; among the newest tenth lie those that wait or were returned."""
        newest = number >= of_all - of_all // 10
        if newest and self.chance.randrange(ONE_IN_WAITING // 10) == 0:
            return _one_of(self.chance, WAITING)
        if newest and self.chance.randrange(ONE_IN_RETURNED // 10) == 0:
            return "returned" if self.chance.randrange(2) else "draft"
        return "accepted"

    def _turn(self, state: str, sent: datetime) -> datetime:
        """What is settled was settled the next day; what waits has waited for at most two weeks."""
        if state == "accepted":
            return sent + timedelta(hours=20)
        newest = datetime.combine(self.today - timedelta(days=1), sent.timetz())
        return max(sent, newest - timedelta(days=self.chance.randrange(LONGEST_WAIT)))

    def _revision(self, entry: Values, about: list[tuple[UUID, str]], sent: datetime) -> Values:
        kept = {name: entry[name] for name in _IN_REVISION}
        due = entry["next_step_date"]
        fields = {
            **kept,
            "date": entry["date"].isoformat(),
            "next_step_date": due.isoformat() if due else None,
            "companies": [str(key) for key, _ in about],
            "new_companies": [],
        }
        return {"subject_type": SUBJECT, "subject_id": entry["id"], "number": 1, "author_id": entry["author_id"],
                "at": sent, "fields": fields, "private": entry["state"] == "draft"}  # fmt: skip

    def _history(self, row: Row, entry: Values, sent: datetime) -> None:
        """Acts, remarks and the follow-up that come with the state."""
        state, on = entry["state"], {"subject_type": SUBJECT, "subject_id": entry["id"]}
        if state == "draft":
            return
        turn = entry["turn_since"]
        acts = [(entry["author_id"], "sent", sent)]
        if state in ("returned", "answered"):
            acts.append((self.mentor_id, "returned", turn))
        if state in ("answered", "accepted", "in_review"):
            last = {"answered": "sent_back", "accepted": "accepted", "in_review": "started"}[state]
            acts.append((entry["author_id"] if state == "answered" else self.mentor_id, last, turn))
        row.of[Act] += [
            {**on, "person_id": who, "verb": verb, "reason": self.prose.title() if verb == "returned" else "",
             "at": at, "on_revision": 1}
            for who, verb, at in acts
        ]  # fmt: skip
        if self.chance.randrange(ONE_IN_REMARKED) == 0 or state in ("returned", "answered"):
            row.of[Remark] += [
                {**on, "id": UUID(int=self.chance.getrandbits(128), version=4), "number": place + 1, "field": "text",
                 "kind": kind, "text": self.prose.text(6, 14), "author_id": self.mentor_id, "made_at": turn,
                 "on_revision": 1, "resolved_at": turn if state == "accepted" else None,
                 "resolved_by": self.mentor_id if state == "accepted" else None}
                for place, kind in enumerate(REMARK_KINDS)
            ]  # fmt: skip
        if entry["next_step"]:
            overdue = entry["next_step_date"] > self.today - timedelta(days=10)
            row.of[FollowUp].append(
                {**on, "id": UUID(int=self.chance.getrandbits(128), version=4), "owner_id": entry["author_id"],
                 "text": entry["next_step"], "about": entry["title"], "due_on": entry["next_step_date"],
                 "made_at": sent, "done_at": None if overdue else turn,
                 "done_by": None if overdue else entry["author_id"]}
            )  # fmt: skip


_IN_REVISION = (
    "programme_id", "cluster_id", "kind", "form", "held", "minutes", "participants", "title", "text", "outcome",
    "next_step", "audience", "confidential",
)  # fmt: skip
