"""Filters of the logbook in the address: read them, say what is wrong, write them back, name them.

The address holds what people can read: days, codes of programmes and clusters, names. A value that cannot be
read costs a sentence at its field, never the rest.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from mono_web.companies import queries as companies
from mono_web.core import clock, dates, fulltext, i18n
from mono_web.core.access import Viewer
from mono_web.core.i18n import gettext as _
from mono_web.logbook.forms import KIND_LABELS, STATE_LABELS
from mono_web.logbook.queries import Choice, Filters

LONGEST_WORDS = 200
# The names in the address, in the order of the chips.
NAMES = (
    "turn", "from", "to", "programme", "cluster", "broker", "company", "kind", "state", "next", "words",
)  # fmt: skip
Pairs = list[tuple[str, str]]


def query_of(pairs: Pairs) -> str:
    """Pairs as a query string; empty for none."""
    return _encoded(tuple(pairs))


@lru_cache(maxsize=1024)
def _encoded(pairs: tuple[tuple[str, str], ...]) -> str:
    return f"?{urlencode(pairs)}" if pairs else ""


@dataclass
class Asked:
    """What the address asks for: filters, their address (`pairs`), their words (`labels`), and what was wrong.

    `typed` is what stood in the address, for showing it again in the form.
    """

    filters: Filters
    typed: MultiDict[str, str]
    pairs: Pairs = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def query(self, without: str = "", **more: str) -> str:
        """The query string of these filters, one left out or others added; empty when nothing is left."""
        return query_of([pair for pair in self.pairs if pair[0] != without] + list(more.items()))

    def shown(self, name: str) -> str:
        """The value of one parameter as it was understood, for its field; a day as people write it."""
        day = {"from": self.filters.since, "to": self.filters.until}.get(name)
        found = self.all_shown(name)
        return i18n.entered_day(day) if day else (found[0] if found else "")

    def all_shown(self, name: str) -> list[str]:
        """The values of a parameter that may stand several times."""
        return [value for key, value in self.pairs if key == name]


class _Reader:
    """Reads one parameter after the other into the pieces of `Asked`."""

    def __init__(self, viewer: Viewer, typed: MultiDict[str, str], choices: list[Choice]) -> None:
        self.viewer, self.typed, self.choices = viewer, typed, choices
        self.found: dict[str, Any] = {}
        self.pairs: Pairs = []
        self.labels: dict[str, str] = {}
        self.problems: dict[str, str] = {}

    def take(self, name: str, value: str | list[str], label: str, **found: Any) -> None:
        self.found |= found
        self.pairs += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        self.labels[name] = label

    def read(self) -> Asked:
        for name in NAMES:
            given = [value.strip() for value in self.typed.getlist(name)]
            if given := [value for value in given if value]:
                _READ[name](self, given)
        return Asked(Filters(**self.found), self.typed, self.pairs, self.labels, self.problems)

    def turn(self, given: list[str]) -> None:
        if given[0] == "me":
            self.take("turn", "me", _("My turn"), turn=True)
        else:
            self.problems["turn"] = _("Choose one of the possibilities")

    def no_next_step(self, given: list[str]) -> None:
        if given[0] == "none":
            self.take("next", "none", _("Without next step"), no_next_step=True)
        else:
            self.problems["next"] = _("Choose one of the possibilities")

    def since(self, given: list[str]) -> None:
        if day := self._day("from", given[0]):
            self.take("from", day.isoformat(), _("From %(day)s", day=i18n.day_long(day)), since=day)

    def until(self, given: list[str]) -> None:
        day = self._day("to", given[0])
        if day and day < self.found.get("since", day):
            self.problems["to"] = _("The last day is before the first")
        elif day:
            self.take("to", day.isoformat(), _("Until %(day)s", day=i18n.day_long(day)), until=day)

    def _day(self, name: str, typed: str) -> date | None:
        try:
            return dates.parse_date(typed, clock.today())
        except dates.UnreadableDate as error:
            self.problems[name] = (
                _("There is no such day. Write the date like this: 11.11.2021")
                if error.reason == "impossible"
                else _("Write the date like this: 11.11.2021")
            )
            return None

    def programme(self, given: list[str]) -> None:
        if one := self._choice("programme", given[0]):
            self.take("programme", one.code, one.name, programme=one.id)

    def cluster(self, given: list[str]) -> None:
        if one := self._choice("cluster", given[0]):
            self.take("cluster", one.code, one.name, cluster=one.id)

    def broker(self, given: list[str]) -> None:
        me = str(self.viewer.id)
        if given[0] in ("me", me):
            self.take("broker", "me", _("Broker: me"), broker=self.viewer.id)
        elif one := self._choice("broker", given[0]):
            self.take("broker", one.code, _("Broker: %(name)s", name=one.name), broker=one.id)

    def _choice(self, what: str, code: str) -> Choice | None:
        found = next((one for one in self.choices if one.what == what and one.code == code), None)
        if found is None:
            self.problems[what] = _("Choose one of the possibilities")
        return found

    def company(self, given: list[str]) -> None:
        typed = given[0]
        found = companies.meant(self.viewer, typed[:LONGEST_WORDS])
        if len(found) == 1:
            self.take("company", typed, found[0].name, company=found[0].id)
        elif found:
            self.problems["company"] = _("Several undertakings have this name. Write the organisation number")
        else:
            self.problems["company"] = _("We know no undertaking with this name or number")

    def kinds(self, given: list[str]) -> None:
        self._several("kind", given, KIND_LABELS, "kinds")

    def states(self, given: list[str]) -> None:
        self._several("state", given, STATE_LABELS, "states")

    def _several(self, name: str, given: list[str], labels: dict[str, str], target: str) -> None:
        known = [code for code in labels if code in given]
        if len(known) < len(set(given)):
            self.problems[name] = _("Choose one of the possibilities")
        if known:
            label = i18n.names([str(labels[code]) for code in known])
            self.take(name, known, label, **{target: tuple(known)})

    def words(self, given: list[str]) -> None:
        typed = given[0][:LONGEST_WORDS]
        if fulltext.match_expression(typed) is None:
            self.problems["words"] = _("Write at least one word")
        else:
            self.take("words", typed, _("Words: %(words)s", words=typed), words=typed)


_READ: dict[str, Callable[[_Reader, list[str]], None]] = {
    "turn": _Reader.turn,
    "from": _Reader.since,
    "to": _Reader.until,
    "programme": _Reader.programme,
    "cluster": _Reader.cluster,
    "broker": _Reader.broker,
    "company": _Reader.company,
    "kind": _Reader.kinds,
    "state": _Reader.states,
    "next": _Reader.no_next_step,
    "words": _Reader.words,
}


def read(viewer: Viewer, typed: MultiDict[str, str], choices: list[Choice]) -> Asked:
    """The filters of an address. What cannot be printed is left out of it from the start."""
    clean = MultiDict((name, "".join(filter(str.isprintable, value))) for name, value in typed.items(multi=True))
    return _Reader(viewer, clean, choices).read()


def has_blanks(typed: MultiDict[str, str]) -> bool:
    """Whether the address comes straight from the form, with its empty fields."""
    return any(name in NAMES and not value.strip() for name, value in typed.items(multi=True))
