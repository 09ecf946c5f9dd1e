"""Making and saving needs, and who is in charge of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from mono_web.accounts import queries as accounts
from mono_web.companies.models import Company
from mono_web.core import audit, clock, fulltext, revisions, stale, subjects
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.text import tidy_line
from mono_web.followups import actions as followups
from mono_web.needs.models import DONE, SUBJECT, Need
from mono_web.programmes.models import PriorityArea
from mono_web.remarks import actions as remarks

# What a person writes in the form of a need; the assessment and the steps have forms of their own.
_WRITTEN = (
    "title", "description", "theme", "priority_area_id", "trl", "scheme", "abstract", "confidential", "next_step",
)  # fmt: skip
_CONCLUDED = ("new_knowledge", "conclusion", "referred_to")


def as_fields(need: Need) -> dict[str, Any]:
    """A need as a revision keeps it: JSON values only."""
    due = need.next_step_date
    return {
        **{name: getattr(need, name) for name in (*_WRITTEN, *_CONCLUDED)},
        "next_step_date": due.isoformat() if due else None,
    }


def record_need(
    viewer: Viewer,
    place: tuple[int, int],
    company_id: UUID,
    fields: Mapping[str, Any],
    source: subjects.Key | None = None,
    quote: str = "",
) -> Need:
    """A new need of an undertaking, in (programme, cluster); whoever makes it is in charge. `fields`: `as_fields`."""
    now = clock.now()
    need = Need(
        company_id=company_id,
        programme_id=place[0],
        cluster_id=place[1],
        owner_id=viewer.id,
        made_by=viewer.id,
        source_type=source[0] if source else "",
        source_id=source[1] if source else None,
        source_quote=quote if source else "",
        created_at=now,
        moved_at=now,
    )
    _write(need, {**dict.fromkeys(_CONCLUDED), "conclusion": "", "referred_to": "", **fields})
    db.session.add(need)
    db.session.flush()
    keep(need, viewer.id)
    remarks.act(SUBJECT, need.id, viewer.id, "made", on_revision=need.revision)
    return need


def save_need(viewer: Viewer, need: Need, fields: Mapping[str, Any], base_rev: int) -> list[str]:
    """Save a form that was filled from revision `base_rev`; `fields` has the keys of `as_fields`, or some of them.

    Returns the names of fields that somebody else had changed meanwhile and that stay. Raises StaleError where
    the same field was changed on both sides. A released abstract that is changed, or a need that becomes
    confidential, takes the release back: the consent was to the words as they stood.
    """
    before = as_fields(need)
    wanted, taken = stale.merged(SUBJECT, need.id, need.revision, base_rev, before, fields)
    if wanted["confidential"] and not need.confidential and need.owner_id != viewer.id:
        raise DomainError(_l("Only who is in charge can close the need to the others"), "confidential")
    lifted = need.confidential and not wanted["confidential"]
    if need.shared and (wanted["confidential"] or wanted["abstract"] != before["abstract"]):
        withdraw_release(viewer, need)
    _write(need, wanted)
    db.session.flush()
    keep(need, viewer.id)
    if lifted:
        need.opened_from = need.revision
        remarks.act(SUBJECT, need.id, viewer.id, "widened", "confidential -> cluster", need.revision)
    audit.note("need changed", SUBJECT, need.id)
    return taken


def bring_back(viewer: Viewer, need: Need, number: int) -> None:
    """Bring what was written in an old version back, as a new version; the assessment and who may read stay."""
    old = revisions.at(SUBJECT, need.id, number)
    if old is None:
        raise DomainError(_l("There is no such version"))
    kept = {**{name: getattr(need, name) for name in _CONCLUDED}, "confidential": need.confidential}
    save_need(viewer, need, {**old.fields, **kept}, need.revision)
    remarks.act(SUBJECT, need.id, viewer.id, "brought_back", str(number), need.revision)


def _write(need: Need, fields: Mapping[str, Any]) -> None:
    for name in (*_WRITTEN, *_CONCLUDED):
        setattr(need, name, fields[name])
    need.theme_key = tidy_line(need.theme).casefold()
    due = fields["next_step_date"]
    need.next_step_date = dt.date.fromisoformat(due) if due else None
    if need.priority_area_id is not None:
        area = db.session.get(PriorityArea, need.priority_area_id)
        if area is None or area.programme_id != need.programme_id:
            raise DomainError(_l("Choose one of the possibilities"), "area")


def keep(need: Need, author_id: int) -> None:
    """Store the revision; search and the follow-up go along."""
    need.revision = revisions.keep(SUBJECT, need.id, author_id, as_fields(need)).number
    db.session.flush()
    index(need)
    follow(need)


def index(need: Need) -> None:
    """Follow the need in the full text. The passage it was made from stays out: it has readers of its own."""
    company = db.session.get_one(Company, need.company_id)
    parts = (
        company.name, need.description, need.theme, need.conclusion, need.referred_to, need.scheme, need.abstract,
        need.next_step,
    )  # fmt: skip
    fulltext.put(SUBJECT, need.id, clock.local(need.created_at).date(), need.title, parts)


def follow(need: Need) -> None:
    """Let the follow-up say what the next step says; none where nothing is to be done any more."""
    step = "" if need.state in DONE or need.owner_id is None else need.next_step
    followups.follow(SUBJECT, need.id, need.owner_id or 0, step, need.title, need.next_step_date)


def withdraw_release(viewer: Viewer, need: Need) -> None:
    """The abstract is nobody else's any more; who had consented stays in the act."""
    remarks.act(SUBJECT, need.id, viewer.id, "unshared", need.abstract_consent_by, need.revision)
    need.abstract_released_on, need.abstract_consent_by = None, ""


def give_need(viewer: Viewer, need: Need, owner_id: int) -> None:
    """Somebody is in charge from now on: a broker of the place."""
    if owner_id not in dict(accounts.holders(["broker"], need.programme_id, need.cluster_id)):
        raise DomainError(_l("Choose a broker of this cluster"), "owner")
    if owner_id == need.owner_id:
        return
    before, need.owner_id = need.owner_id, owner_id
    db.session.flush()
    follow(need)
    # "+": the new one could not read it before.
    let_in = "+" if need.confidential else ""
    remarks.act(SUBJECT, need.id, viewer.id, "handed_over", f"{before or 0} -> {let_in}{owner_id}", need.revision)
