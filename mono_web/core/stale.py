"""Two people change the same record: what both hold is merged field by field, what meets in one field is shown.

A form carries the number of the revision it was filled from. `merged` gives the fields to save, or raises
StaleError; the view then answers 409 with `both_texts`, and `keep_beside` stores the text that was not saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from mono_web.core import htmx, i18n, revisions
from mono_web.core.db import after_answer, db
from mono_web.core.differences import Piece, word_difference
from mono_web.core.i18n import gettext as _

Fields = dict[str, Any]


class StaleError(Exception):
    """The record has moved on since the writer read it, and the same fields were changed differently.

    fields   the names of those fields
    mine     what the writer sent
    current  the record as it stands
    taken    fields that only somebody else changed: the form must show them as they are in `current`
    """

    def __init__(self, fields: list[str], mine: Fields, current: Fields, taken: list[str] | None = None) -> None:
        super().__init__(", ".join(fields))
        self.fields = fields
        self.mine = mine
        self.current = current
        self.taken = taken or []


class Merged(NamedTuple):
    """The fields to save, and the names of those that somebody else had changed meanwhile."""

    fields: Fields
    taken: list[str]


def merged(
    subject_type: str,
    subject_id: UUID,
    revision: int,
    base_rev: int,
    current: Mapping[str, Any],
    mine: Mapping[str, Any],
    may_read: Callable[[revisions.Revision], bool] = revisions.for_everybody,
) -> Merged:
    """What is to be saved of a form that was filled from revision `base_rev` of a record now at `revision`.

    Fields are JSON values. A field that `mine` does not have is left as it is. `may_read` says which revisions the
    person may read: of others the form cannot have been filled. Raises StaleError.
    """
    if base_rev == revision:
        return Merged({**current, **mine}, [])
    result = revisions.merge(subject_type, subject_id, base_rev, dict(current), mine, may_read)
    taken = [name for name in result.taken if name in mine]
    if result.conflicts:
        raise StaleError(result.conflicts, dict(mine), dict(current), taken)
    return Merged(result.merged, taken)


class MetField(NamedTuple):
    """A field in conflict in words: its label, both texts, and the difference from the stored one to mine."""

    name: str
    label: str
    theirs: str
    mine: str
    pieces: list[Piece]


def both_texts(stale: StaleError, labels: Mapping[str, str], readable: Callable[[str, Any], str]) -> list[MetField]:
    """Every field in conflict as the page shows it. `readable(name, value)` puts a stored value into words."""
    found = []
    for name in stale.fields:
        theirs, mine = readable(name, stale.current.get(name)), readable(name, stale.mine.get(name))
        label = str(labels.get(name, name))
        found.append(MetField(name, label, theirs, mine, word_difference(theirs, mine)))
    return found


def chosen(
    mine: Mapping[str, Any], current: Mapping[str, Any], choices: Mapping[str, str], prefix: str = "choose-"
) -> Fields:
    """My fields, with the stored value where the person chose it on the conflict page (`choose-<name>`)."""
    return {
        name: current[name] if choices.get(f"{prefix}{name}") == "theirs" and name in current else value
        for name, value in mine.items()
    }


def keep_beside(
    subject_type: str, subject_id: UUID, author_id: int, base_rev: int, met_rev: int, fields: Fields
) -> None:
    """Undo what was begun, and store the text that was not saved with the answer."""
    db.session.rollback()
    row = revisions.conflict_row(subject_type, subject_id, author_id, base_rev, met_rev, fields)
    after_answer(lambda: db.session.add(row))


def tell_taken(taken: Iterable[str], labels: Mapping[str, Any]) -> None:
    """Say, after a save, which fields somebody else had changed meanwhile and that stay so."""
    if names := [str(labels.get(name, name)) for name in taken]:
        fields = i18n.names(names)
        htmx.announce(_("Changed elsewhere meanwhile, and kept: %(fields)s", fields=fields))
