"""The blueprint of the R&D directory, and the names of its codes as template filters."""

from __future__ import annotations

from flask import Blueprint, request

from mono_web.core.text import unstorable
from mono_web.research.forms import APPROVED_LABELS, APPROVED_WORDS, SOURCE_LABELS, approval

bp = Blueprint("research", __name__, url_prefix="/research")
bp.add_app_template_filter(lambda code: SOURCE_LABELS.get(code, code), "research_source")
bp.add_app_template_filter(lambda value: APPROVED_LABELS[approval(value)], "approval_name")
bp.add_app_template_filter(lambda value: APPROVED_WORDS[approval(value)], "approval_words")
bp.add_app_template_filter(
    lambda address: address if address.lower().startswith(("http://", "https://")) else f"https://{address}",
    "as_link",
)


def asked(name: str) -> str:
    """What the address asks for, as it can be shown again: nothing where it holds what no page can."""
    value = request.args.get(name, "")[:200]
    return "" if unstorable(value) else value
