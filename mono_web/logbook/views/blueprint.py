"""The blueprint of the logbook, and the names of its codes as template filters."""

from __future__ import annotations

from flask import Blueprint

from mono_web.logbook import forms, queries

bp = Blueprint("logbook", __name__, url_prefix="/logbook")

for _filter, _labels in (
    ("kind_name", forms.KIND_LABELS),
    ("form_name", forms.FORM_LABELS),
    ("held_name", forms.HELD_LABELS),
    ("audience_name", forms.AUDIENCE_LABELS),
    ("state_name", forms.STATE_LABELS),
):
    bp.add_app_template_filter(_labels.__getitem__, _filter)
bp.add_app_template_global(queries.turn_of, "turn_of")
