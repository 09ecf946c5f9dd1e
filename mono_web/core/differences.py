"""Word-by-word difference of two texts, and the three-way merge of the fields of a record.

The difference goes in two steps: first lines, then words inside the lines that changed. Both steps align by
what stands exactly once on each side (patience difference) and, between these anchors, by the shortest edit
(Myers). The standard library's difflib is not used: repeated words make it take minutes on a text of full
length. Here a comparison draws on one budget of steps, and what is unaligned when it is spent is shown as
replaced.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

Op = Literal["same", "in", "out"]


class Piece(NamedTuple):
    """A stretch of text: in both versions ("same"), only in the new ("in"), only in the old ("out")."""

    op: Op
    text: str


_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_WORD = r"\w+(?:[-'’.,:/@]\w+)*"
_TOKEN = re.compile(rf"{_WORD}|\n|[^\S\n]+|[^\w\s]")
_ONLY_WORD = re.compile(_WORD)

_STEPS = 400_000
_LONGEST_EDIT = 200
_DEEPEST = 40
_MOST_TOKENS = 60_000
# A stretch in which fewer than one word in five was kept reads better as replaced than as confetti.
_KEPT_WORDS = 5


def word_difference(old: str, new: str) -> list[Piece]:
    """The pieces in reading order; "same" and "out" together are `old`, "same" and "in" together are `new`.

    No two neighbours have the same op, and where text was replaced "out" stands before "in".
    """
    pieces = _Pieces()
    budget = _Budget(_STEPS)
    old_lines, new_lines = _LINE.findall(old), _LINE.findall(new)
    for same, gone, come in _stretches(old_lines, new_lines, budget):
        if same:
            pieces.add("same", "".join(same))
        else:
            _add_changed(pieces, "".join(gone), "".join(come), budget)
    return pieces.finished()


def counts(pieces: Iterable[Piece]) -> tuple[int, int]:
    """Words that came in and words that went out."""
    tally: Counter[str] = Counter()
    for piece in pieces:
        if piece.op != "same":
            tally[piece.op] += _count_words(piece.text)
    return tally["in"], tally["out"]


def _count_words(text: str) -> int:
    return sum(1 for _ in _ONLY_WORD.finditer(text))


def _add_changed(pieces: "_Pieces", gone: str, come: str, budget: "_Budget") -> None:
    old, new = _TOKEN.findall(gone), _TOKEN.findall(come)
    if max(len(old), len(new)) <= _MOST_TOKENS:
        stretches = list(_stretches(old, new, budget))
        kept = sum(_count_words("".join(same)) for same, _, _ in stretches)
        if kept * _KEPT_WORDS >= min(_count_words(gone), _count_words(come)):
            for same, out, into in stretches:
                pieces.add("same", "".join(same))
                pieces.add("out", "".join(out))
                pieces.add("in", "".join(into))
            return
    end = "\n" if gone.endswith("\n") and come.endswith("\n") else ""
    pieces.add("out", gone.removesuffix(end))
    pieces.add("in", come.removesuffix(end))
    pieces.add("same", end)


class _Pieces:
    """Collects pieces: joins neighbours, and lets a space between two replaced words belong to the change."""

    def __init__(self) -> None:
        self._done: list[Piece] = []
        self._out: list[str] = []
        self._in: list[str] = []
        self._gap = ""

    def add(self, op: Op, text: str) -> None:
        if not text:
            return
        if op == "same":
            if self._out and self._in and not self._gap and text.isspace() and "\n" not in text:
                self._gap = text
                return
            self._close()
            self._append(op, text)
            return
        if self._gap:
            self._out.append(self._gap)
            self._in.append(self._gap)
            self._gap = ""
        (self._out if op == "out" else self._in).append(text)

    def finished(self) -> list[Piece]:
        self._close()
        return self._done

    def _close(self) -> None:
        self._append("out", "".join(self._out))
        self._append("in", "".join(self._in))
        self._append("same", self._gap)
        self._out, self._in, self._gap = [], [], ""

    def _append(self, op: Op, text: str) -> None:
        if self._done and self._done[-1].op == op:
            text = self._done.pop().text + text
        if text:
            self._done.append(Piece(op, text))


# --- aligning two sequences ---------------------------------------------------------------------------------


class _Budget:
    """Steps that one comparison may still take, over all its parts."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> bool:
        self.left -= steps
        return self.left >= 0


class _Block(NamedTuple):
    """old[i : i + size] equals new[j : j + size]."""

    i: int
    j: int
    size: int


Stretch = tuple[Sequence[str], Sequence[str], Sequence[str]]


def _stretches(old: Sequence[str], new: Sequence[str], budget: _Budget) -> Iterator[Stretch]:
    """Alternating (same, (), ()) and ((), gone, come) that cover both sequences."""
    # Whole numbers compare fast, whatever the length of what they stand for.
    ids: dict[str, int] = {}
    a = [ids.setdefault(token, len(ids)) for token in old]
    b = [ids.setdefault(token, len(ids)) for token in new]
    i = j = 0
    for block in [*_align(a, b, (0, 0), 0, budget), _Block(len(a), len(b), 0)]:
        if i < block.i or j < block.j:
            yield (), old[i : block.i], new[j : block.j]
        i, j = block.i + block.size, block.j + block.size
        if block.size:
            yield old[block.i : i], (), ()


