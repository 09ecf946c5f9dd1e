"""Naming who takes over: the former brokers whose work waits, and the choice for each of them."""

from __future__ import annotations

from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import queries as accounts
from mono_web.core import htmx, once
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import ngettext
from mono_web.logbook import actions, policy, queries
from mono_web.logbook.forms import HandoverForm
from mono_web.logbook.queries import Broker, Former
from mono_web.logbook.views.blueprint import bp


@bp.get("/handover/")
@requires(policy.can_hand_over)
def handover_list() -> ResponseReturnValue:
    """Whose work waits for somebody to take it over, in the programmes this person leads."""
    return htmx.render("logbook/handover_list.html", handovers=queries.waiting_handovers(viewer()))


@bp.route("/handover/<case_id>", methods=["GET", "POST"])
@requires(policy.can_hand_over, case=queries.former_for)
def handover_edit(case: Former) -> ResponseReturnValue:
    """What waits of one former broker, and who takes it over. What is not ticked goes on waiting."""
    if request.method == "POST" and (done := once.earlier(viewer().id)):
        return once.answer_again(done)  # what was handed over is no choice any more: asked before the form is
    left = queries.left_by(viewer(), case)
    takers = queries.takers_for(case, {one.row.cluster for one in left})
    form = _form(case, left, takers)
    if not form.validate_on_submit():
        return _show(case, form, left)
    begin_write()
    if done := once.earlier(viewer().id):
        return once.answer_again(done)
    taker_id = int(form.taker.data)
    try:
        count = actions.hand_over(viewer(), case, [UUID(one) for one in form.chosen.data], taker_id)
    except DomainError as error:
        db.session.rollback()
        form.add_error(error.field, str(error.sentence))
        return _show(case, form, queries.left_by(viewer(), case))
    there = url_for("logbook.handover_list")
    once.remember(viewer().id, there)
    name = next(one.name for one in takers if one.id == taker_id)
    # Translators: bokmål: %(num)d loggføring er overlatt til %(name)s
    told = ngettext(
        "%(num)d entry is handed over to %(name)s", "%(num)d entries are handed over to %(name)s", count, name=name
    )
    htmx.announce(told)
    return htmx.redirect_to(there)


def _form(case: Former, left: list[queries.Left], takers: list[Broker]) -> HandoverForm:
    """Everything is ticked until somebody says otherwise. Beside a mentor stands what taking over means for them."""
    form = HandoverForm(data={"chosen": [str(one.row.id) for one in left], "taker": ""})
    form.chosen.choices = _choices(left)
    mentors = dict(accounts.holders(["mentor"], case.programme_id))
    people = []
    for one in takers:
        who = f"{one.name}, {one.clusters}"
        # Translators: in a list of who can take over. Bokmål: %(who)s (kan da ikke gå gjennom dem som mentor)
        people.append((str(one.id), _("%(who)s (then cannot review them)", who=who) if one.id in mentors else who))
    # Translators: first line of a list of people. Bokmål: Velg en person
    form.taker.choices = [("", _("Choose a person")), *people]
    return form


def _choices(left: list[queries.Left]) -> list[tuple[str, str]]:
    return [(str(one.row.id), one.row.title) for one in left]


def _show(case: Former, form: HandoverForm, left: list[queries.Left]) -> ResponseReturnValue:
    form.chosen.choices = _choices(left)
    waiting = {one.row.id for one in left}
    return htmx.render(
        "logbook/handover_edit.html",
        partial="logbook/_handover_form.html",
        status=422 if request.method == "POST" else 200,
        case=case,
        form=form,
        left={str(one.row.id): one for one in left},
        with_reviewer=[row for row in queries.with_reviewer_of(viewer(), case) if row.id not in waiting],
    )
