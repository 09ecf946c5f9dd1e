"""Two versions beside each other, word by word, field by field. No routes of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mono_web.core.access import Viewer
from mono_web.core.differences import Piece, counts, word_difference
from mono_web.logbook import actions, policy, queries
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.logbook.views.conflict import labels, readable
from mono_web.remarks import queries as remarks

_HEADING = re.compile(r"#{1,6}\s+")
# In the order of the page; the rest of a version's fields is not shown.
SHOWN = (
    "title", "companies", "new_companies", "date", "kind", "form", "held", "minutes", "participants", "text",
    "outcome", "next_step", "next_step_date", "audience", "confidential",
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A line of a text with changes: whether it is a heading, and its pieces."""

    heading: bool
    pieces: list[Piece]


@dataclass(frozen=True)
class ChangedField:
    """A field that differs: its pieces in reading order."""

    name: str
    label: str
    pieces: list[Piece]


@dataclass(frozen=True)
class Changes:
    """What differs between two versions, with the words that came in and went out."""

    fields: list[ChangedField]
    words_in: int
    words_out: int
    since: datetime | None = None

    def lines_of(self, name: str) -> list[Line] | None:
        """The lines of one text field, or None where it did not change."""
        pieces = next((field.pieces for field in self.fields if field.name == name), None)
        return None if pieces is None else lines(pieces)


def lines(pieces: Sequence[Piece]) -> list[Line]:
    """Pieces cut at line ends, empty lines left out, headings told by their mark and without it."""
    cut: list[list[Piece]] = [[]]
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        cut[-1].append(Piece(piece.op, first))
        cut += [[Piece(piece.op, part)] for part in rest]
    found = []
    for line in cut:
        kept = [piece for piece in line if piece.text]
        if not kept:
            continue
        heading = _HEADING.match(kept[0].text)
        if heading:
            kept[0] = Piece(kept[0].op, kept[0].text[heading.end() :])
        found.append(Line(bool(heading), kept))
    return found


def between(old: Mapping[str, Any], new: Mapping[str, Any], since: datetime | None = None) -> Changes:
    """The differences from one version's fields to another's."""
    named = labels()
    fields = []
    words_in = words_out = 0
    for name in SHOWN:
        if old.get(name) == new.get(name):
            continue
        pieces = word_difference(readable(name, old.get(name)), readable(name, new.get(name)))
        came, went = counts(pieces)
        words_in, words_out = words_in + came, words_out + went
        fields.append(ChangedField(name, named.get(name, name), pieces))
    return Changes(fields, words_in, words_out, since)


def since_last_read(viewer: Viewer, entry: Entry) -> Changes | None:
    """What the author changed since the reviewer's last act; None where nothing did, or for anybody else."""
    if entry.read_revision in (None, entry.revision) or not policy.is_reviewer(viewer, entry):
        return None
    read = queries.revision_for(viewer, entry, entry.read_revision or 0)
    if read is None:
        return None
    current = actions.as_fields(actions.content_of(entry))
    changes = between(read.fields, current, _read_at(entry))
    return changes if changes.fields else None


def _read_at(entry: Entry) -> datetime | None:
    """The moment of the reviewer's last act."""
    acts = [
        act
        for act in remarks.acts_of(SUBJECT, entry.id)
        if act.verb in ("started", "returned", "accepted") and act.person_id != entry.author_id
    ]
    return acts[-1].at if acts else None
