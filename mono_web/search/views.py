"""The search page."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.companies import queries as companies
from mono_web.core import htmx
from mono_web.core.access import requires, viewer
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import ngettext
from mono_web.core.numbers import looks_like_orgnr
from mono_web.search import policy, queries

bp = Blueprint("search", __name__, url_prefix="/search")
_NOWHERE = UUID(int=0)


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
