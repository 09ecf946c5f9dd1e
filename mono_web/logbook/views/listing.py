"""The list of the logbook: views, filters, pages by key; and its download."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import audit, clock, htmx, i18n
from mono_web.core.access import Viewer, requires, viewer
from mono_web.core.files import write_csv
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import ngettext
from mono_web.logbook import policy, queries
from mono_web.logbook.forms import KIND_LABELS, STATE_LABELS
from mono_web.logbook.models import SUBJECT, WITH_REVIEWER
from mono_web.logbook.views import filters
from mono_web.logbook.views.blueprint import bp
from mono_web.logbook.views.filters import Asked, Pairs
from mono_web.logbook.views.lines import lines, unsaved_lines

_NOWHERE = UUID(int=0)
_MOST_CULPRITS = 4
_IN_MEMORY = 2 * 1024 * 1024
_PIECE = 64 * 1024


@bp.get("/")
@requires(policy.can_open_logbook)
def entry_list() -> ResponseReturnValue:
    """The entries a person may read, narrowed by the address, newest first; `after` is the key of the row above."""
    person = viewer()
    choices = queries.choices_for(person)
    asked = filters.read(person, request.args, choices)
    if filters.has_blanks(request.args) and not asked.problems:
        return redirect(url_for("logbook.entry_list") + asked.query())
    after = _after(asked)
    page = queries.entries_for(person, asked.filters, after)
    shown = _number("shown") + len(page.rows)
    context: dict[str, Any] = {
        "lines": lines(person, page.rows, after[0] if after and htmx.is_partial() else None),
        "next_day": page.next_day,
        "asked": asked,
        "shown": shown,
        "older": after is not None,
        "more_url": _more_url(asked, page),
        "list_url": url_for("logbook.entry_list"),
        "entry_base": url_for("logbook.entry_show", entry_id=_NOWHERE).removesuffix(str(_NOWHERE)),
    }
    if htmx.is_partial() and "shown" in request.args:
        htmx.announce(ngettext("%(num)d more is shown", "%(num)d more are shown", len(page.rows)))
        return htmx.render("logbook/entry_list.html", "logbook/_entry_rows.html", appended=True, **context)
    if htmx.is_partial():
        htmx.announce(ngettext("%(num)d entry is shown", "%(num)d entries are shown", len(page.rows)))
    if asked.problems.keys() - {"after"} or "filter" in request.args:
        context |= _form(asked, choices) | {"open_form": True}
    context |= _around(person, asked, choices, bool(page.rows), after is not None)
    return htmx.render("logbook/entry_list.html", "logbook/_entry_list.html", **context)


@bp.get("/parts/filters")
@requires(policy.can_open_logbook)
def entry_filter_form() -> ResponseReturnValue:
    """The form behind "+ Filter", with what is chosen."""
    choices = queries.choices_for(viewer())
    asked = filters.read(viewer(), request.args, choices)
    return htmx.render(
        "logbook/_entry_filter_form.html",
        "logbook/_entry_filter_form.html",
        list_url=url_for("logbook.entry_list"),
        asked=asked,
        **_form(asked, choices),
    )


def _form(asked: Asked, choices: list[queries.Choice]) -> dict[str, Any]:
    wrong = next((name for name in filters.NAMES if name in asked.problems), "from")
    return {
        "choices": {what: [one for one in choices if one.what == what] for what in ("programme", "cluster", "broker")},
        "kind_labels": KIND_LABELS,
        "state_labels": STATE_LABELS,
        "focus": wrong if htmx.is_partial() else "",
    }


def _around(person: Viewer, asked: Asked, choices: list[queries.Choice], has_rows: bool, older: bool) -> dict[str, Any]:
    """What stands above the rows: views and chips; or in their place, where there are none."""
    alone = asked.pairs in ([("turn", "me")], [("broker", "me")]) or not (asked.pairs or (person.roles and has_rows))
    unsaved = unsaved_lines(queries.unsaved_for(person)) if alone and not older else []
    chips = _chips(asked)
    return {
        "views": _views(person, choices, asked.pairs),
        "chips": chips,
        "at": _number("at", -1),
        "form_url": url_for("logbook.entry_filter_form") + asked.query(),
        "open_url": url_for("logbook.entry_list") + asked.query(filter="open"),
        "unsaved": unsaved,
        "empty": "" if has_rows or unsaved else _why_empty(asked, older),
        "with_mentor": _with_mentor(person) if asked.pairs == [("turn", "me")] and not has_rows else "",
        "culprits": chips[:_MOST_CULPRITS],
        "chosen": i18n.names(list(asked.labels.values())),
        "export_url": url_for("logbook.entry_export") + asked.query(),
        "may_write": policy.can_write(person),
        "swapped": htmx.is_partial(),
    }


def _after(asked: Asked) -> queries.Key | None:
    """The key in the address; a broken one costs a sentence and shows the newest."""
    typed = request.args.get("after", "")
    if not typed:
        return None
    day, _sign, entry_id = typed.partition("_")
    try:
        return date.fromisoformat(day), UUID(entry_id)
    except ValueError:
        asked.problems["after"] = _("That place in the list is not there. These are the newest")
        return None


def _more_url(asked: Asked, page: queries.Page) -> str:
    if page.after is None:
        return ""
    day, entry_id = page.after
    return url_for("logbook.entry_list") + asked.query(after=f"{day.isoformat()}_{entry_id}")


def _number(name: str, otherwise: int = 0) -> int:
    """A small number in the address; anything else counts as not given."""
    typed = request.args.get(name, "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 6 else otherwise


def _why_empty(asked: Asked, older: bool) -> str:
    if older:
        return "end"
    if asked.pairs == [("turn", "me")]:
        return "turn"
    return "filters" if asked.pairs else "logbook"


def _with_mentor(person: Viewer) -> str:
    """How much of one's own the reviewer has, for the one who has nothing to do."""
    rows = queries.own_with_reviewer(person)
    if not rows:
        return ""
    return ngettext(
        "Since %(day)s the mentor has had one of your entries.",
        "The mentor has %(num)d of your entries; the one from %(day)s has waited longest.",
        len(rows),
        day=i18n.local_day(rows[0].turn_since),
    )


