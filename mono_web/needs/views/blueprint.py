"""The blueprint of needs, and the names of its codes as template filters."""

from __future__ import annotations

from flask import Blueprint

from mono_web.core.i18n import days_since
from mono_web.needs import forms
from mono_web.needs.models import DONE, STILL_DAYS

bp = Blueprint("needs", __name__, url_prefix="/needs")

bp.add_app_template_filter(forms.STATE_LABELS.__getitem__, "need_state_name")
bp.add_app_template_filter(forms.MATCH_LABELS.__getitem__, "match_state_name")


@bp.app_template_test("need_still")
def _is_still(row: object) -> bool:
    """Whether nobody has moved the need for too long."""
    open_still = getattr(row, "state", "") not in DONE
    return open_still and days_since(row.moved_at) > STILL_DAYS  # type: ignore[attr-defined]  # a row or a need
