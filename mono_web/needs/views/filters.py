"""Filters of the needs in the address: read them, say what is wrong, write them back, name them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from mono_web.companies import queries as companies
from mono_web.core import fulltext, i18n
from mono_web.core.access import Viewer
from mono_web.core.i18n import gettext as _
from mono_web.core.text import tidy_line
from mono_web.needs.forms import STATE_LABELS
from mono_web.needs.models import STATES
from mono_web.needs.queries import Filters
from mono_web.programmes import queries as programmes

LONGEST = 200
# The names in the address, in the order of the chips.
NAMES = ("cluster", "state", "owner", "theme", "area", "company", "words")
ALL = "all"


@dataclass
class Asked:
    """What the address asks for: filters, their address (`pairs`), their words (`labels`), and what was wrong.

    `typed` is what stood in the address, for showing it again in the form.
    """

    filters: Filters
    typed: MultiDict[str, str]
    pairs: list[tuple[str, str]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)

    def query(self, without: str = "", **more: str) -> str:
        """The query string of these filters, one left out or others added; empty when nothing is left."""
        pairs = [pair for pair in self.pairs if pair[0] != without] + [pair for pair in more.items() if pair[1]]
        return f"?{urlencode(pairs)}" if pairs else ""

    def all_shown(self, name: str) -> list[str]:
        """The values of a parameter as they were understood."""
        return [value for key, value in self.pairs if key == name]

    def shown(self, name: str) -> str:
        """The value of one parameter, for its field: as it was typed where it could not be read."""
        found = self.all_shown(name)
        return self.typed.get(name, "") if name in self.problems else (found[0] if found else "")


class Choices:
    """What can be chosen, read when it is asked for: clusters and priority areas as (code or id, name)."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer

    @cached_property
    def clusters(self) -> list[tuple[int, str, str]]:
        """(id, code, name)"""
        return [(one.id, one.code, one.name) for one in programmes.clusters_of(self._viewer)]

    @cached_property
    def areas(self) -> list[tuple[int, str]]:
        """(id, name)"""
        return [(one.id, one.name) for one in programmes.areas_for(self._viewer)]


class _Reader:
    """Reads one parameter after the other into the pieces of `Asked`."""

    def __init__(self, viewer: Viewer, typed: MultiDict[str, str], choices: Choices) -> None:
        self.viewer, self.typed, self.choices = viewer, typed, choices
        self.found: dict[str, Any] = {}
        self.pairs: list[tuple[str, str]] = []
        self.labels: dict[str, str] = {}
        self.problems: dict[str, str] = {}

    def take(self, name: str, values: list[str], label: str, **found: Any) -> None:
        self.found |= found
        self.pairs += [(name, value) for value in values]
        self.labels[name] = label

    def wrong(self, name: str) -> None:
        self.problems[name] = _("Choose one of the possibilities")

    def read(self) -> Asked:
        for name in NAMES:
            given = [value.strip() for value in self.typed.getlist(name)]
            if given := [value for value in given if value]:
                _READ[name](self, given)
        return Asked(Filters(**self.found), self.typed, self.pairs, self.labels, self.problems)

    def states(self, given: list[str]) -> None:
        if ALL in given:
            self.take("state", [ALL], _("All steps"), states=STATES)
            return
        known = [code for code in STATE_LABELS if code in given]
        if len(known) < len(set(given)):
            self.wrong("state")
        if known:
            label = i18n.names([str(STATE_LABELS[code]) for code in known])
            self.take("state", known, label, states=tuple(known))

    def cluster(self, given: list[str]) -> None:
        found = next((one for one in self.choices.clusters if one[1] == given[0]), None)
        if found:
            self.take("cluster", [found[1]], found[2], cluster=found[0])
        else:
            self.wrong("cluster")

    def area(self, given: list[str]) -> None:
        found = next((one for one in self.choices.areas if str(one[0]) == given[0]), None)
        if found:
            self.take("area", [given[0]], found[1], area=found[0])
        else:
            self.wrong("area")

    def owner(self, given: list[str]) -> None:
        if given[0] == "me":
            # Translators: chip of a filter. Bokmål: Mine behov
            self.take("owner", ["me"], _("My needs"), mine=True)
        elif given[0] == "none":
            # Translators: chip of a filter: needs that nobody is in charge of. Bokmål: Uten ansvarlig
            self.take("owner", ["none"], _("Nobody in charge"), ownerless=True)
        else:
            self.wrong("owner")

    def theme(self, given: list[str]) -> None:
        typed = tidy_line(given[0])[:LONGEST]
        self.take("theme", [typed], _("Theme: %(theme)s", theme=typed), theme=typed.casefold())

    def company(self, given: list[str]) -> None:
        found = companies.meant(self.viewer, given[0][:LONGEST])
        if len(found) == 1:
            self.take("company", [given[0]], found[0].name, company=found[0].id)
        elif found:
            self.problems["company"] = _("Several undertakings have this name. Write the organisation number")
        else:
            self.problems["company"] = _("We know no undertaking with this name or number")

    def words(self, given: list[str]) -> None:
        typed = given[0][:LONGEST]
        if fulltext.match_expression(typed) is None:
            self.problems["words"] = _("Write at least one word")
        else:
            self.take("words", [typed], _("Words: %(words)s", words=typed), words=typed)


_READ: dict[str, Callable[[_Reader, list[str]], None]] = {
    "state": _Reader.states,
    "cluster": _Reader.cluster,
    "area": _Reader.area,
    "owner": _Reader.owner,
    "theme": _Reader.theme,
    "company": _Reader.company,
    "words": _Reader.words,
}


def read(viewer: Viewer, typed: MultiDict[str, str], choices: Choices) -> Asked:
    """The filters of an address. What cannot be printed is left out of it from the start."""
    clean = MultiDict((name, "".join(filter(str.isprintable, value))) for name, value in typed.items(multi=True))
    return _Reader(viewer, clean, choices).read()


def has_blanks(typed: MultiDict[str, str]) -> bool:
    """Whether the address comes straight from the form, with its empty fields."""
    return any(name in NAMES and not value.strip() for name, value in typed.items(multi=True))