def _chips(asked: Asked) -> list[dict[str, str]]:
    """The chosen filters, each with the address of the list without it."""
    base = url_for("logbook.entry_list")
    return [
        {"name": name, "label": label, "url": base + asked.query(without=name)} for name, label in asked.labels.items()
    ]


def _views(person: Viewer, choices: list[queries.Choice], pairs: Pairs) -> list[dict[str, Any]]:
    """The built-in views that make sense for the roles of the person: each is an address."""
    base = url_for("logbook.entry_list")
    found: list[tuple[str, str, Pairs]] = [("all", _("All"), [])]
    writes, reviews = policy.can_write(person), person.has("mentor", "lead")
    if writes or reviews:
        found.append(("turn", _("My turn"), [("turn", "me")]))
    if writes:
        waiting: Pairs = [("broker", "me"), *(("state", state) for state in _in_order(WITH_REVIEWER))]
        found.append(("mine", _("All mine"), [("broker", "me")]))
        found.append(("waiting", _("Waiting for the mentor"), waiting))
    if writes or reviews:
        found.append(("open", _("Without next step"), [*([("broker", "me")] if writes else []), ("next", "none")]))
    found += [("cluster", name, [("cluster", code)]) for code, name in _own_clusters(person, choices)]
    if len(found) == 1:
        return []
    return [
        {
            "key": key,
            "label": label,
            "url": base + filters.query_of(view),
            "current": sorted(view) == sorted(pairs),
        }
        for key, label, view in found
    ]


def _in_order(states: tuple[str, ...]) -> list[str]:
    return [code for code in STATE_LABELS if code in states]


def _own_clusters(person: Viewer, choices: list[queries.Choice]) -> list[tuple[str, str]]:
    """(code, name of the view) of the clusters a person works in or manages."""
    ids = {cluster_id for _programme, cluster_id in person.places("broker", "cluster_manager")}
    own = [one for one in choices if one.what == "cluster" and one.id in ids]
    return [(one.code, _("My cluster") if len(own) == 1 else one.name) for one in own]


@bp.get("/export.csv")
@requires(policy.can_open_logbook)
def entry_export() -> ResponseReturnValue:
    """The same entries as a file. It is written whole before it is sent: what is read is known to the audit."""
    person = viewer()
    asked = filters.read(person, request.args, queries.choices_for(person))
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the answer
    for piece in write_csv(queries.COLUMNS, _audited(person, queries.exported(person, asked.filters))):
        file.write(piece)
    size = file.tell()
    file.seek(0)
    response = Response(iter(lambda: file.read(_PIECE), b""), mimetype="text/csv")
    response.call_on_close(file.close)
    response.content_length = size
    name = f"{_('logbook')}-{clock.today().isoformat()}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _audited(person: Viewer, rows: Iterable[queries.Exported]) -> Iterator[list[str]]:
    for row in rows:
        if row.confidential and row.author_id != person.id:
            audit.read_confidential(SUBJECT, row.entry_id)
        yield row.cells
