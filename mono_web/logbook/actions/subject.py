"""What the registry of subjects needs to know of log entries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from mono_web.accounts import queries as accounts
from mono_web.core import subjects
from mono_web.core.access import Viewer
from mono_web.core.i18n import gettext as _
from mono_web.logbook import policy, queries
from mono_web.logbook.actions.review import remarked
from mono_web.logbook.models import SUBJECT, Entry


def field_labels() -> dict[str, str]:
    """The fields a remark can sit on."""
    return {
        "text": _("The text"),
        "companies": _("Undertaking"),
        "date": _("Date"),
        "kind": _("Kind of contact"),
        "minutes": _("Hours"),
        "participants": _("Participants"),
        "title": _("Title"),
        "outcome": _("Outcome"),
        "next_step": _("Next step"),
        "audience": _("Who can read"),
    }


def further_labels() -> dict[str, str]:
    """Fields that no remark sits on, but that a version has."""
    return {
        "new_companies": _("New undertaking"),
        "form": _("Physical or digital"),
        "held": _("Held"),
        "next_step_date": _("Date of the next step"),
        "confidential": _("Holds trade secrets"),
    }


def _is_reviewer(person_id: int, entry: Entry) -> bool:
    if person_id in entry.writers:
        return False
    return person_id in dict(policy.reviewers_in(entry.programme_id, entry.writers)) or person_id in dict(
        accounts.holders(["mentor"], entry.programme_id)
    )


def _material(entry: Entry) -> subjects.Material:
    text = f"{entry.text}\n{entry.outcome}"
    return subjects.Material(tuple(link.company_id for link in entry.links), text, entry.confidential)


def register(url_for: Callable[..., str]) -> None:
    """Make log entries known, once, from app.py."""

    def address(entry_id: UUID) -> str:
        return url_for("logbook.entry_show", entry_id=entry_id)

    def load(viewer: Viewer, entry_id: UUID) -> Any:
        return queries.entry_for(viewer, entry_id)

    subjects.register(
        SUBJECT,
        subjects.Subject(
            load=load,
            title=lambda entry: entry.title,
            address=address,
            readers=queries.readers_of_entry,
            place=lambda entry: (entry.programme_id, entry.cluster_id, entry.in_charge_id),
            writers=lambda entry: entry.writers,
            revision=lambda entry: entry.revision,
            may_read_remarks=policy.can_read_review,
            may_remark=policy.can_remark,
            may_answer=policy.can_answer,
            is_reviewer=_is_reviewer,
            fields=field_labels,
            remarked=remarked,
            material=_material,
        ),
    )