def _align(a: list[int], b: list[int], at: tuple[int, int], depth: int, budget: _Budget) -> Iterator[_Block]:
    """Blocks of a and b in order, their places counted from `at`."""
    shorter = min(len(a), len(b))
    head = next((n for n in range(shorter) if a[n] != b[n]), shorter)
    tail = next((n for n in range(shorter - head) if a[-1 - n] != b[-1 - n]), shorter - head)
    if head:
        yield _Block(at[0], at[1], head)
    middle_a, middle_b = a[head : len(a) - tail], b[head : len(b) - tail]
    if middle_a and middle_b and budget.spend(len(middle_a) + len(middle_b)):
        start = (at[0] + head, at[1] + head)
        anchors = _anchors(middle_a, middle_b) if depth < _DEEPEST else []
        if anchors:
            yield from _between(middle_a, middle_b, anchors, start, depth=depth + 1, budget=budget)
        else:
            for i, j in _shortest_edit(middle_a, middle_b, budget):
                yield _Block(start[0] + i, start[1] + j, 1)
    if tail:
        yield _Block(at[0] + len(a) - tail, at[1] + len(b) - tail, tail)


def _between(
    a: list[int],
    b: list[int],
    anchors: list[tuple[int, int]],
    at: tuple[int, int],
    *,
    depth: int,
    budget: _Budget,
) -> Iterator[_Block]:
    i = j = 0
    for anchor_i, anchor_j in [*anchors, (len(a), len(b))]:
        yield from _align(a[i:anchor_i], b[j:anchor_j], (at[0] + i, at[1] + j), depth, budget)
        if anchor_i < len(a):
            yield _Block(at[0] + anchor_i, at[1] + anchor_j, 1)
        i, j = anchor_i + 1, anchor_j + 1


def _anchors(a: list[int], b: list[int]) -> list[tuple[int, int]]:
    """Places in a and b of what stands once in each: the longest row of pairs that rises on both sides."""
    count_a, count_b = Counter(a), Counter(b)
    place = {token: j for j, token in enumerate(b) if count_b[token] == 1}
    pairs = [(i, place[token]) for i, token in enumerate(a) if count_a[token] == 1 and token in place]
    # Patience: the last pair of the best row of each length, and for each pair the one before it.
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for n, (_, j) in enumerate(pairs):
        row = bisect_left(ends, j)
        before.append(last[row - 1] if row else -1)
        ends[row : row + 1] = [j]
        last[row : row + 1] = [n]
    rising: list[tuple[int, int]] = []
    n = last[-1] if last else -1
    while n >= 0:
        rising.append(pairs[n])
        n = before[n]
    return rising[::-1]


def _shortest_edit(a: list[int], b: list[int], budget: _Budget) -> list[tuple[int, int]]:
    """Pairs of equal places on a shortest edit path (Myers 1986); none if it is long or the budget gone."""
    reach = {1: 0}
    trail: list[dict[int, int]] = []
    for edits in range(min(len(a) + len(b), _LONGEST_EDIT) + 1):
        trail.append(reach.copy())
        steps = edits + 1
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and reach[k - 1] < reach[k + 1])
            start = x = reach[k + 1] if down else reach[k - 1] + 1
            while x < len(a) and x - k < len(b) and a[x] == b[x - k]:
                x += 1
            reach[k] = x
            steps += x - start
            if x >= len(a) and x - k >= len(b):
                return _path_back(trail, len(a), len(b))
        if not budget.spend(steps):
            break
    return []


def _path_back(trail: list[dict[int, int]], x: int, y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for edits in range(len(trail) - 1, -1, -1):
        reach, k = trail[edits], x - y
        down = k == -edits or (k != edits and reach[k - 1] < reach[k + 1])
        previous = k + 1 if down else k - 1
        came_x = reach[previous] if edits else 0
        came_y = came_x - previous if edits else 0
        while x > came_x and y > came_y:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        x, y = came_x, came_y
    return pairs[::-1]


# --- merging a record ---------------------------------------------------------------------------------------


class Merge(NamedTuple):
    """A merged record; the fields taken over from `current`; the fields that both changed, each otherwise.

    A field in conflict has the value of `current` in `merged`: the writer's own is kept beside it.
    """

    merged: dict[str, Any]
    taken: list[str]
    conflicts: list[str]


_ABSENT = object()


def merge_fields(base: Mapping[str, Any], current: Mapping[str, Any], mine: Mapping[str, Any]) -> Merge:
    """Three-way merge by field: `current` and `mine` both began as `base`. Values are compared by ==.

    A field that `mine` does not have was not touched by it. A field that `base` does not know and that both
    others hold differently is a conflict.
    """
    result = Merge({}, [], [])
    for name in {**current, **mine, **base}:
        was, now = base.get(name, _ABSENT), current.get(name, _ABSENT)
        wanted = mine.get(name, was)
        value = wanted if now == was else now
        if now not in (was, wanted):
            (result.taken if wanted == was else result.conflicts).append(name)
        if value is not _ABSENT:
            result.merged[name] = value
    return result
