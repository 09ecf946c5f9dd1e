"""Routes of accounts."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from mono_web.core import htmx
from mono_web.core.access import logged_in, public, requires

bp = Blueprint("accounts", __name__)


@bp.get("/login")
@requires(public)
def login() -> ResponseReturnValue:
    """Stub."""
    return htmx.render("home/today.html")


@bp.get("/logout")
@requires(logged_in)
def logout() -> ResponseReturnValue:
    """Stub."""
    return htmx.render("home/today.html")


@bp.get("/profile")
@requires(logged_in)
def profile_edit() -> ResponseReturnValue:
    """Stub."""
    return htmx.render("home/today.html")


@bp.get("/admin/")
@requires(logged_in)
def admin_home() -> ResponseReturnValue:
    """Stub."""
    return htmx.render("home/today.html")
