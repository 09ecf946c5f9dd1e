"""Asking Enhetsregisteret, by number or by name. Each way it can end has a state and a sentence of its own.

Callers hold no transaction while they ask. Nothing here raises: who asked goes on by hand where there is no answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from mono_web.companies.models import Status
from mono_web.companies.register import Facts, as_day, ended, from_register, gone
from mono_web.core import clock
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.outside import Answer, NoAnswerError
from mono_web.core.text import tidy_line

Ask = Callable[..., Answer]
HITS = 8
_SENTENCES = {
    "off": _l("Looking up in Enhetsregisteret is switched off here. Fill in the fields yourself"),
    "resting": _l("Enhetsregisteret did not answer a moment ago. Try again in a minute, or fill in yourself"),
    "unreachable": _l("There is no connection to Enhetsregisteret. You can fill in yourself"),
    "slow": _l("Enhetsregisteret did not answer in time. You can fill in yourself"),
    "busy": _l("Enhetsregisteret has too much to do just now. Wait a minute, or fill in yourself"),
    "broken": _l("Something is wrong at Enhetsregisteret. Try again later, or fill in yourself"),
    "unreadable": _l("The answer of Enhetsregisteret could not be read. You can fill in yourself"),
    "large": _l("The answer of Enhetsregisteret is too long to be right. You can fill in yourself"),
    "refused": _l("Enhetsregisteret does not take this question. Look at the number or the name, or fill in yourself"),
    "unknown": _l("The register knows no undertaking with this number"),
    "none": _l("Enhetsregisteret has no undertaking of this name"),
}


@dataclass(frozen=True)
class Reply:
    """What the register says of one number.

    state  "found", "deleted", "removed", "unknown", "refused", or the reason of a NoAnswerError
    facts  as actions.as_fields: all that it tells, of a deleted or removed one only its status; {} without an answer
    on     the day it was asked
    """

    state: str
    on: date
    facts: Facts = field(default_factory=dict)
    name: str = ""

    @property
    def sentence(self) -> str:
        """What to tell the person; empty where there are facts to take."""
        if self.state in (Status.DELETED, Status.REMOVED):
            return gone(self.name, self.facts["status_on"] or "")
        return str(_SENTENCES[self.state]) if self.state != "found" else ""


@dataclass(frozen=True)
class Hits:
    """What the register has of a name: facts of each, at most 8; `sentence` where there are none."""

    rows: list[Facts]
    state: str = "found"

    @property
    def sentence(self) -> str:
        """What to tell the person."""
        return "" if self.rows else str(_SENTENCES[self.state])


def by_number(ask: Ask, number: str) -> Reply:
    """What the register says of this number (nine digits). A sub-unit is not among the undertakings: asked for next."""
    today = clock.today()
    try:
        answer = ask(f"/enheter/{number}")
        if answer.status == 404:
            answer = ask(f"/underenheter/{number}")
    except NoAnswerError as error:
        return Reply(error.reason, today)
    return _read(answer, number, today)


def _read(answer: Answer, number: str, today: date) -> Reply:
    if answer.status == 404:
        return Reply("unknown", today)
    if answer.status not in (200, 410):
        return Reply("refused", today)
    body = answer.body if isinstance(answer.body, dict) else {}
    if (day := ended(body)) or answer.status == 410:
        name = tidy_line(str(body.get("navn") or ""))[:200] if answer.status == 200 else ""
        status = Status.DELETED if name else Status.REMOVED
        return Reply(status.value, today, _ended(status, day), name)
    try:
        facts = from_register(body, today)
    except DomainError:
        return Reply("unreadable", today)
    return Reply("found", today, facts) if facts["orgnr"] == number else Reply("unreadable", today)


def _ended(status: Status, written: str) -> Facts:
    day = as_day(written)
    return {"status": status.value, "status_on": day.isoformat() if day else None}


def by_name(ask: Ask, name: str) -> Hits:
    """The undertakings whose name holds these words, as the register orders them."""
    try:
        answer = ask("/enheter", {"navn": name, "size": HITS})
    except NoAnswerError as error:
        return Hits([], error.reason)
    if answer.status != 200:
        return Hits([], "none" if answer.status == 404 else "refused")
    if not isinstance(answer.body, dict):
        return Hits([], "unreadable")
    rows = list(_rows(answer.body))
    return Hits(rows[:HITS], "found" if rows else "none")


def _rows(body: dict[str, Any]) -> list[Facts]:
    """Without hits the list is absent. What cannot be read is left out."""
    embedded = body.get("_embedded")
    records = embedded.get("enheter") if isinstance(embedded, dict) else None
    found = []
    for record in records if isinstance(records, list) else ():
        try:
            found.append(from_register(record if isinstance(record, dict) else None, clock.today()))
        except DomainError:
            continue
    return found
