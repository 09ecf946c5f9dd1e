"""The acts of the review: each a small form or a button, each with its rule; all answer with the entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import queries as accounts
from mono_web.core import htmx, i18n, once
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import ngettext
from mono_web.logbook import actions, policy, queries
from mono_web.logbook.forms import AddendumForm, AudienceForm, ReasonForm
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.logbook.views import answering
from mono_web.logbook.views.blueprint import bp
from mono_web.remarks import queries as remarks


def _first(entry: Entry) -> str:
    return entry.in_charge.name.split()[0]


def _back(entry: Entry) -> ResponseReturnValue:
    """To the entry; a mentor on the way through the queue stays on that way."""
    way: dict[str, Any] = {name: request.args[name] for name in ("queue", "broker") if name in request.args}
    return htmx.redirect_to(url_for("logbook.entry_show", entry_id=entry.id, **way))


def _ask(entry: Entry, form: Any, words: dict[str, Any], status: int = 200) -> ResponseReturnValue:
    """The question in a dialog (htmx) or on a page of its own."""
    return htmx.render(
        "logbook/reason_ask.html",
        partial="logbook/_reason_ask.html",
        status=status,
        entry=entry,
        form=form,
        **words,
    )


def _with_reason(
    entry: Entry, words: dict[str, Any], act: Callable[[str], None], done: Callable[[], str]
) -> ResponseReturnValue:
    """GET asks; POST carries out. A missing reason or a rule that was broken comes back with its sentence, 422."""
    form = ReasonForm()
    form.reason.label.text = words["question"]
    if request.method == "GET":
        return _ask(entry, form, words)
    if not form.validate_on_submit():
        return _ask(entry, form, words, 422)
    begin_write()
    try:
        act(form.reason.data or "")
    except DomainError as error:
        db.session.rollback()
        form.add_error(error.field, str(error.sentence))
        return _ask(entry, form, words, 422)
    htmx.announce(done())
    return _back(entry)


@bp.post("/<uuid:entry_id>/start")
@requires(policy.can_review, entry=queries.entry_for)
def entry_start(entry: Entry) -> ResponseReturnValue:
    """Start reading."""
    begin_write()
    actions.start_reading(viewer(), entry)
    htmx.announce(_("You are reading it now. %(name)s sees that.", name=_first(entry)))
    return _back(entry)


@bp.route("/<uuid:entry_id>/return", methods=["GET", "POST"])
@requires(policy.can_review, entry=queries.entry_for)
def entry_return(entry: Entry) -> ResponseReturnValue:
    """Return to the author with the reason."""
    name = _first(entry)
    words = {
        "heading": _("Return to %(name)s", name=name),
        "question": _("What should %(name)s look at first?", name=name),
        "hint": _("Stands on top when %(name)s opens the entry.", name=name),
        "consequence": _("Open remarks go along. It will be the turn of %(name)s.", name=name),
        "button": _("Return"),
        "icon_name": "back",
    }
    return _with_reason(
        entry,
        words,
        lambda reason: actions.return_entry(viewer(), entry, reason),
        lambda: _("Returned. It is the turn of %(name)s.", name=name),
    )


@bp.route("/<uuid:entry_id>/accept", methods=["GET", "POST"])
@requires(policy.can_review, entry=queries.entry_for)
def entry_accept(entry: Entry) -> ResponseReturnValue:
    """Accept. With a must-fix open a reason is asked for first."""
    name = _first(entry)
    tally = remarks.thread_for(viewer(), SUBJECT, entry.id, entry).tally
    number = tally.must_fix_open
    words = {
        "heading": ngettext("Accept with one open remark?", "Accept with %(num)d open remarks?", tally.open)
        if number
        else _("Accept the entry?"),
        "question": _("Why can it stand?") if number else _("A word on the way (optional)"),
        # Translators: bokmål: Den åpne merknaden må rettes. / %(must)d av %(num)d åpne merknader må rettes.
        "hint": ngettext(
            "The open remark must be fixed.", "%(must)d of %(num)d open remarks must be fixed.", tally.open, must=number
        )
        if number
        else "",
        "consequence": _("%(name)s sees that it is accepted.", name=name),
        "button": _("Accept anyway") if number else _("Accept"),
        "icon_name": "check",
    }
    return _with_reason(
        entry,
        words,
        lambda reason: actions.accept_entry(viewer(), entry, reason),
        lambda: _("Accepted. %(name)s sees it.", name=name),
    )


@bp.route("/<uuid:entry_id>/take-back", methods=["GET", "POST"])
@requires(policy.can_take_back, entry=queries.entry_for)
def entry_take_back(entry: Entry) -> ResponseReturnValue:
    """Take an acceptance back."""
    words = {
        "heading": _("Take the acceptance back?"),
        "question": _("Why?"),
        "hint": _("The text becomes open again."),
        "consequence": "",
        "button": _("Take back"),
        "icon_name": "undo",
    }
    return _with_reason(
        entry,
        words,
        lambda reason: actions.take_back(viewer(), entry, reason),
        lambda: _("The acceptance is taken back. It is your turn."),
    )


@bp.route("/<uuid:entry_id>/withdraw", methods=["GET", "POST"])
@requires(policy.can_withdraw, entry=queries.entry_for)
def entry_withdraw(entry: Entry) -> ResponseReturnValue:
    """Withdraw what was sent: with a reason, never erased."""
    words = {
        "heading": _("Withdraw the entry?"),
        "question": _("Why is it withdrawn?"),
        "hint": _("It is not erased. You, the mentor and the lead can still read it, and it no longer counts."),
        "consequence": "",
        "button": _("Withdraw"),
        "icon_name": "x",
    }
    return _with_reason(
        entry,
        words,
        lambda reason: actions.withdraw(viewer(), entry, reason),
        lambda: _("The entry is withdrawn"),
    )


@bp.route("/<uuid:entry_id>/addendum", methods=["GET", "POST"])
@requires(policy.can_add, entry=queries.entry_for)
def entry_addendum(entry: Entry) -> ResponseReturnValue:
    """Add to an accepted entry; its text stays as it was accepted."""
    form = AddendumForm()
    if not form.validate_on_submit():
        status = 422 if request.method == "POST" else 200
        return htmx.render(
            "logbook/entry_addendum.html",
            partial="logbook/_entry_addendum.html",
            status=status,
            entry=entry,
            form=form,
        )
    begin_write()
    if earlier := once.earlier(viewer().id):
        return once.answer_again(earlier)
    actions.add_addendum(viewer(), entry, form.text.data or "")
    once.remember(viewer().id, url_for("logbook.entry_show", entry_id=entry.id))
    htmx.announce(_("The addendum is saved"))
    return _back(entry)


@bp.route("/<uuid:entry_id>/audience", methods=["GET", "POST"])
@requires(policy.can_change_audience, entry=queries.entry_for)
def entry_audience(entry: Entry) -> ResponseReturnValue:
    """Change who can read: tightening at once; widening shows the new names first and asks."""
    form = AudienceForm(
        data={
            "audience": entry.audience,
            "confidential": entry.confidential,
            "confidential_until": entry.confidential_until,
        }
    )
    if not form.validate_on_submit():
        return _show_audience(entry, form, 422 if request.method == "POST" else 200)
    audience, confidential = form.audience.data, form.confidential.data
    wider = entry.state != "draft" and actions.is_wider(entry, audience, confidential)
    if wider and form.confirmed.data != "yes":
        return _show_audience(entry, form, 200, _new_readers(entry, audience))
    begin_write()
    try:
        until = form.confidential_until.data
        actions.change_audience(viewer(), entry, audience, confidential, confirmed=wider, until=until)
    except DomainError as error:
        db.session.rollback()
        form.add_error(error.field, str(error.sentence))
        return _show_audience(entry, form, 422)
    htmx.announce(_("Who can read is changed"))
    return _back(entry)


def _show_audience(
    entry: Entry, form: AudienceForm, status: int, asked: list[str] | None = None
) -> ResponseReturnValue:
    writers = queries.working_on(entry)
    reads = {
        audience: i18n.names(list(queries.readers_of(entry.programme_id, entry.cluster_id, writers, audience).values()))
        for audience in ("mentor_lead", "cluster", "programme", "confidential")
    }
    return htmx.render(
        "logbook/entry_audience.html",
        partial="logbook/_entry_audience.html",
        status=status,
        entry=entry,
        form=form,
        reads=reads,
        asked=asked,
    )


def _new_readers(entry: Entry, audience: str) -> list[str]:
    """Names of those who can read after the change and cannot now."""
    now = queries.readers_of_entry(entry)
    then = queries.readers_of(entry.programme_id, entry.cluster_id, queries.working_on(entry), audience)
    return sorted(accounts.names_of(set(then) - now).values())


@bp.post("/<uuid:entry_id>/send")
@requires(policy.can_send, entry=queries.entry_for)
def entry_send(entry: Entry) -> ResponseReturnValue:
    """Send from the entry's page: a draft to the reviewer, a returned one back, unanswered only after a question."""
    if "anyway" not in request.form and (unanswered := answering.left_unanswered(viewer(), entry)):
        ask = {"entry": entry, "unanswered": unanswered}
        return htmx.render("logbook/send_ask.html", partial="logbook/_send_ask.html", status=422, **ask)
    begin_write()
    try:
        actions.send_entry(viewer(), entry)
    except DomainError as error:
        db.session.rollback()
        htmx.announce(str(error.sentence))
        return htmx.redirect_to(url_for("logbook.entry_edit", entry_id=entry.id))
    who = i18n.names([name for _id, name in policy.reviewers_in(entry.programme_id, entry.writers)])
    htmx.announce(_("The entry is sent to %(names)s", names=who) if who else _("The entry is sent and accepted"))
    return _back(entry)
