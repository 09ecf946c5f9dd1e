"""The municipalities of Nordland, by number and by name. Facts and licence: SOURCES.md."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

COUNTY = "Nordland"
_COUNTY_CODE = "18"
# Another county has a municipality of the same name, so that the name alone says nothing.
_NOT_ALONE = frozenset({"herøy"})
_SMALL_WORDS = re.compile(r"\b(Og|I|På)\b")


@dataclass(frozen=True)
class Place:
    """A municipality: its number (None where it is not known) and its name as it is shown."""

    code: str | None
    name: str


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, str], ...]:
    with Path(__file__).with_name("municipalities.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@lru_cache(maxsize=1)
def nordland() -> dict[str, str]:
    """Number -> name of the 41 of today, by name."""
    present = [(row["number"], row["name"]) for row in _rows() if row["status"] == "present"]
    return dict(sorted(present, key=lambda pair: _norwegian(pair[1])))


def _norwegian(name: str) -> str:
    """For sorting: æ, ø, å come last, in this order."""
    return name.casefold().replace("æ", "{").replace("ø", "|").replace("å", "}")


@lru_cache(maxsize=1)
def _former() -> dict[str, dict[str, str]]:
    return {row["number"]: row for row in _rows() if row["status"] == "former"}


def by_code(code: str | None, name: str = "") -> Place:
    """The municipality of a number as others write it, `name` being the name they give beside it.

    An old number gives the one of today; where the old municipality was divided, its name stays without a number.
    """
    code = code or None
    if old := _former().get(code or ""):
        code = old["now"] or None
        name = old["name"] if code not in nordland() else ""
    known = nordland().get(code or "")
    return Place(code, known or _shown(name))


def county_of(code: str | None) -> str:
    """The county of a number, if it is ours."""
    return COUNTY if code and code.startswith(_COUNTY_CODE) else ""


def by_name(name: str) -> Place:
    """The municipality somebody typed. Where the name is not unique in Norway the number stays unknown."""
    wanted = " ".join(name.split())
    for code, known in nordland().items():
        if known.casefold() == wanted.casefold():
            return Place(None if wanted.casefold() in _NOT_ALONE else code, known)
    return Place(None, _shown(wanted))


def joined(code: str | None, name: str) -> str:
    """A municipality as one value, "1833 Rana", or the bare name: how revisions keep it."""
    return f"{code or ''} {name}".strip()


def split(value: str) -> tuple[str | None, str]:
    """Number (or None) and name of such a value."""
    code, _space, name = value.partition(" ")
    return (code, name) if len(code) == 4 and code.isdecimal() else (None, value)


def _shown(name: str) -> str:
    """The register writes capitals only."""
    if name != name.upper():
        return name
    return _SMALL_WORDS.sub(lambda word: word[0].lower(), name.title())
