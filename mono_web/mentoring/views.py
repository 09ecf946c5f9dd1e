"""Routes of the mentor's desk. Reviewing itself is done on the entry's page, which belongs to the logbook."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from mono_web.core import htmx
from mono_web.core.access import requires, viewer
from mono_web.mentoring import policy, queries

bp = Blueprint("mentoring", __name__, url_prefix="/mentoring")

TABS = ("waiting", "returned", "accepted")


@bp.get("/")
@requires(policy.can_open_desk)
def desk_show() -> ResponseReturnValue:
    """What waits on this person as a reviewer, oldest first and by broker."""
    tab = request.args.get("tab", "waiting")
    tab = tab if tab in TABS else "waiting"
    broker = request.args.get("broker", type=int)
    desk = queries.desk_for(viewer(), tab, broker)
    chosen = next((one for one in desk.brokers if one.id == broker), None)
    return htmx.render("mentoring/desk_show.html", desk=desk, tab=tab, broker=broker, chosen=chosen)
