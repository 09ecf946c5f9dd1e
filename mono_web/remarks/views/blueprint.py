"""The blueprint, the names of its codes as template filters, and what its routes share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, request

from mono_web.core import audit, htmx, subjects
from mono_web.core.access import viewer
from mono_web.core.i18n import gettext as _
from mono_web.remarks import forms, queries

bp = Blueprint("remarks", __name__, url_prefix="/remarks")

bp.add_app_template_filter(forms.KIND_LABELS.__getitem__, "remark_kind_name")
bp.add_app_template_filter(forms.NOTE_AUDIENCE_LABELS.__getitem__, "note_audience_name")
bp.add_app_template_filter(forms.audience_in_sentence, "note_audience_in_sentence")


@dataclass(frozen=True)
class Place:
    """The record that remarks and notes hang on: its key, the record, its name and its page."""

    key: subjects.Key
    record: Any
    title: str
    address: str

    def thread(self) -> queries.Thread:
        """What hangs on it, as the one who asks sees it."""
        return queries.thread_for(viewer(), *self.key, self.record)

    def at(self, element: str, element_id: UUID) -> str:
        """The address of one remark or note on the record's page."""
        return f"{self.address}#{element}-{element_id}"


def place_of(key: subjects.Key) -> Place:
    """The record, which the gate has let this person see. Looking at a confidential one is written down."""
    known = subjects.get(key[0])
    record: Any = subjects.load(viewer(), *key)
    if request.method == "GET" and getattr(record, "confidential", False):
        audit.read_confidential(*key)
    address = known.address(key[1])
    if on := way():
        address += f"?{urlencode(on)}"
    return Place(key, record, known.title(record) or _("The entry"), address)


@bp.app_context_processor
def _for_templates() -> dict[str, Any]:
    return {"way": way()}


def way() -> dict[str, str]:
    """What of the address leads on through a reviewer's queue: every act on a remark or note keeps it."""
    return {name: request.args[name] for name in ("queue", "broker") if name in request.args}


def shown(place: Place) -> dict[str, Any]:
    """What every page and partial here is given. `plain`: a whole page, whose forms are sent without htmx."""
    return {"plain": not htmx.is_partial(), "title": place.title, "address": place.address, "key": place.key}
