"""Matches: a need, and an environment or a researcher who could meet it."""

from __future__ import annotations

from uuid import UUID

from mono_web.core import clock, i18n
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.needs import queries
from mono_web.needs.models import SUBJECT, Match, Need
from mono_web.remarks import actions as remarks
from mono_web.research.models import Environment, Researcher


def propose_match(
    viewer: Viewer, need: Need, environment_id: UUID | None, researcher_id: UUID | None, note: str = ""
) -> Match:
    """Propose somebody for a need. Whoever declined it is not proposed for it again."""
    researcher = db.session.get(Researcher, researcher_id) if researcher_id else None
    if researcher is not None:
        environment_id = researcher.environment_id
    if researcher is None and (environment_id is None or db.session.get(Environment, environment_id) is None):
        raise DomainError(_l("Choose an environment or a researcher of the directory"), "partner")
    earlier = queries.match_with(need, environment_id, researcher.id if researcher else None)
    if earlier is not None:
        raise DomainError(_there_already(earlier), "partner")
    now = clock.now()
    match = Match(
        need_id=need.id,
        environment_id=environment_id,
        researcher_id=researcher.id if researcher else None,
        note=note,
        created_at=now,
        moved_at=now,
        made_by=viewer.id,
    )
    db.session.add(match)
    need.moved_at = now
    db.session.flush()
    db.session.refresh(match)
    _act(viewer, match)
    return match


def _there_already(match: Match) -> str:
    if match.state == "declined":
        day = i18n.day_long(clock.local(match.moved_at).date())
        # Translators: bokmål: %(name)s takket nei %(day)s: «%(cause)s». Foreslå en annen
        return _l(
            "%(name)s declined this need on %(day)s: “%(cause)s”. Propose somebody else",
            name=match.partner, day=day, cause=match.decline_cause,
        )  # fmt: skip
    return _l("%(name)s is proposed for this need already", name=match.partner)


def move_match(
    viewer: Viewer, match: Match, state: str, *, cause: str = "", first: bool | None = None, note: str = ""
) -> None:
    """Take a match on. To decline asks for the cause; to agree, whether it is the undertaking's first with research.

    A match that was declined stays so: it is why the same one is not proposed again.
    """
    if match.state == "declined":
        raise DomainError(_l("This match was declined. It stays as it is"), "state")
    if state == match.state:
        raise DomainError(_l("The match is there already"), "state")
    if state == "declined" and not cause:
        raise DomainError(_l("Write why it was declined"), "cause")
    if state == "agreed" and first is None:
        raise DomainError(_l("Choose yes or no"), "first")
    match.state, match.moved_at = state, clock.now()
    match.decline_cause = cause if state == "declined" else ""
    match.first_collaboration = first if state == "agreed" else None
    match.note = note or match.note
    match.need.moved_at = match.moved_at
    db.session.flush()
    _act(viewer, match)


def _act(viewer: Viewer, match: Match) -> None:
    """The step stands among the need's: with the name, and the cause on a line of its own."""
    told = [match.partner, match.decline_cause] if match.decline_cause else [match.partner]
    remarks.act(
        SUBJECT, match.need_id, viewer.id, f"match_{match.state}", "\n".join(told), match.need.revision
    )  # fmt: skip
