"""What is shown of a found text: a piece around the first hit, cut so that the template can mark the hits.

Pure. A text becomes a list of pieces, each a string and whether it is a hit; the view escapes and marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from mono_web.core.fulltext import SHORTEST_PREFIX, stem

BEFORE, LENGTH = 60, 220
# Marks of Markdown, which say nothing in a line of plain text.
_MARKS = re.compile(r"[*_`#>|~\[\]]+|\]\([^)\s]*\)")


class Piece(NamedTuple):
    """A stretch of text, and whether it is what was searched for."""

    text: str
    hit: bool


@dataclass(frozen=True)
class Wanted:
    """What was searched for: the words' stems, and the beginning that the last word may be of a longer one."""

    stems: frozenset[str]
    beginning: str

    @cached_property
    def _beginnings(self) -> re.Pattern[str]:
        """Words that may be hits. A Norwegian stem is the beginning of its word, so few others are looked at."""
        beginnings = "|".join(re.escape(one) for one in (*self.stems, self.beginning) if one)
        return re.compile(rf"(?<![^\W_])(?:{beginnings})[^\W_]*", re.IGNORECASE)

    def hits(self, text: str) -> Iterator[re.Match[str]]:
        """The words of a text that were searched for."""
        return (word for word in self._beginnings.finditer(text) if self._is_hit(word[0].casefold()))

    def _is_hit(self, word: str) -> bool:
        begun = len(self.beginning) >= SHORTEST_PREFIX and word.startswith(self.beginning)
        return begun or stem(word) in self.stems


def marked(text: str, wanted: Wanted) -> list[Piece]:
    """The whole text in pieces."""
    pieces: list[Piece] = []
    end = 0
    for word in wanted.hits(text):
        if word.start() > end:
            pieces.append(Piece(text[end : word.start()], False))
        pieces.append(Piece(word[0], True))
        end = word.end()
    if end < len(text):
        pieces.append(Piece(text[end:], False))
    return pieces


def snippet(text: str, wanted: Wanted) -> list[Piece]:
    """Around the first hit, in pieces; the beginning of the text where there is no hit in it."""
    first = next(wanted.hits(text), None)
    start = _word_start(text, max(0, first.start() - BEFORE)) if first else 0
    end = _word_end(text, start + LENGTH)
    line = _line(text[start:end])
    return marked(f"{'… ' if start else ''}{line}{' …' if end < len(text) else ''}", wanted)


def _line(text: str) -> str:
    """Several lines as one, without the marks of Markdown."""
    lines = (" ".join(_MARKS.sub("", line).split()) for line in text.split("\n"))
    return " · ".join(line.removeprefix("- ").removeprefix("+ ") for line in lines if line)


def _word_start(text: str, at: int) -> int:
    """The beginning of the first whole word from here; not further than thirty signs on."""
    space = text.find(" ", at, at + 30) if at else -1
    return space + 1 if space >= 0 else at


def _word_end(text: str, at: int) -> int:
    """The end of the last whole word before here."""
    if at >= len(text):
        return len(text)
    space = text.rfind(" ", at - 30, at)
    return space if space >= 0 else at
