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
from mono_web.core.files import Table, UnreadableFile, read_table
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import ngettext
from mono_web.logbook import policy
from mono_web.logbook.actions import transfer, uploads
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
        columns=transfer.COLUMNS,
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
    plan = transfer.plan_import(viewer(), table)
    agreed = "partial" in request.form or not plan.refused
    if request.method == "POST" and plan.taken and agreed:
        return _take(upload, plan)
    return htmx.render(
        "logbook/entry_import_check.html",
        status=422 if request.method == "POST" else 200,
        upload=upload,
        plan=plan,
        read_as=_read_as(table),
        import_lines=_lines(plan),
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
    if plan.refused:
        count = len(plan.refused)
        htmx.announce(ngettext("%(num)d row was left out", "%(num)d rows were left out", count))
    response = htmx.redirect_to(there)
    response.call_on_close(upload.spend)
    return response


def _lines(plan: transfer.Plan) -> list[dict[str, Any]]:
    """A line for each row of the file, in its order."""
    lines = [
        {"row": one.row, "verdict": "taken", "what": _what(one.content.date, one.pairs, one.content.title)}
        for one in plan.taken
    ]
    lines += [{"row": row, "verdict": "skipped", "what": ""} for row in plan.skipped]
    lines += [
        {
            "row": one.row,
            "verdict": "refused",
            "what": "",
            "column": plan.columns.get(one.column, one.column),
            "sentence": str(one.sentence),
        }
        for one in plan.refused
    ]
    return sorted(lines, key=itemgetter("row"))


def _what(day: date, pairs: tuple[tuple[str, str], ...], title: str) -> str:
    names = ", ".join(name or number for number, name in pairs)
    return ", ".join(part for part in (i18n.day_long(day), names, title) if part)


def _read_as(table: Table) -> dict[str, str]:
    """What the file was taken for, in words."""
    signs = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}
    return {"encoding": _ENCODINGS.get(table.encoding, "UTF-16"), "separator": signs[table.separator]}
