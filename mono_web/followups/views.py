"""Routes of follow-ups: done, and not done after all. The list stands on the start page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import htmx
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.i18n import gettext as _
from mono_web.followups import actions, policy, queries
from mono_web.followups.models import FollowUp

bp = Blueprint("followups", __name__, url_prefix="/followups")


@bp.post("/<uuid:followup_id>/done")
@requires(policy.can_finish, followup=queries.followup_for)
def task_done(followup: FollowUp) -> ResponseReturnValue:
    """The task is done; the row offers to take that back."""
    begin_write()
    if followup.done_at is None:
        actions.finish(viewer(), followup)
    # Translators: bokmål: Oppgaven er ferdig
    htmx.announce(_("The task is done"))
    return _row(followup, done=followup.id)


@bp.post("/<uuid:followup_id>/reopen")
@requires(policy.can_finish, followup=queries.followup_for)
def task_reopen(followup: FollowUp) -> ResponseReturnValue:
    """Undo: the task is open again."""
    begin_write()
    if followup.done_at is not None:
        actions.reopen(followup)
    htmx.announce(_("The task is open again"))
    return _row(followup)


def _row(followup: FollowUp, **shown: Any) -> ResponseReturnValue:
    """The row in its new look; without scripts the start page, which shows a task just done with its undo."""
    if not htmx.is_partial():
        return htmx.redirect_to(url_for("home.today", **shown))
    htmx.event("followups:task-changed")
    row = "followups/_task_row.html"
    return htmx.render(row, partial=row, task=queries.task_of(followup), fresh=True)
