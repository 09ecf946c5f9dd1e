"""Routes of logbook."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from mono_web.core import htmx
from mono_web.core.access import logged_in, public, requires

bp = Blueprint("logbook", __name__, url_prefix="/logbook")


@bp.get("/")
@requires(logged_in)
def entry_list() -> ResponseReturnValue:
    """Stub."""
    return htmx.render("home/today.html")


@bp.get("/new")
@requires(logged_in)
def entry_new() -> ResponseReturnValue:
    """Stub."""
    return htmx.render("home/today.html")


@bp.get("/<uuid:entry_id>")
@requires(logged_in)
def entry_show() -> ResponseReturnValue:
    """Stub."""
    return htmx.render("home/today.html")
