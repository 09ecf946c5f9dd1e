"""The list of needs and the columns: two views of one address; its download; and what others than these see."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import audit, clock, htmx
from mono_web.core.access import Viewer, requires, viewer
from mono_web.core.files import write_csv
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import ngettext
from mono_web.needs import policy, queries
from mono_web.needs.forms import STATE_LABELS
from mono_web.needs.models import SUBJECT
from mono_web.needs.views import filters
from mono_web.needs.views.blueprint import bp
from mono_web.needs.views.filters import Asked, Choices
from mono_web.programmes import queries as programmes

IN_COLUMNS = "columns"
_IN_MEMORY = 2 * 1024 * 1024
_PIECE = 64 * 1024


@bp.get("/")
@requires(policy.can_open_needs)
def need_list() -> ResponseReturnValue:
    """The needs a person reads whole, longest without movement first; as a list, or in columns by their state.

    Who reads none whole is shown what they read: the needs of their clusters, by title and state.
    """
    person = viewer()
    if not policy.can_read_whole(person):
        return redirect(url_for("needs.outline_list"), 303)
    choices = Choices(person)
    asked = filters.read(person, request.args, choices)
    view = IN_COLUMNS if request.args.get("view") == IN_COLUMNS else ""
    if filters.has_blanks(request.args) and not asked.problems:
        return redirect(url_for("needs.need_list") + asked.query(view=view), 303)
    if view:
        context = board(person, asked)
    else:
        context = _rows(person, asked)
        if htmx.is_partial() and context["older"]:
            number = len(context["found"].rows)
            htmx.announce(ngettext("%(num)d more is shown", "%(num)d more are shown", number))
            return htmx.render("needs/need_list.html", "needs/_need_rows.html", **{**context, "appended": True})
    return htmx.render("needs/need_list.html", **context, **_around(person, asked, choices, view))


def board(person: Viewer, asked: Asked) -> dict[str, Any]:
    """What the columns show; also after a card was moved."""
    return {
        "columns": queries.columns_for(person, asked.filters),
        "asked": asked,
        "list_url": url_for("needs.need_list"),
        "back": asked.query(view=IN_COLUMNS),
        "writes": _writes(person),
    }


def _writes(person: Viewer) -> frozenset[str]:
    """Names of the clusters whose needs this person moves; what is theirs alone to move is asked at the move."""
    return frozenset(place.cluster for place in programmes.places_for(person, "broker"))


def asked_for(person: Viewer) -> Asked:
    """The filters in the address of this request."""
    return filters.read(person, request.args, Choices(person))


def _rows(person: Viewer, asked: Asked) -> dict[str, Any]:
    after = _moment_and_id(request.args.get("after", ""))
    page = queries.needs_for(person, asked.filters, after)
    more = asked.query(after=_key_of(page.after)) if page.after else ""
    return {
        "found": page,
        "asked": asked,
        "older": after is not None,
        "list_url": url_for("needs.need_list"),
        "more_url": url_for("needs.need_list") + more if more else "",
        "appended": False,
    }


def _key_of(key: queries.Key) -> str:
    return f"{key[0].isoformat()}_{key[1]}"


def _moment_and_id(typed: str) -> queries.Key | None:
    """The key in the address; with a broken one the list begins at its beginning."""
    moment, _sign, need_id = typed.partition("_")
    try:
        read = datetime.fromisoformat(moment.replace(" ", "+")), UUID(need_id)
    except ValueError:
        return None
    return read if read[0].tzinfo else None


def _around(person: Viewer, asked: Asked, choices: Choices, view: str) -> dict[str, Any]:
    """What stands above the rows: where they are from, the two views, the filters."""
    base = url_for("needs.need_list")
    chips = [
        {"label": label, "url": base + asked.query(without=name, view=view)} for name, label in asked.labels.items()
    ]
    if not asked.filters.states and not view:
        # Translators: chip of a filter: needs that are not funded, not closed. Bokmål: Åpne
        chips.append({"label": _("Open"), "url": base + asked.query(state=filters.ALL)})
    return {
        "view": view,
        "views": [
            ("list", _("List"), base + asked.query(), not view),
            ("cols", _("Columns"), base + asked.query(view=IN_COLUMNS), bool(view)),
        ],
        "chips": chips,
        "choices": choices,
        "state_labels": STATE_LABELS,
        "places": sorted({place.cluster for place in programmes.places_for(person, "broker")}),
        "still": queries.still_count(person, asked.filters),
        "may_make": policy.can_make(person),
        "manages": policy.can_read_titles(person),
        "export_url": url_for("needs.need_export") + asked.query(),
        "reset_url": base + (f"?view={view}" if view else ""),
    }


@bp.get("/export.csv")
@requires(policy.can_read_whole)
def need_export() -> ResponseReturnValue:
    """The same needs as a file. It is written whole before it is sent: what is read is known to the audit."""
    person = viewer()
    asked = filters.read(person, request.args, Choices(person))
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed with the answer
    for piece in write_csv(queries.COLUMNS, _audited(person, queries.exported(person, asked.filters))):
        file.write(piece)
    size = file.tell()
    file.seek(0)
    response = Response(iter(lambda: file.read(_PIECE), b""), mimetype="text/csv")
    response.call_on_close(file.close)
    response.content_length = size
    # Translators: the beginning of a file's name. Bokmål: behov
    word = _("needs")
    name = f"{word}-{clock.today().isoformat()}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _audited(person: Viewer, rows: Iterable[queries.Exported]) -> Iterator[list[str]]:
    for row in rows:
        if row.confidential and row.owner_id != person.id:
            audit.read_confidential(SUBJECT, row.need_id)
        yield row.cells


# --- what others see ------------------------------------------------------------------------------------------


@bp.get("/outline")
@requires(policy.can_read_titles)
def outline_list() -> ResponseReturnValue:
    """The open needs of the clusters one manages: title and state."""
    rows, after = queries.outlines_for(viewer(), _moment_and_id(request.args.get("after", "")))
    return htmx.render(
        "needs/outline_list.html",
        rows=rows,
        whole=policy.can_read_whole(viewer()),
        more_url=url_for("needs.outline_list", after=_key_of(after)) if after else "",
    )


@bp.get("/shared")
@requires(policy.can_open_needs)
def abstract_list() -> ResponseReturnValue:
    """The released abstracts of the programme: of every cluster, without whose they are."""
    person = viewer()
    asked = filters.read(person, request.args, Choices(person))
    wanted = asked.filters
    rows, after = queries.shared_for(person, wanted.theme, wanted.cluster, _day_and_id(request.args.get("after", "")))
    more = asked.query(after=f"{after[0].isoformat()}_{after[1]}") if after else ""
    base = url_for("needs.abstract_list")
    return htmx.render(
        "needs/abstract_list.html",
        rows=rows,
        chips=[
            {"label": label, "url": base + asked.query(without=name)}
            for name, label in asked.labels.items()
            if name in ("theme", "cluster")
        ],
        whole=policy.can_read_whole(person),
        manages=policy.can_read_titles(person),
        more_url=base + more if more else "",
    )


def _day_and_id(typed: str) -> queries.SharedKey | None:
    day, _sign, need_id = typed.partition("_")
    try:
        return date.fromisoformat(day), UUID(need_id)
    except ValueError:
        return None


@bp.get("/shared/<uuid:abstract_id>")
@requires(policy.can_read_abstract, abstract=queries.shared_one)
def abstract_show(abstract: queries.Shared) -> ResponseReturnValue:
    """One released abstract, with its theme and cluster and nothing else."""
    return htmx.render("needs/abstract_show.html", abstract=abstract)
