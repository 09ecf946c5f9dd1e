"""The registry of what can carry remarks, notes, history, follow-ups and search hits.

A subject is known as (subject_type, id). Each feature registers, once, from app.py, how its records are
loaded for a person. An unregistered type is invisible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mono_web.core.access import Viewer

Key = tuple[str, UUID]


@dataclass(frozen=True)
class Material:
    """What another record can be made of: the undertakings it is about, its text, and whether it is confidential."""

    companies: tuple[UUID, ...]
    text: str
    confidential: bool


@dataclass(frozen=True)
class Subject:
    """How one kind of record is found, named and addressed.

    load(viewer, id)          the record, or None where the person may not see it
    title(record)             its name in a list
    address(id)               its page
    readers(record)           ids of the people who may read it today
    place(record)             (programme id, cluster id, id of who works on it: the author, or who took over)
    writers(record)           ids of the author and, where it was taken over, of who did that
    revision(record)          its current revision
    may_read_remarks, may_remark, may_answer   rules over (viewer, record)
    is_reviewer(person id, record)  whether that person reviews the record today
    fields()                  the fields a remark can sit on: name -> label
    remarked(record, viewer)  called when a remark was made: the review moves on
    material(record)          what other records can be made of it; None where nothing is made of its type
    """

    load: Callable[[Viewer, UUID], object | None]
    title: Callable[[Any], str]
    address: Callable[[UUID], str]
    readers: Callable[[Any], frozenset[int]]
    place: Callable[[Any], tuple[int, int, int]]
    writers: Callable[[Any], tuple[int, ...]]
    revision: Callable[[Any], int]
    may_read_remarks: Callable[[Viewer, Any], bool]
    may_remark: Callable[[Viewer, Any], bool]
    may_answer: Callable[[Viewer, Any], bool]
    is_reviewer: Callable[[int, Any], bool]
    fields: Callable[[], dict[str, str]]
    remarked: Callable[[Any, Viewer], None]
    material: Callable[[Any], Material] | None = None


_known: dict[str, Subject] = {}


def register(subject_type: str, subject: Subject) -> None:
    """Make a type known."""
    _known[subject_type] = subject


def load(viewer: Viewer, subject_type: str, subject_id: UUID) -> object | None:
    """The record, if its type is known and this person may see it."""
    known = _known.get(subject_type)
    return known.load(viewer, subject_id) if known else None


def knows(subject_type: str) -> bool:
    """Whether a type is registered."""
    return subject_type in _known


def get(subject_type: str) -> Subject:
    """The registered type. KeyError for an unknown one: a programming error."""
    return _known[subject_type]
