"""The logbook as a table, for a file: the columns of the logbook's CSV, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, select

from mono_web.accounts.models import Person
from mono_web.companies.models import Company
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.hours import minutes_as_decimal
from mono_web.core.text import first_words, own_title
from mono_web.logbook.models import Entry, EntryCompany
from mono_web.logbook.queries.rows import Filters, Key, list_params, narrowed, source
from mono_web.programmes.models import Cluster, Programme

COLUMNS = (
    "entry_id", "date", "kind", "form", "orgnr", "company", "cluster", "broker", "participants", "hours", "title",
    "text", "next_step", "next_step_date", "held", "status", "programme", "outcome", "audience", "confidential",
)  # fmt: skip
BATCH = 500
Names = list[tuple[str, str]]


class Exported(NamedTuple):
    """A row of the file, and what the audit needs to know of it."""

    entry_id: UUID
    author_id: int
    confidential: bool
    cells: list[str]


_FIELDS = (
    Entry.id, Entry.date, Entry.kind, Entry.form, Cluster.code.label("cluster"), Person.email, Entry.participants,
    Entry.minutes, Entry.title, Entry.text, Entry.next_step, Entry.next_step_date, Entry.held, Entry.state,
    Programme.code.label("programme"), Entry.outcome, Entry.audience, Entry.confidential, Entry.author_id,
    Entry.new_companies,
)  # fmt: skip
_LINKED = (
    select(EntryCompany.entry_id, Company.orgnr, Company.name)
    .join(Company, Company.id == EntryCompany.company_id)
    .where(EntryCompany.entry_id.in_(bindparam("ids", expanding=True)))
    .order_by(EntryCompany.entry_id, EntryCompany.place)
)


@lru_cache(maxsize=128)
def _statement(shape: tuple[str, ...], paged: bool) -> Select[*tuple[Any, ...]]:
    begun = source(_FIELDS, shape)
    joined = (
        begun.statement.outerjoin(Person, Person.id == Entry.author_id)
        .outerjoin(Cluster, Cluster.id == Entry.cluster_id)
        .outerjoin(Programme, Programme.id == Entry.programme_id)
    )
    return narrowed(begun._replace(statement=joined), shape, paged)


def exported(viewer: Viewer, filters: Filters) -> Iterator[Exported]:
    """Every entry of a filtered list, newest first. Two statements for each 500 rows."""
    after: Key | None = None
    while True:
        statement = _statement(filters.shape(), after is not None)
        rows = db.session.connection().execute(statement, list_params(viewer, filters, after, BATCH)).all()
        linked = linked_names(row.id for row in rows)
        for row in rows:
            new = [(str(one.get("orgnr") or ""), str(one.get("name") or "")) for one in row.new_companies]
            yield Exported(row.id, row.author_id, row.confidential, _cells(row, linked.get(row.id, []) + new))
        if len(rows) < BATCH:
            return
        after = (rows[-1].date, rows[-1].id)


def linked_names(ids: Iterable[UUID]) -> dict[UUID, Names]:
    """(number or "", name) of the registered undertakings of several entries, in their order."""
    found: dict[UUID, Names] = {}
    wanted = list(ids)
    if wanted:
        for entry_id, orgnr, name in db.session.connection().execute(_LINKED, {"ids": wanted}):
            found.setdefault(entry_id, []).append((orgnr or "", name))
    return found


def _cells(row: Any, names: Names) -> list[str]:
    due = row.next_step_date
    return [
        str(row.id), row.date.isoformat(), row.kind, row.form, _listed(number for number, _name in names),
        _listed(name for _number, name in names), row.cluster, row.email, row.participants,
        "" if row.minutes is None else minutes_as_decimal(row.minutes), _heading(row.title, row.text), row.text,
        row.next_step,
        due.isoformat() if due else "", row.held, row.state, row.programme, row.outcome, row.audience,
        "yes" if row.confidential else "no",
    ]  # fmt: skip


def _heading(title: str, text: str) -> str:
    """The title, or the first words of the text, which a cell need not mark as cut."""
    return own_title(title, text) or first_words(text).rstrip("…")


def _listed(values: Iterable[str]) -> str:
    """Several in one cell. A semicolon in a name would part it in two; without any content nothing is written."""
    parts = [value.replace(";", ",") for value in values]
    return "; ".join(parts) if any(parts) else ""
