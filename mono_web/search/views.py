"""The search page."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from mono_web.companies import queries as companies
from mono_web.core import audit, htmx
from mono_web.core.access import requires, viewer
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import ngettext
from mono_web.core.numbers import looks_like_orgnr
from mono_web.search import policy, queries

bp = Blueprint("search", __name__, url_prefix="/search")
_NOWHERE = UUID(int=0)
_MARK = Markup("<mark>%s</mark>")


@bp.get("")
@requires(policy.can_search)
def result_list() -> ResponseReturnValue:
    """What was found, newest first or by rank; the number of an undertaking leads straight to it.

    The partial is one page of hits: "show more" puts it in the place of the link that asked for it.
    """
    typed = queries.clean(request.args.get("q", ""))
    after = request.args.get("after", "")
    if looks_like_orgnr(typed) and len(named := companies.named(viewer(), typed)) == 1:
        return htmx.redirect_to(url_for("companies.company_show", company_id=named[0].id))
    by_rank = request.args.get("sort") == "rank"
    found = queries.results_for(viewer(), typed, by_rank=by_rank, after=after)
    _log_readings(found)
    if after and htmx.is_partial():
        htmx.announce(_shown(len(found.hits)))
    return htmx.render(
        "search/result_list.html",
        partial="search/_result_list.html",
        typed=typed,
        find_text=typed,
        bases=_bases(),
        found=found,
        by_rank=by_rank,
        more=bool(after),
    )


def _log_readings(found: queries.Found) -> None:
    """A snippet shows some of the text: of a confidential entry of somebody else's that is a reading."""
    for hit in found.hits:
        if hit.row.confidential and hit.snippet and hit.row.author_id != viewer().id:
            audit.read_confidential(hit.row.type, hit.row.id)


@bp.app_template_filter("marked")
def _marked(pieces: Iterable[queries.Piece]) -> Markup:
    """A text in pieces, escaped, its hits marked."""
    return Markup("").join(_MARK % piece.text if piece.hit else piece.text for piece in pieces)


def _bases() -> dict[str, str]:
    """What stands before the id in the address of each kind of record: twenty addresses are dear."""
    nowhere = str(_NOWHERE)
    return {
        "entry": url_for("logbook.entry_show", entry_id=nowhere).removesuffix(nowhere),
        "company": url_for("companies.company_show", company_id=nowhere).removesuffix(nowhere),
    }


def _shown(count: int) -> str:
    # Translators: bokmål: %(num)d flere vises / Ingen flere
    return ngettext("One more is shown", "%(num)d more are shown", count) if count else _("No more")
