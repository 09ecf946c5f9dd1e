"""Rows of log entries: the list with its filters.

The statements are built once for each shape of filters; all values come as parameters. A list is read in the
order of an index, so that its cost does not grow with the logbook.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Date,
    Select,
    String,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.orm import aliased

from mono_web.accounts.models import Person
from mono_web.companies.models import Company
from mono_web.core import fulltext
from mono_web.core.access import Viewer
from mono_web.core.db import db, run
from mono_web.logbook import policy
from mono_web.logbook.models import EDITABLE, SUBJECT, Entry, EntryCompany
from mono_web.logbook.queries.turns import own_turns, queue_params, queued, taken_turns, unsaved_turns
from mono_web.programmes.models import Cluster, Programme

PAGE = 25
# A word that stands everywhere costs no more than this many looked-up hits, the newest.
MOST_FOUND = 5_000
Key = tuple[date, UUID]


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. Empty means all; every field is part of the address.

    turn          entries that wait on the person who looks, as author or as reviewer
    no_next_step  sent entries without a next step
    """

    since: date | None = None
    until: date | None = None
    programme: int | None = None
    cluster: int | None = None
    broker: int | None = None
    company: UUID | None = None
    kinds: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    no_next_step: bool = False
    turn: bool = False
    words: str = ""

    def shape(self) -> tuple[str, ...]:
        """Which conditions the list has: lists with the same shape share one statement."""
        names = [name for name in self.__dataclass_fields__ if getattr(self, name)]
        if len(self.kinds) == 1:
            names[names.index("kinds")] = "kind"
        if self.states:
            names[names.index("states")] = self._shape_of_states()
        return tuple(names)

    def _shape_of_states(self) -> str:
        if len(self.states) == 1 and not self.broker:
            return "state"
        if set(self.states) <= set(EDITABLE):
            return "own_open" if self.broker else "open"
        return "states"


class EntryRow(NamedTuple):
    """A line of the logbook. `companies` are the names in their order, those not yet registered last.

    taker  who works on it since the author's role has ended
    """

    id: UUID
    date: date
    kind: str
    held: str
    minutes: int | None
    title: str
    state: str
    turn_since: datetime
    author_id: int
    author: str
    taker_id: int | None
    taker: str | None
    cluster: str
    programme_id: int
    audience: str
    confidential: bool
    late: bool
    late_days: int
    companies: str


@dataclass(frozen=True)
class Page:
    """Rows; where there are more: `after`, the key to ask with, and `next_day`, the day that comes next."""

    rows: list[EntryRow]
    after: Key | None = None
    next_day: date | None = None


# "place:name", a line each: the order of an aggregate is not promised, so the place comes along.
_names = (
    select(func.aggregate_strings(cast(EntryCompany.place, String) + ":" + Company.name, "\n"))
    .select_from(EntryCompany)
    .join(Company, Company.id == EntryCompany.company_id)
    .where(EntryCompany.entry_id == Entry.id)
    .correlate(Entry)
    .scalar_subquery()
)
_TAKER = aliased(Person)
_COLUMNS = (
    Entry.id, Entry.date, Entry.kind, Entry.held, Entry.minutes, Entry.title, Entry.state, Entry.turn_since,
    Entry.author_id, Person.name, Entry.taker_id, _TAKER.name, Cluster.name, Entry.programme_id, Entry.audience,
    Entry.confidential, Entry.late, Programme.late_days, _names, Entry.new_companies,
)  # fmt: skip


def in_order(condition: Any) -> Any:
    """The condition, decided row by row: it does not draw the plan away from the index of the order."""
    return case((condition, true()), else_=false())


_OPEN = select(Entry.id).where(Entry.state.in_(bindparam("states", expanding=True)))
_AUTHOR = Entry.author_id == bindparam("broker")
_CONDITIONS = {
    "programme": in_order(Entry.programme_id == bindparam("programme")),
    "cluster": Entry.cluster_id == bindparam("cluster"),
    "broker": _AUTHOR,
    "kind": Entry.kind == bindparam("kind"),
    "kinds": in_order(Entry.kind.in_(bindparam("kinds", expanding=True))),
    "state": Entry.state == bindparam("state"),
    "states": in_order(Entry.state.in_(bindparam("states", expanding=True))),
    "open": Entry.id.in_(_OPEN),
    "own_open": Entry.id.in_(_OPEN.where(_AUTHOR)),
    "no_next_step": in_order(and_(Entry.next_step == "", Entry.state.not_in(("draft", "withdrawn")))),
    "turn": Entry.id.in_(union_all(own_turns(), taken_turns(), unsaved_turns(), queued())),
    "company": exists().where(EntryCompany.entry_id == Entry.id, EntryCompany.company_id == bindparam("company")),
}
# Few rows: these choose them, and everything else is decided on the few.
_FEW = frozenset({"open", "own_open", "turn"})


