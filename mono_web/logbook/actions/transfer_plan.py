"""What an import would do: each row looked up and judged, nothing written.

A plan stands on what the database holds now; `take` is therefore given one that was made in its own
transaction.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from mono_web.accounts.models import KINDS_IN_CLUSTER, Person, Role
from mono_web.companies.models import Company
from mono_web.core import clock
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.files import Table
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.text import first_words, name_key, tidy_line, tidy_text
from mono_web.logbook import policy
from mono_web.logbook.actions.transfer_cells import CellError, Cells, Refusal, columns_of, read_cells
from mono_web.logbook.actions.writing import Content, complete
from mono_web.logbook.models import Entry, EntryCompany
from mono_web.programmes.models import Programme

_FIELD_COLUMNS = {"company": "company", "text": "text", "hours": "hours", "date": "date", "form": "form"}
_CHUNK = 400
Pair = tuple[str, str]


@dataclass(frozen=True)
class Defaults:
    """What an empty cell means: the programme, by its id."""

    programme_id: int | None = None


@dataclass(frozen=True)
class Taken:
    """A row that can be taken. `unknown` are the undertakings to be registered, by their place in `pairs`."""

    row: int
    entry_id: UUID
    author_id: int
    status: str
    content: Content
    pairs: tuple[Pair, ...]
    known: tuple[UUID | None, ...]


@dataclass(frozen=True)
class Known:
    """A row whose entry is here already, with the same content."""

    row: int
    entry_id: UUID


class _NotOwnError(CellError):
    """The row belongs to somebody else: nothing is wrong with it."""


@dataclass
class Plan:
    """What would be done: rows to take, rows that are here already, rows that are not taken and why.

    refused  something in the row is wrong
    others   the row is right, but somebody else's
    """

    columns: dict[str, str]
    unread: tuple[str, ...]
    taken: list[Taken] = field(default_factory=list)
    skipped: list[Known] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    others: list[Refusal] = field(default_factory=list)


def plan_import(viewer: Viewer | None, table: Table, key: str, defaults: Defaults | None = None) -> Plan:
    """Judge every row for a broker (own rows, as draft or submitted) or, with None, for the command line.

    `key` is the instance's secret key: without it nobody can tell the ids that rows without one are given.
    """
    columns = columns_of(table)
    unread = tuple(column for column in table.columns if column not in columns.values())
    plan = Plan(columns, unread)
    if missing := [name for name in ("date", "kind") if name not in columns]:
        sentence = _l("The file has no column for this. Its first line must name it")
        plan.refused += [Refusal(1, name, sentence) for name in missing]
        return plan
    read: list[Cells] = []
    times: Counter[str] = Counter()
    for row in table.rows:
        try:
            given = {name: row.cells[column] for name, column in columns.items()}
            read.append(read_cells(row.number, given))
            _give_id(read[-1], given, viewer, key, times)
        except CellError as error:
            plan.refused.append(Refusal(row.number, error.column, error.sentence))
    judge = _Judge(viewer, read, defaults or Defaults(), columns)
    for cells in read:
        judge.judge(cells, plan)
    plan.refused.sort(key=lambda refusal: refusal.row)
    return plan


def _give_id(cells: Cells, given: dict[str, str], viewer: Viewer | None, key: str, times: Counter[str]) -> None:
    """A row without an id gets one from what stands in it, so that the same row is known when it comes again.

    Mixed with the key: whoever knows the row cannot work its id out, to take it before or to ask whether it is here.
    """
    if cells.entry_id is not None:
        return
    text = "\x1f".join(f"{name}={given[name].strip()}" for name in sorted(given))
    times[text] += 1
    person_id = viewer.id if viewer else 0
    content = f"imported row\x1f{person_id}\x1f{times[text]}\x1f{text}"
    cells.entry_id = UUID(bytes=hmac.digest(key.encode(), content.encode(), "sha256")[:16], version=5)
    cells.derived = True


class _Judge:
    """Knows what the rows name: programmes, people, undertakings and entries, each read once for the whole file."""

    def __init__(
        self, viewer: Viewer | None, rows: Sequence[Cells], defaults: Defaults, columns: dict[str, str]
    ) -> None:
        self.viewer, self.defaults, self.columns = viewer, defaults, columns
        self.programmes = _programmes(viewer)
        self.people = {person.email: person for person in _people(rows, viewer)}
        self.by_number, self.by_name = _companies(rows)
        self.entries = _entries(rows)
        self.readable = None if viewer is None else _readable(viewer, self.entries)
        self.seen: dict[UUID, int] = {}

    def judge(self, cells: Cells, plan: Plan) -> None:
        try:
            author = self._author(cells)
            programme = self._programme(cells)
            cluster_id = self._cluster(cells, programme, author)
            entry_id = self._entry_id(cells)
            content, known = self._content(cells, programme.id, cluster_id)
            if stored := self.entries.get(entry_id):
                if not cells.derived:
                    self._compare(stored, cells, author, content)
                plan.skipped.append(Known(cells.row, entry_id))
                return
            self._may_be_made(cells, programme.id, cluster_id, content)
        except CellError as error:
            left = plan.others if isinstance(error, _NotOwnError) else plan.refused
            left.append(Refusal(cells.row, error.column, error.sentence))
            return
        pairs = tuple(cells.companies)
        plan.taken.append(Taken(cells.row, entry_id, author, cells.status, content, pairs, known))

    def _author(self, cells: Cells) -> int:
        email = cells.codes["broker"].lower()
        if self.viewer is not None:
            if email and email != self.viewer.email.lower():
                sentence = _l("It belongs to %(email)s. You can only import entries of your own", email=email[:100])
                raise _NotOwnError("broker", sentence)
            return self.viewer.id
        if not email:
            raise CellError("broker", _l("Write the e-mail address of the broker"))
        if email not in self.people:
            raise CellError("broker", _l("Nobody here has the address %(email)s", email=email[:100]))
        return self.people[email].id

    def _programme(self, cells: Cells) -> Programme:
        code = cells.codes["programme"].casefold()
        if code:
            found = [one for one in self.programmes if code in (one.code.casefold(), one.name.casefold())]
            if not found:
                raise CellError("programme", _l("There is no programme with this code"))
            return found[0]
        if self.defaults.programme_id is not None:
            return next(one for one in self.programmes if one.id == self.defaults.programme_id)
        day = clock.today()
        running = [one for one in self.programmes if one.starts_on <= day <= (one.ends_on or day)]
        if self.viewer is not None:
            own = self.viewer.programmes("broker")
            running = [one for one in running if one.id in own]
        if len(running) != 1:
            raise CellError("programme", _l("Write the code of the programme: it is not clear which is meant"))
        return running[0]

    def _cluster(self, cells: Cells, programme: Programme, author_id: int) -> int:
        code = cells.codes["cluster"].casefold()
        if code:
            for cluster in programme.clusters:
                if code in (cluster.code.casefold(), cluster.name.casefold()):
                    return cluster.id
            raise CellError("cluster", _l("The programme has no cluster with this code"))
        own = set(
            db.session.scalars(
                select(Role.cluster_id).where(
                    Role.person_id == author_id,
                    Role.programme_id == programme.id,
                    Role.kind.in_(KINDS_IN_CLUSTER),
                )
            )
        )
        if len(own) == 1 and (only := own.pop()) is not None:
            return only
        raise CellError("cluster", _l("Write the code of the cluster: it is not clear which is meant"))

    def _entry_id(self, cells: Cells) -> UUID:
        assert cells.entry_id is not None
        if earlier := self.seen.get(cells.entry_id):
            raise CellError("entry_id", _l("The same id stands in line %(row)d already", row=earlier))
        self.seen[cells.entry_id] = cells.row
        return cells.entry_id

    def _content(self, cells: Cells, programme_id: int, cluster_id: int) -> tuple[Content, tuple[UUID | None, ...]]:
        known = tuple(self._company(pair) for pair in cells.companies)
        assert cells.date is not None
        new = tuple(
            {"name": name, "orgnr": number, "municipality": ""}
            for (number, name), found in zip(cells.companies, known, strict=True)
            if found is None
        )
        content = Content(
            programme_id=programme_id, cluster_id=cluster_id, date=cells.date, kind=cells.kind, form=cells.form,
            held=cells.held, minutes=cells.minutes, next_step_date=cells.next_step_date, audience=cells.audience,
            confidential=cells.confidential, companies=tuple(one for one in known if one), new_companies=new,
            **cells.texts,
        )  # fmt: skip
        return content, known

    def _company(self, pair: Pair) -> UUID | None:
        number, name = pair
        if number:
            if number in self.by_number:
                return self.by_number[number].id
            if not name:
                raise CellError("company", _l("The number is new here. Write the name beside it"))
            return None
        found = self.by_name.get(name_key(name), [])
        exact = [one for one in found if one.name == name] or found
        if len(exact) > 1:
            raise CellError("company", _l("Several undertakings are called “%(name)s”. Write the number", name=name))
        return exact[0].id if exact else None

    def _compare(self, stored: Entry, cells: Cells, author_id: int, content: Content) -> None:
        """A known id with the same content is skipped; with other content the row is refused.

        Of an entry that the person may not read, or that is not theirs, nothing is compared: it would tell.
        """
        hidden = self.readable is not None and stored.id not in self.readable
        if hidden or (self.viewer is not None and stored.author_id != self.viewer.id):
            raise CellError("entry_id", _l("This id cannot be used. Leave it empty for a new entry"))
        for column, here, there in _compared(stored, cells, author_id, content):
            if column in self.columns and here != there:
                raise CellError(column, _l("The entry is here already, with other content. It is not overwritten"))

    def _may_be_made(self, cells: Cells, programme_id: int, cluster_id: int, content: Content) -> None:
        if self.viewer is not None:
            if (programme_id, cluster_id) not in self.viewer.places("broker"):
                raise CellError("cluster", _l("You are not a broker of this cluster"))
            if cells.status not in ("draft", "submitted"):
                raise CellError("status", _l("Here entries come in as draft or submitted only"))
        if content.date > clock.today() and content.held == "yes":
            raise CellError("date", _l("The date lies ahead. Only what is cancelled or postponed may"))
        if cells.status == "draft":
            return
        try:
            complete(content)
        except DomainError as error:
            raise CellError(_FIELD_COLUMNS.get(error.field or "", ""), error.sentence) from error


def _compared(stored: Entry, cells: Cells, author_id: int, content: Content) -> Iterable[tuple[str, object, object]]:
    """(column, what is stored, what the row says)."""
    yield "status", stored.state, cells.status
    yield "broker", stored.author_id, author_id
    for column, name in (("cluster", "cluster_id"), ("programme", "programme_id"), ("hours", "minutes")):
        yield column, getattr(stored, name), getattr(content, name)
    for name in ("date", "kind", "form", "held", "next_step_date", "audience", "confidential"):
        yield name, getattr(stored, name), getattr(content, name)
    for name, tidied in _TIDIED.items():
        here = tidied(getattr(stored, name))
        if name == "title" and not content.title and stored.state != "draft":
            here = here.replace(first_words(content.text), "")
        yield name, here, getattr(content, name)
    linked = [(link.company.orgnr or "", name_key(link.company.name)) for link in stored.links]
    linked += [(str(one.get("orgnr") or ""), name_key(str(one.get("name") or ""))) for one in stored.new_companies]
    there = [(number, name_key(name)) for number, name in cells.companies]
    yield "orgnr", [number for number, _name in linked if number], [number for number, _name in there if number]
    yield "company", [key for _number, key in linked], [key for _number, key in there]


_TIDIED: dict[str, Callable[[str], str]] = {
    "participants": tidy_line, "title": tidy_line, "next_step": tidy_line, "text": tidy_text, "outcome": tidy_text,
}  # fmt: skip


def _programmes(viewer: Viewer | None) -> list[Programme]:
    """Those a person has a role in: a code of any other one is as unknown as one that is nobody's."""
    statement = select(Programme).options(selectinload(Programme.clusters))
    if viewer is not None:
        statement = statement.where(Programme.id.in_(viewer.programmes()))
    return list(db.session.scalars(statement))


