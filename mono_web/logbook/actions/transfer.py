"""Importing the logbook: take a plan, all of it in the caller's one transaction. Flushes, never commits."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from mono_web.companies import actions as companies
from mono_web.core import clock, revisions
from mono_web.core.access import Viewer
from mono_web.core.db import begin_immediate, db
from mono_web.core.files import MAX_COLUMNS, Table, UnreadableFile, read_table
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.text import name_key
from mono_web.followups import actions as followups
from mono_web.logbook.actions.transfer_cells import Refusal
from mono_web.logbook.actions.transfer_plan import Defaults, Plan, Taken, plan_import
from mono_web.logbook.actions.writing import (
    as_fields,
    content_of,
    in_closed_period,
    index,
    link_companies,
    record_entry,
    send_entry,
)
from mono_web.logbook.models import CLOSED, SUBJECT, Entry
from mono_web.remarks import actions as remarks

__all__ = [
    "Defaults",
    "Plan",
    "Refusal",
    "Report",
    "Taken",
    "file_problem",
    "import_logbook",
    "plan_import",
    "take",
]

# In these states a reviewer has read what was sent.
_READ = ("in_review", "returned", "answered", *CLOSED)


@dataclass
class Report:
    """What an import did, or with `dry_run` would do. `read_as`: encoding and separator the file was taken for."""

    taken: int = 0
    skipped: int = 0
    refused: list[Refusal] = field(default_factory=list)
    written: bool = False
    encoding: str = ""
    separator: str = ""
    columns: dict[str, str] = field(default_factory=dict)
    unread: tuple[str, ...] = ()


def import_logbook(data: bytes, filename: str, key: str, *, dry_run: bool = False, partial: bool = False) -> Report:
    """Import for the administrator of the machine: every status, each record marked as imported.

    `key` as for `plan_import`. All or nothing unless `partial`. Takes the write lock itself; the caller commits.
    A file that cannot be read is a report with one refusal.
    """
    try:
        table = read_table(data, filename)
    except UnreadableFile as error:
        return Report(refused=[Refusal(error.row or 0, str(error.column or ""), file_problem(error))])
    if not dry_run:
        begin_immediate()
    plan = plan_import(None, table, key)
    report = _report(table, plan)
    if not dry_run and (partial or not plan.refused):
        take(None, plan)
        report.written = True
    return report


def _report(table: Table, plan: Plan) -> Report:
    return Report(
        taken=len(plan.taken),
        skipped=len(plan.skipped),
        refused=[*plan.refused, *plan.others],
        encoding=table.encoding,
        separator=table.separator,
        columns=plan.columns,
        unread=plan.unread,
    )


def take(viewer: Viewer | None, plan: Plan) -> list[Entry]:
    """Make the entries of a plan. A broker's rows go the way of every entry: as a draft, then sent."""
    made: dict[str, UUID] = {}
    entries = []
    for row in plan.taken:
        entry = record_entry(row.author_id, row.content, row.entry_id)
        entry.imported = True
        if row.status != "draft":
            _register(entry, row, made)
            if viewer is not None:
                send_entry(viewer, entry)
            else:
                _arrive(entry, row.status)
        entries.append(entry)
    db.session.flush()
    return entries


def _register(entry: Entry, row: Taken, made: dict[str, UUID]) -> None:
    """Register the undertakings that are new, once for the whole file, and link all of them in their order."""
    ids = []
    for (number, name), known in zip(row.pairs, row.known, strict=True):
        key = number or name_key(name)
        if known is None and key not in made:
            new = companies.record_company(
                name, orgnr=number or None, cluster_id=entry.cluster_id, made_by=row.author_id, source="import"
            )
            made[key] = new.company.id
        ids.append(known or made[key])
    entry.new_companies = []
    link_companies(entry, ids)
    db.session.flush()


def _arrive(entry: Entry, status: str) -> None:
    """Bring an entry into a state it had elsewhere: state, revisions and acts say the same."""
    now = clock.now()
    entry.title = entry.heading
    entry.state, entry.turn_since, entry.sent_at = status, now, now
    entry.late = in_closed_period(entry.programme_id, entry.date)
    db.session.flush()
    fields = as_fields(content_of(entry))
    number = revisions.keep(SUBJECT, entry.id, entry.author_id, fields).number
    entry.revision = entry.opened_from = number
    if status in _READ:
        entry.read_revision = number
    if status in CLOSED:
        entry.accepted_revision = number
    db.session.flush()
    index(entry)
    if status != "withdrawn":
        followups.follow(SUBJECT, entry.id, entry.author_id, entry.next_step, entry.title, entry.next_step_date)
    remarks.act(SUBJECT, entry.id, None, "imported", status, number)


def file_problem(error: UnreadableFile) -> str:
    """Why a file could not be read, in words; its place is told beside it."""
    sentences = {
        "empty": _l("The file is empty"),
        "too_large": _l("The file is too large"),
        "too_many_rows": _l("The file has too many rows"),
        "too_many_columns": _l("The line has more than %(most)d columns", most=MAX_COLUMNS),
        "not_text": _l("This is no CSV file. Save the sheet as CSV first"),
        "encoding": _l("The letters cannot be read. Save the file as CSV UTF-8"),
        "no_header": _l("The first line must name the columns, each with a name"),
        "duplicate_column": _l("Two columns have the same name: %(name)s", name=error.name),
        "ragged_row": _l("The line has more cells than there are columns"),
        "unclosed_quote": _l("A quotation mark is opened and not closed"),
    }
    return sentences[error.code]
