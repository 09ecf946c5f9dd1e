"""Full text: one document a record, kept in an ordinary table, indexed by FTS5 with external content.

Two columns are searched: the words as written and their Norwegian stems. A document's key carries its day,
so that "newest first" is the order of the index itself and needs no sorting. Who may see a hit is never
decided here: callers join the hits with their own `visible_to`.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, cast
from uuid import UUID

from sqlalchemy import (
    Index,
    Select,
    String,
    Table,
    Text,
    Uuid,
    bindparam,
    column,
    delete,
    func,
    select,
    table,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from mono_web.core.db import Base, db
from mono_web.core.text import words

BITS_PER_DAY = 20
MOST_TERMS = 8
SHORTEST_PREFIX = 3


class Document(Base):
    """What is searched of a record. `id` = day number << 20 | running number of that day."""

    __tablename__ = "search_document"
    __table_args__ = (Index("ix_search_document_subject", "subject_type", "subject_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject_type: Mapped[str] = mapped_column(String(30))
    subject_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    stems: Mapped[str] = mapped_column(Text)


index = table("search_index", column("rowid"), column("search_index"))
newest = index.c.rowid.desc()

_DDL = (
    """CREATE VIRTUAL TABLE IF NOT EXISTS search_index USING fts5(title, body, stems,
       content='search_document', content_rowid='id', tokenize="unicode61 remove_diacritics 0", prefix='3')""",
    """CREATE TRIGGER IF NOT EXISTS search_document_added AFTER INSERT ON search_document BEGIN
       INSERT INTO search_index(rowid, title, body, stems) VALUES (new.id, new.title, new.body, new.stems); END""",
    """CREATE TRIGGER IF NOT EXISTS search_document_gone AFTER DELETE ON search_document BEGIN
       INSERT INTO search_index(search_index, rowid, title, body, stems)
       VALUES ('delete', old.id, old.title, old.body, old.stems); END""",
    """CREATE TRIGGER IF NOT EXISTS search_document_changed AFTER UPDATE ON search_document BEGIN
       INSERT INTO search_index(search_index, rowid, title, body, stems)
       VALUES ('delete', old.id, old.title, old.body, old.stems);
       INSERT INTO search_index(rowid, title, body, stems) VALUES (new.id, new.title, new.body, new.stems); END""",
)
_TRIGGERS = ("search_document_added", "search_document_gone", "search_document_changed")


def is_own_table(name: str) -> bool:
    """Whether a table belongs to the index itself: migrations leave it alone."""
    return name.startswith("search_index")


def ensure_search_index() -> None:
    """Make the index and its triggers where they are missing; fill the index where it was just made.

    Runs at start and after every migration, since a rebuilt table loses its triggers.
    """
    found = set(
        db.session.scalars(
            text("SELECT name FROM sqlite_master WHERE name = 'search_index' OR name LIKE 'search_document_%'")
        )
    )
    if {"search_index", *_TRIGGERS} <= found:
        return
    for statement in _DDL:
        db.session.execute(text(statement))
    db.session.execute(text("INSERT INTO search_index(search_index) VALUES ('rebuild')"))


_local = threading.local()


def _stemmer() -> Any:
    if not hasattr(_local, "stemmer"):
        import snowballstemmer  # late: it loads the stemmers of all languages

        _local.stemmer = snowballstemmer.stemmer("norwegian")
    return _local.stemmer


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The Norwegian stem of one lower-case word."""
    return str(_stemmer().stemWord(word))


# Run at every save: built once.
_documents = cast(Table, Document.__table__)
_KEY_OF = select(Document.id).where(
    Document.subject_type == bindparam("type"), Document.subject_id == bindparam("subject", type_=Uuid)
)
_LAST_OF_DAY = select(func.max(Document.id)).where(Document.id >= bindparam("first"), Document.id < bindparam("next"))
_ADD = _documents.insert()
_DELETE = _documents.delete().where(_documents.c.id == bindparam("key"))


def _key(day: date, taken: int | None = None) -> int:
    first = day.toordinal() << BITS_PER_DAY
    if taken is not None and taken >> BITS_PER_DAY == day.toordinal():
        return taken
    last = db.session.scalar(_LAST_OF_DAY, {"first": first, "next": first + (1 << BITS_PER_DAY)})
    return first if last is None else last + 1


def put(subject_type: str, subject_id: UUID, day: date, title: str, parts: Iterable[str]) -> None:
    """Index a record anew. `day` is the day it is sorted by."""
    body = "\n".join(part for part in parts if part)
    found = db.session.scalar(_KEY_OF, {"type": subject_type, "subject": subject_id})
    key = _key(day, found)
    if found is not None:
        db.session.execute(_DELETE, {"key": found})
    stems = " ".join(stem(word) for word in words(f"{title} {body}"))
    row = {"id": key, "subject_type": subject_type, "subject_id": subject_id, "title": title, "body": body}
    db.session.execute(_ADD, {**row, "stems": stems})


def remove(subject_type: str, subject_id: UUID) -> None:
    """The record is gone."""
    db.session.execute(delete(Document).where(Document.subject_type == subject_type, Document.subject_id == subject_id))


def match_expression(typed: str) -> str | None:
    """What a person typed, as an FTS5 expression in which every term is quoted: no syntax can break it.

    All words must be found, each as written or by its stem; the last one also as the beginning of a word.
    None where nothing is left to search for.
    """
    terms = words(typed)[:MOST_TERMS]
    if not terms:
        return None
    wanted = []
    for place, term in enumerate(terms):
        beginning = place == len(terms) - 1 and len(term) >= SHORTEST_PREFIX
        written = f'"{term}"*' if beginning else f'"{term}"'
        wanted.append(f'({{title body}} : {written} OR {{stems}} : "{stem(term)}")')
    return " AND ".join(wanted)


def hits(expression: str, subject_type: str) -> Select[int, UUID]:
    """Rows (document id, subject id) that match, to be joined with a `visible_to`. Order by `newest`."""
    return (
        select(Document.id, Document.subject_id)
        .select_from(index)
        .join(Document, Document.id == index.c.rowid)
        .where(text("search_index MATCH :expression").bindparams(expression=expression))
        .where(Document.subject_type == subject_type)
    )


def found_terms(typed: str) -> frozenset[str]:
    """Stems of the typed words, for marking hits."""
    return frozenset(stem(word) for word in words(typed))


def matching(subject_type: str) -> Select[UUID]:
    """Subject ids whose document matches the parameter `expression`: for "id IN (...)"."""
    return (
        select(Document.subject_id)
        .select_from(index)
        .join(Document, Document.id == index.c.rowid)
        .where(text("search_index MATCH :expression"), Document.subject_type == subject_type)
    )


def found() -> Select[int, str, UUID, str, str, str]:
    """(document id, type, subject id, title, body, stems) of what matches the parameter `expression`, of any type.

    To be narrowed by the `visible_to` of each type; order by `newest`, so that one walk serves all types.
    """
    return (
        select(
            Document.id,
            Document.subject_type,
            Document.subject_id,
            Document.title,
            Document.body,
            Document.stems,
        )
        .select_from(index)
        .join(Document, Document.id == index.c.rowid)
        .where(text("search_index MATCH :expression"))
    )
