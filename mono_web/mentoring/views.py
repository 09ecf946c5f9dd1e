"""Routes of mentoring."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from mono_web.core import htmx
from mono_web.core.access import logged_in, public, requires

bp = Blueprint("mentoring", __name__, url_prefix="/mentoring")


@bp.get("/")
@requires(logged_in)
def desk_show() -> ResponseReturnValue:
    """Stub."""
    return htmx.render("home/today.html")
