"""The blueprint of accounts, the names of its codes as template filters, and the languages around every page."""

from __future__ import annotations

from flask import Blueprint, current_app, request, url_for

from mono_web.accounts.forms import ROLE_LABELS, VERB_LABELS
from mono_web.core import access, htmx
from mono_web.core.i18n import LANGUAGES
from mono_web.core.i18n import gettext as _

bp = Blueprint("accounts", __name__)
bp.add_app_template_filter(ROLE_LABELS.__getitem__, "role_name")
bp.add_app_template_filter(lambda verb: VERB_LABELS.get(verb, verb), "verb_name")


@bp.app_context_processor
def _languages() -> dict[str, object]:
    """(code, own name) of each language, and where one is: an address to choose one leads back there."""
    if htmx.is_partial():
        return {}
    return {
        "languages": tuple(LANGUAGES.items()),
        "language_next": request.full_path.rstrip("?") if request.method == "GET" else None,
    }


def admin_tabs(here: str) -> list[tuple[str, str, bool]]:
    """(label, address, whether it is this page) of the pages of the administration that this person may open."""
    pages = {
        "accounts.admin_home": _("People"),
        "programmes.programme_list": _("Programmes"),
        "accounts.audit_list": _("Audit log"),
    }
    return [(label, url_for(endpoint), endpoint == here) for endpoint, label in pages.items() if _may_open(endpoint)]


def _may_open(endpoint: str) -> bool:
    view = current_app.view_functions.get(endpoint)
    needed = access.requirement_of(view) if view else None
    return needed is not None and not needed.loaders and needed.rule(access.viewer())
