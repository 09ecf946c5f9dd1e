"""Where needs and matches name people; who gave the consent stands as one who took part."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select

from mono_web.core import clock, subjects
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.i18n import gettext as _
from mono_web.core.mentions import Holder, Shown
from mono_web.needs import policy
from mono_web.needs.actions.records import index
from mono_web.needs.actions.subject import field_labels, further_labels
from mono_web.needs.models import SUBJECT, Match, Need


def holders(url_for: Callable[..., str]) -> dict[str, Holder]:
    """The tables of needs that hold what people write. A passage of a log entry has readers of its own."""

    def needs(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
        found = db.session.scalars(policy.visible_to(viewer).where(Need.id.in_(ids)))
        return {need.id: _shown(viewer, need) for need in found}

    def passages(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
        shown = {}
        for need in db.session.scalars(policy.visible_to(viewer).where(Need.id.in_(ids))):
            key = (need.source_type, need.source_id or need.id)
            if (source := subjects.load(viewer, *key)) is not None:
                known, one = subjects.get(key[0]), _shown(viewer, need)
                closed = known.material is not None and known.material(source).confidential
                shown[need.id] = one._replace(reads=key) if closed and viewer.id not in known.writers(source) else one
        return shown

    def matches(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
        of = dict(db.session.execute(select(Match.id, Match.need_id).where(Match.id.in_(ids))).all())
        seen = needs(viewer, set(of.values()))
        return {one: seen[need_id] for one, need_id in of.items() if need_id in seen}

    def _shown(viewer: Viewer, need: Need) -> Shown:
        reads = (SUBJECT, need.id) if need.confidential and need.owner_id != viewer.id else None
        day = clock.local(need.created_at).date()
        return Shown(need.title, url_for("needs.need_show", need_id=need.id), day, reads)

    return {
        SUBJECT: Holder(
            model=Need,
            called=lambda: _("Need"),
            free=(
                "title", "description", "theme", "scheme", "conclusion", "referred_to", "abstract", "next_step",
                "closed_reason",
            ),
            people=("abstract_consent_by",),
            subject_type=SUBJECT,
            shown=needs,
            about=_undertakings,
            changed=index,
            labels=_labels,
        ),
        "passage": Holder(
            model=Need, called=lambda: _("Need"), free=("source_quote",), subject_type=SUBJECT, shown=passages,
            labels=_labels,
        ),
        "match": Holder(
            model=Match, called=lambda: _("Match"), free=("note", "decline_cause"), shown=matches, labels=_labels
        ),
    }  # fmt: skip


def _undertakings(ids: Collection[Any]) -> dict[Any, set[UUID]]:
    rows = db.session.execute(select(Need.id, Need.company_id).where(Need.id.in_(ids)))
    return {need_id: {company_id} for need_id, company_id in rows}


def _labels() -> dict[str, str]:
    return {
        **field_labels(),
        **further_labels(),
        "closed_reason": _("Reason"),
        "abstract_consent_by": _("Consent given by"),
        "source_quote": _("The passage it was made from"),
        "note": _("Note"),
        "decline_cause": _("Reason"),
    }
