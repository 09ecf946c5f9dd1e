"""The steps of a need. Each is an act with a day and a person, and none goes without its fact."""

from __future__ import annotations

from dataclasses import dataclass

from mono_web.core import clock
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.needs import queries
from mono_web.needs.actions.records import follow, keep
from mono_web.needs.models import LIVE, SUBJECT, Need
from mono_web.remarks import actions as remarks


@dataclass(frozen=True)
class Facts:
    """What a step may ask for; the rest stays empty.

    new_knowledge, conclusion, referred_to  of the assessment
    scheme                                  of an application and what comes of it
    reason                                  of closing, or of waiting
    """

    new_knowledge: bool | None = None
    conclusion: str = ""
    referred_to: str = ""
    scheme: str = ""
    reason: str = ""


def move_need(viewer: Viewer, need: Need, state: str, facts: Facts) -> None:
    """Take a step. Raises DomainError where its fact is missing."""
    if state == need.state and state != "assessed":
        raise DomainError(_l("The need is there already"), "state")
    if problem := lacking(need, state, facts):
        raise DomainError(problem[1], problem[0])
    reason = facts.reason
    if state == "assessed":
        need.new_knowledge, need.conclusion = facts.new_knowledge, facts.conclusion
        need.referred_to = "" if facts.new_knowledge else facts.referred_to
        reason = facts.conclusion
    if state in ("in_application", "funded") and facts.scheme:
        need.scheme = facts.scheme
    need.closed_reason = facts.reason if state == "closed" else ""
    need.state, need.moved_at = state, clock.now()
    db.session.flush()
    if state in ("assessed", "in_application", "funded"):
        keep(need, viewer.id)
    else:
        follow(need)
    if state in ("in_application", "funded"):
        reason = need.scheme
    remarks.act(SUBJECT, need.id, viewer.id, f"to_{state}", reason, need.revision)


def lacking(need: Need, state: str, facts: Facts) -> tuple[str, str] | None:
    """(field, sentence) of the fact that a step goes without; None where nothing is missing."""
    if state == "assessed":
        return _lacking_assessment(facts)
    if state == "matching" and need.new_knowledge is not True:
        return "state", _l("Assess first whether new knowledge is needed: only then somebody is looked for")
    if state == "matched" and not any(match.state in LIVE for match in queries.matches_of(need)):
        return "partner", _l("Write which environment or researcher the need is matched with")
    if state in ("in_application", "funded") and not (facts.scheme or need.scheme):
        return "scheme", _l("Write which scheme the application goes to")
    if state == "closed" and not facts.reason:
        return "reason", _l("Write why the need is closed")
    return None


def _lacking_assessment(facts: Facts) -> tuple[str, str] | None:
    if facts.new_knowledge is None:
        return "new_knowledge", _l("Choose yes or no")
    if not facts.conclusion:
        return "conclusion", _l("Write the conclusion in a sentence or two")
    if facts.new_knowledge is False and not facts.referred_to:
        return "referred_to", _l("Write where the undertaking was referred to")
    return None
