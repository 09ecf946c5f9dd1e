"""What the registry of subjects needs to know of needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from mono_web.accounts import queries as accounts
from mono_web.core import subjects
from mono_web.core.access import Viewer
from mono_web.core.i18n import gettext as _
from mono_web.needs import policy, queries
from mono_web.needs.models import SUBJECT, Need


def field_labels() -> dict[str, str]:
    """The fields a remark can sit on."""
    return {
        "title": _("What is the need?"),
        "description": _("Description"),
        "theme": _("Theme"),
        "conclusion": _("Conclusion"),
        "abstract": _("Abstract to share"),
        "next_step": _("Next step"),
    }


def further_labels() -> dict[str, str]:
    """Fields that no remark sits on, but that a version has."""
    return {
        "priority_area_id": _("Priority area"),
        "trl": _("Maturity (TRL)"),
        "scheme": _("Scheme"),
        "new_knowledge": _("Is new knowledge needed?"),
        "referred_to": _("Referred to"),
        "confidential": _("Holds trade secrets"),
        "next_step_date": _("Date of the next step"),
    }


def _is_reviewer(person_id: int, need: Need) -> bool:
    return person_id != need.owner_id and person_id in dict(accounts.holders(["mentor"], need.programme_id))


def register(url_for: Callable[..., str]) -> None:
    """Make needs known, once, from app.py."""

    def address(need_id: UUID) -> str:
        return url_for("needs.need_show", need_id=need_id)

    def load(viewer: Viewer, need_id: UUID) -> Any:
        return queries.need_for(viewer, need_id)

    subjects.register(
        SUBJECT,
        subjects.Subject(
            load=load,
            title=lambda need: need.title,
            address=address,
            readers=queries.readers_of_need,
            place=lambda need: (need.programme_id, need.cluster_id, need.owner_id or need.made_by),
            writers=lambda need: (need.owner_id,) if need.owner_id else (),
            revision=lambda need: need.revision,
            may_read_remarks=policy.can_read_review,
            may_remark=policy.can_remark,
            may_answer=policy.can_answer,
            is_reviewer=_is_reviewer,
            fields=field_labels,
            remarked=lambda _need, _viewer: None,
        ),
    )
