"""The page of one entry: text, facts, state and turn, remarks, notes, history; print; deleting one's own draft."""

from __future__ import annotations

from typing import Any

from flask import abort, request, session, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import queries as accounts
from mono_web.companies import policy as company_policy
from mono_web.companies import queries as companies
from mono_web.core import audit, clock, htmx, revisions
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.logbook import actions, policy, queries
from mono_web.logbook.models import SUBJECT, WITH_REVIEWER, Entry
from mono_web.logbook.views import comparing
from mono_web.logbook.views.blueprint import bp
from mono_web.needs import policy as needs
from mono_web.remarks import queries as remarks


@bp.get("/<uuid:entry_id>")
@requires(policy.can_read, entry=queries.entry_for)
def entry_show(entry: Entry) -> ResponseReturnValue:
    """One entry. Reading a confidential one is logged."""
    log_reading(entry)
    return htmx.render("logbook/entry_show.html", **page(entry))


@bp.get("/<uuid:entry_id>/print")
@requires(policy.can_read, entry=queries.entry_for)
def entry_print(entry: Entry) -> ResponseReturnValue:
    """The entry as it goes on paper: no private notes."""
    log_reading(entry)
    return htmx.render("logbook/entry_print.html", printed_at=clock.now(), **page(entry))


def log_reading(entry: Entry) -> None:
    """A confidential entry is being shown."""
    if entry.confidential and entry.author_id != viewer().id:
        audit.read_confidential(SUBJECT, entry.id)


def page(entry: Entry) -> dict[str, Any]:
    """Everything the entry's page shows, and what this person may do with it."""
    me = viewer()
    thread = remarks.thread_for(me, SUBJECT, entry.id, entry)
    reads_review = policy.can_read_review(me, entry)
    acts = remarks.acts_of(SUBJECT, entry.id) if reads_review else []
    versions = queries.versions_for(me, entry)
    readings = audit.readings_of(SUBJECT, entry.id) if entry.confidential and reads_review else []
    own = policy.is_writer(me, entry)
    people = {act.person_id: act.person for act in acts if act.person_id} | {entry.author_id: entry.author.name}
    others = {one.author_id for one in versions} | queries.people_handed(acts)
    people |= accounts.names_of((others | dict(readings).keys()) - people.keys())
    changed = comparing.since_last_read(me, entry)
    showing = changed if changed is not None and request.args.get("changes", "1") != "0" else None
    return {
        "entry": entry,
        "thread": thread,
        "acts": acts,
        "versions": versions,
        "readings": readings,
        "people": people,
        "changed": changed,
        "showing_changes": showing,
        "last_return": next((act for act in reversed(acts) if act.verb == "returned"), None),
        "last_act": acts[-1] if acts else None,
        "addenda": queries.addenda_of(entry),
        "unsaved": revisions.working_copy(SUBJECT, entry.id, me.id) if own else None,
        "conflicts": revisions.open_conflicts(SUBJECT, entry.id, me.id) if own else [],
        "sent_record": session.pop("sent_record", None),
        "field_labels": actions.field_labels(),
        "place": _place(entry),
        "need_url": _need_of(entry),
        **may(entry, thread),
    }


def _need_of(entry: Entry) -> str:
    """Where a need is made of the entry: by who works on it, where they are a broker."""
    there = needs.can_make_there(viewer(), entry.programme_id, entry.cluster_id)
    if not there or viewer().id not in entry.writers or entry.state == "withdrawn":
        return ""
    return url_for("needs.need_new", source=f"{SUBJECT}-{entry.id}")


def _broker() -> int | None:
    """Whose entries the way through the queue is narrowed to."""
    return request.args.get("broker", type=int)


def _place(entry: Entry) -> queries.QueuePlace | None:
    """Where the entry stands on the way through the queue, for who reviews it."""
    if "queue" not in request.args or not policy.is_reviewer(viewer(), entry):
        return None
    return queries.place_in_queue(viewer(), entry.id, _broker())


def may(entry: Entry, thread: Any) -> dict[str, Any]:
    """What this person may do now; also the whole context of the review bar."""
    me = viewer()
    reviewing = policy.can_review(me, entry)
    on_the_way = "queue" in request.args and not reviewing
    return {
        "entry": entry,
        "way": {name: request.args[name] for name in ("queue", "broker") if name in request.args},
        "tally": thread.tally,
        "turn": queries.turn_of(me, entry),
        "own": policy.is_writer(me, entry),
        "may_edit": policy.can_edit(me, entry),
        "may_send": policy.can_send(me, entry),
        "may_delete": policy.can_delete(me, entry),
        "may_withdraw": policy.can_withdraw(me, entry),
        "may_add": policy.can_add(me, entry),
        "may_change_audience": policy.can_change_audience(me, entry),
        "may_review": reviewing,
        "may_start": reviewing and (entry.state != "in_review" or entry.read_revision != entry.revision),
        "may_remark": policy.can_remark(me, entry),
        "may_take_back": policy.can_take_back(me, entry),
        "next_id": queries.first_queued(me, _broker()) if on_the_way else None,
        "reviewer_names": _reviewers(entry),
    }


def _reviewers(entry: Entry) -> list[str]:
    if entry.state not in (*WITH_REVIEWER, "draft", "returned"):
        return []
    return [name for _id, name in policy.reviewers_in(entry.programme_id, entry.writers)]


@bp.get("/parts/<uuid:entry_id>/review-bar")
@requires(policy.can_read, entry=queries.entry_for)
def review_bar_show(entry: Entry) -> ResponseReturnValue:
    """The decisions at the foot of the page: loaded anew when a remark has changed."""
    thread = remarks.thread_for(viewer(), SUBJECT, entry.id, entry)
    context = may(entry, thread)
    return htmx.render("logbook/_review_bar.html", partial="logbook/_review_bar.html", **context)


@bp.route("/<uuid:entry_id>/delete", methods=["GET", "POST"])
@requires(policy.can_delete, entry=queries.entry_for)
def entry_delete(entry: Entry) -> ResponseReturnValue:
    """Delete one's own draft, after a question: it cannot be undone."""
    if request.method == "GET":
        return htmx.render("logbook/entry_delete.html", partial="logbook/_entry_delete.html", entry=entry)
    begin_write()
    try:
        actions.delete_draft(entry)
    except DomainError:
        abort(404)
    session["sent_record"] = str(entry.id)
    htmx.announce(_("The draft is deleted"))
    return htmx.redirect_to(url_for("logbook.entry_list"))


@bp.get("/parts/company-entries/<uuid:company_id>")
@requires(company_policy.can_read, company=companies.company_for)
def company_entries(company: Any) -> ResponseReturnValue:
    """The latest entries about an undertaking: a part of its page, loaded by address."""
    rows = []
    if policy.can_open_logbook(viewer()):
        rows = queries.entries_for(viewer(), queries.Filters(company=company.id), size=10).rows
    return htmx.render(
        "logbook/_company_entries.html", partial="logbook/_company_entries.html", company=company, rows=rows
    )
