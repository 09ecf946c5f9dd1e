"""Importing a file into one's own logbook: send it, see what would happen to each row, then decide."""

from __future__ import annotations

from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import htmx, i18n, once
from mono_web.core.access import Viewer, begin_write, requires, resuming, viewer
from mono_web.core.files import Row, Table, UnreadableFile, read_table
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import ngettext
from mono_web.core.text import first_words
from mono_web.logbook import policy, queries
from mono_web.logbook.actions import transfer, uploads
from mono_web.logbook.forms import column_names
from mono_web.logbook.views.blueprint import bp

# An import is one transaction: more rows would keep others from saving for too long.
MOST_ROWS = 250
_LONGEST_NAME = 120
_ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "windows-1252": "Windows-1252"}


def _folder() -> Path:
    return Path(current_app.instance_path) / "uploads"


def _upload(person: Viewer, upload_id: UUID) -> uploads.Upload | None:
    return uploads.upload_of(_folder(), person.id, upload_id)


def _can_import(person: Viewer, **_objects: object) -> bool:
    """Who writes entries may bring their own ones in a file."""
    return policy.can_write(person)


@bp.route("/import", methods=["GET", "POST"])
@requires(_can_import)
def entry_import() -> ResponseReturnValue:
    """Send a file. It is read at once; one that cannot be read is refused with its place."""
    problem: dict[str, Any] = {}
    if request.method == "POST" and not resuming():
        sent = request.files.get("file")
        data = sent.read() if sent else b""
        name = (sent.filename if sent else "") or ""
        try:
            if not name:
                problem = {"sentence": _("Choose a file")}
            else:
                read_table(data, name, max_rows=MOST_ROWS)
                kept = uploads.keep_upload(_folder(), viewer().id, name[:_LONGEST_NAME], data)
                return htmx.redirect_to(url_for("logbook.entry_import_check", upload_id=kept.id))
        except UnreadableFile as error:
            problem = _problem(error)
    return htmx.render(
        "logbook/entry_import.html",
        status=422 if request.method == "POST" else 200,
        problem=problem,
        columns=column_names().values(),
        most_rows=MOST_ROWS,
    )


def _problem(error: UnreadableFile) -> dict[str, Any]:
    sentence = transfer.file_problem(error)
    if error.code == "too_many_rows":
        sentence = _("The file has more than %(most)d rows. Part it in several", most=MOST_ROWS)
    return {"sentence": sentence, "code": error.code, "row": error.row, "column": error.column}


@bp.route("/import/<uuid:upload_id>", methods=["GET", "POST"])
@requires(_can_import, upload=_upload)
def entry_import_check(upload: uploads.Upload) -> ResponseReturnValue:
    """What each row would become (GET), and doing it (POST): in one transaction, with the plan made anew in it."""
    data = upload.read()
    if not data:
        htmx.announce(_("This file was taken already"))
        return htmx.redirect_to(url_for("logbook.entry_list", broker="me"))
    table = read_table(data, upload.filename, max_rows=MOST_ROWS)
    if request.method == "POST":
        begin_write()
        if done := once.earlier(viewer().id):
            return once.answer_again(done)
    plan = transfer.plan_import(viewer(), table, current_app.config["SECRET_KEY"])
    agreed = "partial" in request.form or not (plan.refused or plan.others)
    if request.method == "POST" and plan.taken and agreed:
        return _take(upload, plan)
    return htmx.render(
        "logbook/entry_import_check.html",
        status=422 if request.method == "POST" else 200,
        upload=upload,
        plan=plan,
        read_as=_read_as(table),
        import_lines=_lines(plan, table),
        column_names=column_names(),
    )


def _take(upload: uploads.Upload, plan: transfer.Plan) -> ResponseReturnValue:
    transfer.take(viewer(), plan)
    there = url_for("logbook.entry_list", broker="me")
    once.remember(viewer().id, there)
    count = len(plan.taken)
    htmx.announce(ngettext("%(num)d entry is imported", "%(num)d entries are imported", count))
    if plan.skipped:
        count = len(plan.skipped)
        htmx.announce(ngettext("%(num)d was here already", "%(num)d were here already", count))
    if count := len(plan.refused) + len(plan.others):
        htmx.announce(ngettext("%(num)d row was left out", "%(num)d rows were left out", count))
    response = htmx.redirect_to(there)
    response.call_on_close(upload.spend)
    return response


def _lines(plan: transfer.Plan, table: Table) -> list[dict[str, Any]]:
    """A line for each row of the file, in its order. What is here already is named and linked, where it is seen."""
    typed, named = {row.number: _typed(plan, row) for row in table.rows}, column_names()
    lines: list[dict[str, Any]] = []
    for new in plan.taken:
        names = ", ".join(name or number for number, name in new.pairs)
        what = _what(new.content.date, names, new.content.title or first_words(new.content.text))
        lines.append({"row": new.row, "verdict": "taken", "what": what, "sentence": _becomes(new)})
    seen = {row.id: row for row in queries.rows_by_id(viewer(), [one.entry_id for one in plan.skipped])}
    for known in plan.skipped:
        line = {"row": known.row, "verdict": "skipped", "what": typed.get(known.row, "")}
        if entry := seen.get(known.entry_id):
            line["what"] = _what(entry.date, entry.companies, entry.title)
            line["address"] = url_for("logbook.entry_show", entry_id=entry.id)
        lines.append(line)
    for verdict, rows in (("refused", plan.refused), ("others", plan.others)):
        lines += [
            {
                "row": one.row,
                "verdict": verdict,
                "what": typed.get(one.row, ""),
                "column": plan.columns.get(one.column) or named.get(one.column, one.column),
                "sentence": str(one.sentence),
            }
            for one in rows
        ]
    return sorted(lines, key=itemgetter("row"))


def _becomes(new: transfer.Taken) -> str:
    """What a row becomes: a draft or sent, and the undertakings that come with it."""
    # Translators: what becomes of a row of a file. Bokmål: Blir en kladd. / Blir sendt.
    sentence = _("Becomes a draft.") if new.status == "draft" else _("Is sent.")
    unknown = [name for (_number, name), known in zip(new.pairs, new.known, strict=True) if known is None]
    if not unknown:
        return sentence
    # Translators: undertakings that a file brings. Bokmål: Ny virksomhet: %(names)s.
    names = i18n.names(unknown)
    made = ngettext("New undertaking: %(names)s.", "New undertakings: %(names)s.", len(unknown), names=names)
    return f"{sentence} {made}"


def _what(day: date, names: str, title: str) -> str:
    return ", ".join(part for part in (i18n.day_long(day), names, title) if part)


def _typed(plan: transfer.Plan, row: Row) -> str:
    """What names the row, as it stands in the file."""
    cells = (row.cells[plan.columns[name]].strip() for name in ("date", "company", "title") if name in plan.columns)
    return ", ".join(cell[:_LONGEST_NAME] for cell in cells if cell)


def _read_as(table: Table) -> dict[str, str]:
    """What the file was taken for, in words."""
    signs = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}
    return {"encoding": _ENCODINGS.get(table.encoding, "UTF-16"), "separator": signs[table.separator]}
