"""What a person finds: entries and undertakings in one walk through the full text, always through `visible_to`.

Newest first is the order of the index itself, so a page costs the same however much there is. By rank is our own
scoring of the 200 newest visible hits (`_score`), since ranking everything costs with the size of the logbook.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from math import log1p
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, false, func, or_, select, true

from mono_web.accounts.models import Person
from mono_web.companies import policy as companies
from mono_web.companies.models import Company
from mono_web.core import clock, fulltext
from mono_web.core.access import Viewer
from mono_web.core.db import db, run
from mono_web.core.fulltext import Document
from mono_web.core.text import tidy_line, unstorable, words
from mono_web.logbook import policy as logbook
from mono_web.logbook.models import SUBJECT as ENTRY
from mono_web.logbook.models import Entry, EntryCompany
from mono_web.search.queries.snippets import Piece, Wanted, marked, snippet

COMPANY = "company"
PAGE = 20
_PLACE = re.compile(r"[0-9]{1,6}")
MOST_RANKED = 200
LONGEST_QUERY = 200
KEPT_OF_BODY = 20_000  # signs that are looked through for the piece that is shown


class Row(NamedTuple):
    """A row of the statement. What belongs to entries alone is empty for an undertaking."""

    document: int
    type: str
    id: UUID
    title: str
    body: str
    stems: str
    date: date | None
    kind: str | None
    state: str | None
    author: str | None
    companies: str | None
    municipality: str | None
    orgnr: str | None
    confidential: bool | None
    author_id: int | None


@dataclass(frozen=True)
class Hit:
    """A line of the result. Title and snippet are in pieces: escaping and marking come last."""

    row: Row
    title: list[Piece]
    snippet: list[Piece]

    @property
    def key(self) -> str:
        """The record, as the address of the next page names it."""
        return f"{self.row.type}-{self.row.id}"


@dataclass(frozen=True)
class Found:
    """A page of hits. `after` asks for the next one: a record's key, or a number when sorted by rank."""

    hits: list[Hit] = field(default_factory=list)
    after: str = ""
    searched: bool = False
    capped: bool = False


def clean(typed: str) -> str:
    """What was typed, as it can be shown again: one line of at most 200 signs, nothing invisible."""
    line = "".join(sign for sign in typed[: LONGEST_QUERY * 4] if sign.isspace() or not unstorable(sign))
    return tidy_line(line)[:LONGEST_QUERY].rstrip()


def results_for(viewer: Viewer, typed: str, *, by_rank: bool = False, after: str = "") -> Found:
    """A page of what this person may find; nothing where nothing is left to search for."""
    expression = fulltext.match_expression(typed)
    if expression is None:
        return Found()
    wanted = Wanted(fulltext.found_terms(typed), words(typed)[: fulltext.MOST_TERMS][-1])
    if by_rank:
        return _ranked(viewer, expression, wanted, words(typed), int(after) if _PLACE.fullmatch(after) else 0)
    before = _document_of(viewer, after) if after else None
    rows = _rows(viewer, expression, PAGE + 1, before)
    shown = [_hit(row, wanted) for row in rows[:PAGE]]
    return Found(shown, shown[-1].key if len(rows) > PAGE else "", searched=True)


def _hit(row: Row, wanted: Wanted) -> Hit:
    heading = f"{row.companies} – {row.title}" if row.companies else row.title
    return Hit(row, marked(heading, wanted), snippet(_told(row), wanted))


def _told(row: Row) -> str:
    """The text a snippet is cut from: an entry's without its undertakings, which stand in the heading."""
    if row.type == COMPANY:
        return ""
    lines, named = row.body[:KEPT_OF_BODY].split("\n"), set((row.companies or "").split(", "))
    return "\n".join(lines[next((at for at, line in enumerate(lines) if line not in named), 0) :])


_names = (
    select(func.aggregate_strings(Company.name, ", "))
    .select_from(EntryCompany)
    .join(Company, Company.id == EntryCompany.company_id)
    .where(EntryCompany.entry_id == Entry.id)
    .correlate(Entry)
    .scalar_subquery()
)


