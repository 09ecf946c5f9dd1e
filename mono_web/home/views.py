"""The start page of each role, and what stands around every page: the menu with what waits on the person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import policy as people
from mono_web.companies import policy as companies
from mono_web.core import htmx
from mono_web.core.access import Viewer, logged_in, requires
from mono_web.core.i18n import gettext as _
from mono_web.logbook import policy as logbook
from mono_web.logbook import queries as entries


bp = Blueprint("home", __name__)


@dataclass(frozen=True)
class Item:
    """A line of the menu. `count` is what waits on the person, never what exists."""

    key: str
    url: str
    label: str
    icon: str
    count: int = 0
    current: bool = False


def frame(viewer: Viewer) -> dict[str, Any]:
    """Menu, links of the account menu, and the address of a new entry where the person may write one."""
    own, queue = entries.waiting_counts(viewer)
    here = (request.blueprint or "") if request else ""
    top = [_item("home", "home.today", _("Today"), "home", here)]
    if logbook.can_open_logbook(viewer):
        top.append(_item("logbook", "logbook.entry_list", _("Logbook"), "book", here, own))
    if viewer.has("mentor", "lead"):
        top.append(_item("mentoring", "mentoring.desk_show", _("Guidance"), "talk", here, queue))
    nav: list[dict[str, Any]] = [{"heading": "", "items": top}]
    if companies.can_read_companies(viewer):
        nav.append(
            {
                "heading": _("Undertakings"),
                "items": [_item("companies", "companies.company_list", _("Undertakings"), "building", here)],
            }
        )
    links = []
    if people.can_read_people(viewer):
        links.append((_("Administration"), url_for("accounts.admin_home")))
    return {
        "nav": nav,
        "account_links": links,
        "new_entry_url": url_for("logbook.entry_new") if logbook.can_write(viewer) else "",
        "may_search": logbook.can_open_logbook(viewer),
    }


def _item(key: str, endpoint: str, label: str, icon: str, here: str, count: int = 0) -> Item:
    return Item(key, url_for(endpoint), label, icon, count, here == key)


@bp.get("/")
@requires(logged_in)
def today() -> ResponseReturnValue:
    """The start page."""
    return htmx.render("home/today.html")