def _people(rows: Sequence[Cells], viewer: Viewer | None) -> list[Person]:
    if viewer is not None:
        return []
    emails = {cells.codes["broker"].lower() for cells in rows}
    return [one for chunk in _chunks(emails) for one in db.session.scalars(
        select(Person).where(Person.email.in_(chunk)))]  # fmt: skip


def _companies(rows: Sequence[Cells]) -> tuple[dict[str, Company], dict[str, list[Company]]]:
    """The undertakings that the rows name, by number and by the key of their name."""
    wanted = {number for cells in rows for number, _name in cells.companies if number}
    keys = {name_key(name) for cells in rows for number, name in cells.companies if not number}
    by_number: dict[str, Company] = {}
    by_name: dict[str, list[Company]] = {}
    for chunk in _chunks(wanted):
        for one in db.session.scalars(select(Company).where(Company.orgnr.in_(chunk))):
            by_number[one.orgnr or ""] = one
    for chunk in _chunks(keys):
        for one in db.session.scalars(select(Company).where(Company.name_key.in_(chunk)).order_by(Company.id)):
            by_name.setdefault(one.name_key, []).append(one)
    return by_number, by_name


def _entries(rows: Sequence[Cells]) -> dict[UUID, Entry]:
    """Entries that are here under the ids of the rows."""
    found: dict[UUID, Entry] = {}
    for chunk in _chunks({cells.entry_id for cells in rows if cells.entry_id}):
        statement = select(Entry).where(Entry.id.in_(chunk))
        with_names = selectinload(Entry.links).joinedload(EntryCompany.company)
        found |= {one.id: one for one in db.session.scalars(statement.options(with_names))}
    return found


def _readable(viewer: Viewer, entries: Iterable[UUID]) -> set[UUID]:
    """Which of these entries the person may read."""
    readable = policy.visible_to(viewer).with_only_columns(Entry.id)
    return {one for chunk in _chunks(entries) for one in db.session.scalars(readable.where(Entry.id.in_(chunk)))}


def _chunks(values: Iterable[Any]) -> Iterable[list[Any]]:
    ordered = list(values)
    return (ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK))
