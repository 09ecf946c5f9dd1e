"""The blueprint of undertakings, and the names of its codes as template filters."""

from __future__ import annotations

from flask import Blueprint

from mono_web.companies import municipalities
from mono_web.companies.forms import FORM_LABELS, SOURCE_LABELS, STATUS_LABELS
from mono_web.core.numbers import format_orgnr

bp = Blueprint("companies", __name__, url_prefix="/companies")
bp.add_app_template_filter(lambda number: format_orgnr(number or ""), "orgnr")
bp.add_app_template_filter(lambda code: FORM_LABELS.get(code, code), "legal_form_name")
bp.add_app_template_filter(lambda code: SOURCE_LABELS.get(code, code), "source_name")
bp.add_app_template_filter(lambda place: municipalities.split(place)[1], "place_name")
bp.add_app_template_filter(lambda code: STATUS_LABELS.get(code, code), "status_name")