def with_names(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join what a row shows of its people and place; by outer joins, so that the entry comes first."""
    return (
        statement.outerjoin(Person, Person.id == Entry.author_id)
        .outerjoin(_TAKER, _TAKER.id == Entry.taker_id)
        .outerjoin(Cluster, Cluster.id == Entry.cluster_id)
        .outerjoin(Programme, Programme.id == Entry.programme_id)
    )


class Source(NamedTuple):
    """Where a list begins, and the columns that give its order: newest first."""

    statement: Select[*tuple[Any, ...]]
    order: tuple[Any, ...]
    day: Any
    before: Any


def source(columns: tuple[Any, ...], shape: tuple[str, ...]) -> Source:
    """Begin where the shape's index is: at the words' hits, an undertaking's entries, or the entries."""
    key = tuple_(bindparam("before_day", type_=Date), bindparam("before_id", type_=Uuid))
    if "words" in shape:
        found = fulltext.matching(SUBJECT).with_only_columns(*columns)
        found = found.join(Entry, Entry.id == fulltext.Document.subject_id)
        found = found.where(fulltext.index.c.rowid >= _oldest_hit())
        return Source(found, (fulltext.newest,), Entry.date, fulltext.index.c.rowid < _document_before())
    statement: Select[*tuple[Any, ...]] = select(*columns)
    if "company" in shape:
        statement = statement.select_from(EntryCompany).join(Entry, Entry.id == EntryCompany.entry_id)
        statement = statement.where(EntryCompany.company_id == bindparam("company"))
        day, one = EntryCompany.date, EntryCompany.entry_id
    else:
        statement, day, one = statement.select_from(Entry), Entry.date, Entry.id
    return Source(statement, (day.desc(), one.desc()), day, tuple_(day, one) < key)


def _oldest_hit() -> Any:
    """The hit before which nothing is looked at, so that a common word costs no more than a rare one."""
    rowid = fulltext.index.c.rowid
    matches = fulltext.index.c.search_index.match(bindparam("expression"))
    last = select(rowid).where(matches).order_by(fulltext.newest).limit(1).offset(MOST_FOUND - 1)
    return func.coalesce(last.scalar_subquery(), 0)


def _document_before() -> Any:
    """The document of the entry after which a page begins; its day, should it be gone or be hidden from the person."""
    document = (
        select(fulltext.Document.id)
        .join(Entry, Entry.id == fulltext.Document.subject_id)
        .where(
            fulltext.Document.subject_type == SUBJECT,
            fulltext.Document.subject_id == bindparam("before_id", type_=Uuid),
            policy.VISIBLE,
        )
    )
    return func.coalesce(document.correlate(None).scalar_subquery(), bindparam("before_document"))


def narrowed(begun: Source, shape: tuple[str, ...], paged: bool) -> Select[*tuple[Any, ...]]:
    """Narrow to what the person may read and asks for, newest first, limited."""
    leading = next((name for name in ("words", "company") if name in shape), None)
    few = None if leading else next(iter(_FEW & set(shape)), None)
    conditions = {name: _CONDITIONS[name] for name in shape if name in _CONDITIONS and name != leading}
    if "since" in shape:
        conditions["since"] = begun.day >= bindparam("since")
    if "until" in shape:
        conditions["until"] = begun.day <= bindparam("until")
    if paged:
        conditions["before"] = begun.before
    if few or leading == "words":
        chosen = {few, "before"} if few is None else {few}
        conditions = {name: one if name in chosen else in_order(one) for name, one in conditions.items()}
    return begun.statement.where(policy.VISIBLE, *conditions.values()).order_by(*begun.order).limit(bindparam("limit"))


@lru_cache(maxsize=512)
def list_statement(shape: tuple[str, ...], paged: bool) -> Select[*tuple[Any, ...]]:
    """The list statement for one shape of filters."""
    begun = source(_COLUMNS, shape)
    return narrowed(begun._replace(statement=with_names(begun.statement)), shape, paged)


def list_params(viewer: Viewer, filters: Filters, after: Key | None, limit: int) -> dict[str, Any]:
    """The values for `list_statement`."""
    values: dict[str, Any] = {"limit": limit}
    for name in filters.shape():
        match name:
            case "kind" | "state":
                values[name] = getattr(filters, f"{name}s")[0]
            case "kinds":
                values["kinds"] = list(filters.kinds)
            case "states" | "open" | "own_open":
                values["states"] = list(filters.states)
            case "words":
                values["expression"] = fulltext.match_expression(filters.words) or '""'
            case "turn":
                values |= queue_params(viewer)
            case "no_next_step":
                pass
            case _:
                values[name] = getattr(filters, name)
    if after:
        values["before_day"], values["before_id"] = after
        if filters.words:
            values["before_document"] = after[0].toordinal() << fulltext.BITS_PER_DAY
    return {**policy.visible_params(viewer), **values}


def entries_for(viewer: Viewer, filters: Filters, after: Key | None = None, size: int = PAGE) -> Page:
    """A page of the logbook, newest first, by key. One statement, whatever the size of the logbook."""
    statement = list_statement(filters.shape(), after is not None)
    # Plain rows: the session's own way of loading costs as much again as the statement.
    found = run(statement, list_params(viewer, filters, after, size + 1))
    rows = [as_row(row) for row in found.all()]
    if len(rows) <= size:
        return Page(rows)
    return Page(rows[:size], (rows[size - 1].date, rows[size - 1].id), rows[size].date)


def as_row(row: Any) -> EntryRow:
    """A row of the list's columns, with the undertakings' names in order."""
    *plain, names, new = row
    return EntryRow._make((*plain, _in_order(names, new)))


def _in_order(names: str | None, new: list[dict[str, Any]]) -> str:
    lines = (names or "").split("\n") if names else []
    if len(lines) > 1:
        lines.sort(key=lambda line: int(line.partition(":")[0]))
    found = [line.partition(":")[2] for line in lines]
    return ", ".join([*found, *(str(one.get("name") or "") for one in new or ())])


def rows_where(viewer: Viewer, *where: Any, order: Any, limit: int) -> list[EntryRow]:
    """Rows of what a person may read, under conditions that keep them few; for queues."""
    statement = (
        with_names(source(_COLUMNS, ()).statement).where(policy.VISIBLE, *where).order_by(order, Entry.id).limit(limit)
    )
    params = {**policy.visible_params(viewer), **queue_params(viewer)}
    return [as_row(row) for row in db.session.execute(statement, params)]
