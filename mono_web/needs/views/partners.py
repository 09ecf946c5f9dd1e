"""Whom a form means by what was typed under "environment or researcher". No routes of its own."""

from __future__ import annotations

from uuid import UUID

from flask import request

from mono_web.core.access import viewer
from mono_web.core.i18n import gettext as _
from mono_web.needs import queries
from mono_web.needs.forms import PartnerForm
from mono_web.needs.models import Need
from mono_web.research import queries as research
from mono_web.research.models import ENVIRONMENT, RESEARCHER

Partner = tuple[UUID | None, UUID | None]


def read_partner(form: PartnerForm, need: Need) -> Partner | None:
    """(environment id, researcher id), one of them; without exactly one the field says what to do."""
    chosen = request.form.get("partner_pick") or form.partner_id.data or ""
    kind, _sign, record_id = chosen.partition("-")
    if found := _known(kind, record_id):
        return found
    typed = form.partner.data or ""
    offered = research.suggestions(viewer(), typed) if typed else []
    exact = [one for one in offered if one.name.casefold() == typed.casefold()]
    if len(exact) == 1:
        return _known(exact[0].kind, str(exact[0].id))
    form.candidates = queries.partners_for(viewer(), need, typed) if typed else ()
    if form.candidates:
        form.add_error("partner", _("Choose who is meant"))
    elif typed:
        form.add_error("partner", _("The directory has nobody else of this name. Put them in there first"))
    else:
        form.add_error("partner", _("Write which environment or researcher it is"))
    return None


def _known(kind: str, record_id: str) -> Partner | None:
    try:
        wanted = UUID(record_id)
    except ValueError:
        return None
    if kind == ENVIRONMENT and research.environment_for(viewer(), wanted):
        return wanted, None
    if kind == RESEARCHER and research.researcher_for(viewer(), wanted):
        return None, wanted
    return None
