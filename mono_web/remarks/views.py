"""Routes of remarks."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from mono_web.core import htmx
from mono_web.core.access import logged_in, public, requires

bp = Blueprint("remarks", __name__, url_prefix="/remarks")
