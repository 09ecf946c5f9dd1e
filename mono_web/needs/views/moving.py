"""The steps of a need, and who is in charge of it. From the columns the answer is the columns, else the need."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import htmx
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.needs import actions, policy, queries
from mono_web.needs.forms import STATE_LABELS, MoveForm, OwnerForm
from mono_web.needs.models import LIVE, STATES, Need
from mono_web.needs.views import listing
from mono_web.needs.views.blueprint import bp
from mono_web.needs.views.partners import read_partner

EITHER = {"yes": True, "no": False}


@bp.route("/<uuid:need_id>/move", methods=["GET", "POST"])
@requires(policy.can_write, need=queries.need_for)
def need_move(need: Need) -> ResponseReturnValue:
    """Where a need is to be moved to, with what that step asks for; and the move."""
    form = MoveForm(
        data={
            "state": _next_of(need),
            "new_knowledge": "" if need.new_knowledge is None else ("yes" if need.new_knowledge else "no"),
            "conclusion": need.conclusion,
            "referred_to": need.referred_to,
            "scheme": need.scheme,
        }
    )
    form.state.choices = [one for one in STATE_LABELS.items() if one[0] != need.state or one[0] == "assessed"]
    if not form.validate_on_submit():
        return _ask(need, form)
    begin_write()
    try:
        if not _match_first(need, form):
            db.session.rollback()
            return _ask(need, form)
        actions.move_need(viewer(), need, form.state.data, _facts(form))
    except DomainError as error:
        db.session.rollback()
        form.add_error(error.field, str(error.sentence))
        return _ask(need, form)
    htmx.announce(
        _("“%(title)s” is moved to “%(state)s”", title=need.title, state=STATE_LABELS[need.state])
    )  # fmt: skip
    return _moved(need)


def _next_of(need: Need) -> str:
    """The step that comes next on the way; the first where the way is left."""
    place = STATES.index(need.state)
    return STATES[place + 1] if need.state in STATES[:5] else "identified"


def _facts(form: MoveForm) -> actions.Facts:
    return actions.Facts(
        new_knowledge=EITHER.get(form.new_knowledge.data or ""),
        conclusion=form.conclusion.data or "",
        referred_to=form.referred_to.data or "",
        scheme=form.scheme.data or "",
        reason=form.reason.data or "",
    )


def _match_first(need: Need, form: MoveForm) -> bool:
    """A need that is matched has a match: the one that was written in the form is made with it."""
    if form.state.data != "matched" or any(match.state in LIVE for match in queries.matches_of(need)):
        return True
    partner = read_partner(form, need)
    if partner is not None:
        actions.propose_match(viewer(), need, *partner)
    return partner is not None


def _ask(need: Need, form: MoveForm) -> ResponseReturnValue:
    matched = any(match.state in LIVE for match in queries.matches_of(need))
    return htmx.render(
        "needs/need_move.html",
        partial="needs/_need_move.html",
        status=422 if request.method == "POST" else 200,
        need=need,
        form=form,
        matched=matched,
        back=_back(need),
        here=request.full_path.rstrip("?"),
    )


def _in_columns() -> bool:
    return request.args.get("view") == listing.IN_COLUMNS


def _back(need: Need) -> str:
    if _in_columns():
        query = listing.asked_for(viewer()).query(view=listing.IN_COLUMNS)
        return f"{url_for('needs.need_list')}{query}#need_card-{need.id}"
    return url_for("needs.need_show", need_id=need.id)


def _moved(need: Need) -> ResponseReturnValue:
    if not (_in_columns() and htmx.is_partial()):
        return htmx.redirect_to(_back(need))
    page = "needs/_need_moved.html"
    context = listing.board(viewer(), listing.asked_for(viewer()))
    shown = any(row.id == need.id for column in context["columns"].values() for row in column.rows)
    return htmx.render(page, partial=page, moved=need.id, shown=shown, **context)


@bp.route("/<uuid:need_id>/owner", methods=["GET", "POST"])
@requires(policy.can_give, need=queries.need_for)
def need_give(need: Need) -> ResponseReturnValue:
    """Say who is in charge: a broker of the place. Where nobody is, a broker takes it, or the lead names one."""
    brokers = queries.brokers_of(need)
    me = viewer()
    form = OwnerForm(data={"owner": str(me.id if me.id in dict(brokers) else need.owner_id)})
    form.owner.choices = [("", _("Choose")), *((str(person_id), name) for person_id, name in brokers)]
    if form.validate_on_submit() and form.owner.data:
        begin_write()
        try:
            actions.give_need(me, need, int(form.owner.data))
        except DomainError as error:
            db.session.rollback()
            form.add_error(error.field, str(error.sentence))
        else:
            name = dict(brokers).get(int(form.owner.data), "")
            # Translators: bokmål: %(name)s har ansvaret for behovet nå
            htmx.announce(_("%(name)s is in charge of the need now", name=name))
            return htmx.redirect_to(url_for("needs.need_show", need_id=need.id))
    elif request.method == "POST" and not form.errors and not form.owner.data:
        form.add_error("owner", _("Choose a broker of this cluster"))
    return htmx.render(
        "needs/need_give.html",
        partial="needs/_need_give.html",
        status=422 if request.method == "POST" else 200,
        need=need,
        form=form,
    )