@lru_cache(maxsize=8)
def _statement(reads_companies: bool, paged: bool) -> Select[*tuple[Any, ...]]:
    """One walk over both kinds of records, built once. The right to undertakings is all or nothing (their policy)."""
    visible = or_(
        and_(Document.subject_type == ENTRY, logbook.VISIBLE),
        and_(Document.subject_type == COMPANY, true() if reads_companies else false()),
    )
    statement = (
        fulltext.found()
        .add_columns(
            Entry.date, Entry.kind, Entry.state, Person.name, func.coalesce(_names, ""),
            Company.municipality, Company.orgnr, Entry.confidential, Entry.author_id,
        )
        .outerjoin(Entry, and_(Document.subject_type == ENTRY, Entry.id == Document.subject_id))
        .outerjoin(Person, Person.id == Entry.author_id)
        .outerjoin(Company, and_(Document.subject_type == COMPANY, Company.id == Document.subject_id))
        .where(visible)
        .order_by(fulltext.newest)
        .limit(bindparam("limit"))
    )  # fmt: skip
    return statement.where(fulltext.index.c.rowid < bindparam("before")) if paged else statement


def _rows(viewer: Viewer, expression: str, limit: int, before: int | None = None) -> list[Row]:
    statement = _statement(companies.can_read_companies(viewer), before is not None)
    values = {**logbook.visible_params(viewer), "expression": expression, "limit": limit}
    if before is not None:
        values["before"] = before
    return [Row._make(row) for row in run(statement, values)]


def _document_of(viewer: Viewer, key: str) -> int | None:
    """The document of the record that a page ended with; None where there is none for this person.

    The address names the record and not the document, whose number would tell how many there are of a day.
    """
    kind, _dash, record = key.partition("-")
    try:
        record_id = UUID(record)
    except ValueError:
        return None
    visible = {ENTRY: logbook.visible_to(viewer).with_only_columns(Entry.id),
               COMPANY: companies.visible_to(viewer).with_only_columns(Company.id)}.get(kind)  # fmt: skip
    if visible is None:
        return None
    return db.session.scalar(
        select(Document.id).where(
            Document.subject_type == kind, Document.subject_id == record_id, Document.subject_id.in_(visible)
        )
    )


# --- by rank ----------------------------------------------------------------------------------------


def _ranked(viewer: Viewer, expression: str, wanted: Wanted, terms: list[str], start: int) -> Found:
    """The 200 newest visible hits, the best first. Pages are cut from this one list."""
    rows = _rows(viewer, expression, MOST_RANKED)
    rows.sort(key=lambda row: (_score(row, terms), row.document), reverse=True)
    shown = rows[start : start + PAGE]
    more = start + PAGE < len(rows)
    return Found(
        [_hit(row, wanted) for row in shown],
        str(start + PAGE) if more else "",
        searched=True,
        capped=len(rows) == MOST_RANKED,
    )


def _score(row: Row, terms: list[str]) -> float:
    """How well a document answers. For each different term, by its stem:

    4 points when it stands in the title as it was written, 3 when another form of it does; 1 when it stands
    anywhere as written; and ln(1 + times), so that a tenth mention counts less than a second one. Beside that
    at most 1 point for recency: half of it is gone after a year.
    """
    title, stems = words(row.title), Counter(row.stems.split())
    title_stems = {fulltext.stem(word) for word in title}
    text = set(words(row.body[:KEPT_OF_BODY])) | set(title)
    points = 0.0
    for term in dict.fromkeys(terms[: fulltext.MOST_TERMS]):
        root = fulltext.stem(term)
        points += 4 if term in title else 3 if root in title_stems else 0
        points += (term in text) + log1p(stems[root])
    age = clock.today().toordinal() - (row.document >> fulltext.BITS_PER_DAY)
    return points + 365 / (365 + max(age, 0))
