"""Stub."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from mono_web.core.access import requires
from mono_web.logbook import policy
from mono_web.logbook.views.blueprint import bp


@bp.get("/import")
@requires(policy.can_write)
def entry_import() -> ResponseReturnValue:
    """Stub."""
    return ""
