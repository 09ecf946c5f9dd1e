"""Matches: propose one, take one on, and the suggestions while one types."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import access, htmx, once
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.core.text import unstorable
from mono_web.needs import actions, policy, queries
from mono_web.needs.forms import MATCH_LABELS, MatchForm, MatchMoveForm
from mono_web.needs.models import LIVE, Match, Need
from mono_web.needs.views.blueprint import bp
from mono_web.needs.views.moving import EITHER
from mono_web.needs.views.partners import read_partner


@bp.route("/<uuid:need_id>/matches/new", methods=["GET", "POST"])
@requires(policy.can_write, need=queries.need_for)
def match_new(need: Need) -> ResponseReturnValue:
    """Propose an environment or a researcher of the directory for a need."""
    form = MatchForm()
    held = form.validate_on_submit()
    partner = read_partner(form, need) if request.method == "POST" and not access.resuming() else None
    if not held or partner is None:
        return _ask(need, form)
    begin_write()
    if done := once.earlier(viewer().id):
        return once.answer_again(done)
    try:
        match = actions.propose_match(viewer(), need, *partner, form.note.data or "")
    except DomainError as error:
        db.session.rollback()
        form.add_error(error.field, str(error.sentence))
        return _ask(need, form)
    address = url_for("needs.need_show", need_id=need.id)
    once.remember(viewer().id, address)
    # Translators: bokmål: %(name)s er foreslått for behovet
    htmx.announce(_("%(name)s is proposed for the need", name=match.partner))
    return htmx.redirect_to(address)


def _ask(need: Need, form: MatchForm) -> ResponseReturnValue:
    return htmx.render(
        "needs/match_new.html",
        partial="needs/_match_new.html",
        status=422 if request.method == "POST" else 200,
        need=need,
        form=form,
    )


@bp.get("/parts/<uuid:need_id>/partners")
@requires(policy.can_write, need=queries.need_for)
def partner_suggest(need: Need) -> ResponseReturnValue:
    """Suggestions while one types: nobody who was proposed for this need before."""
    typed = request.args.get("q", "")[:200].strip()
    page = "needs/_partner_suggestions.html"
    offered = [] if unstorable(typed) else queries.partners_for(viewer(), need, typed)
    return htmx.render(page, partial=page, offered=offered)


@bp.route("/matches/<uuid:match_id>/move", methods=["GET", "POST"])
@requires(policy.can_write_match, match=queries.match_for)
def match_move(match: Match) -> ResponseReturnValue:
    """Take a match on: to a meeting, to an agreement, or to a no with its cause."""
    place = LIVE.index(match.state) if match.state in LIVE else 0
    form = MatchMoveForm(data={"state": LIVE[min(place + 1, len(LIVE) - 1)], "note": match.note})
    form.state.choices = [one for one in MATCH_LABELS.items() if one[0] != match.state]
    if request.method == "GET" and match.state == "agreed":
        form.state.data = "declined"
    if form.validate_on_submit():
        begin_write()
        first = EITHER.get(form.first.data or "")
        note = form.note.data or ""
        try:
            actions.move_match(
                viewer(), match, form.state.data, cause=form.cause.data or "", first=first, note=note
            )  # fmt: skip
        except DomainError as error:
            db.session.rollback()
            form.add_error(error.field, str(error.sentence))
        else:
            words = MATCH_LABELS[match.state]
            htmx.announce(_("%(name)s is moved to “%(state)s”", name=match.partner, state=words))
            return htmx.redirect_to(url_for("needs.need_show", need_id=match.need_id))
    return htmx.render(
        "needs/match_move.html",
        partial="needs/_match_move.html",
        status=422 if request.method == "POST" else 200,
        match=match,
        need=match.need,
        form=form,
    )
