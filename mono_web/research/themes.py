"""Themes of environments and researchers: short words, several of them, compared without case."""

from __future__ import annotations

import re
from collections.abc import Iterable

from mono_web.core.text import tidy_line, unstorable

MOST = 30
LONGEST = 80
_BETWEEN = re.compile(r"[,;\n|]")


def parted(typed: str) -> list[str]:
    """The themes in a line somebody typed."""
    return tidied(_BETWEEN.split(typed))


def problem(typed: str) -> str | None:
    """What would be lost of such a line: "many" or "long"; None where nothing would."""
    each = {key(part) for part in _BETWEEN.split(typed)} - {""}
    if any(len(part) > LONGEST for part in each):
        return "long"
    return "many" if len(each) > MOST else None


def tidied(themes: Iterable[str]) -> list[str]:
    """Each once, in their order; at most 30. What cannot be stored, or is longer than 80 signs, is left out."""
    found: dict[str, str] = {}
    for theme in themes:
        line = "" if unstorable(theme) else tidy_line(_BETWEEN.sub(" ", theme))
        if 0 < len(line) <= LONGEST:
            found.setdefault(key(line), line)
    return list(found.values())[:MOST]


def key(theme: str) -> str:
    """A theme as it is compared."""
    return tidy_line(theme).casefold()


def joined(themes: Iterable[str]) -> str:
    """As they stand in a field."""
    return ", ".join(themes)


def keys(themes: Iterable[str]) -> str:
    """The column that is filtered by: `|concrete|seaweed|`; empty without themes."""
    found = [key(theme) for theme in themes]
    return f"|{'|'.join(found)}|" if found else ""
