"""Routes of companies."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from mono_web.core import htmx
from mono_web.core.access import logged_in, public, requires

bp = Blueprint("companies", __name__, url_prefix="/companies")


@bp.get("/")
@requires(logged_in)
def company_list() -> ResponseReturnValue:
    """Stub."""
    return htmx.render("home/today.html")
