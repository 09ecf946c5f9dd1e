"""Writing an entry: the new one, the edited one, its working copy. GET and POST share one function and address."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from mono_web.companies import queries as companies
from mono_web.core import access, clock, htmx, i18n, revisions, stale
from mono_web.core.access import begin_write, not_there, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.logbook import actions, policy, queries
from mono_web.logbook.forms import EntryForm
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.logbook.views import answering, conflict, writing
from mono_web.logbook.views.blueprint import bp

_LATEST = 3

# Texts of one person that were begun and never saved.
MOST_UNSAVED = 50


@bp.route("/new", methods=["GET", "POST"])
@requires(policy.can_write)
def entry_new() -> ResponseReturnValue:
    """A new entry. Its id is in the form, so that the same form sent twice is one entry."""
    record_id = _uuid(request.form.get("record_id") or request.args.get("draft"))
    if record_id and (known := queries.entry_for(viewer(), record_id)):
        if request.method == "GET":
            return htmx.redirect_to(url_for("logbook.entry_edit", entry_id=known.id))
        if policy.can_edit(viewer(), known):
            return _answer(known)
        not_there()
    return _answer(None, record_id)


@bp.route("/<uuid:entry_id>/edit", methods=["GET", "POST"])
@requires(policy.can_edit, entry=queries.entry_for)
def entry_edit(entry: Entry) -> ResponseReturnValue:
    """Edit an entry until it is accepted: a new revision, the state unchanged."""
    return _answer(entry)


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value or "")
    except ValueError:
        return None


def _answer(entry: Entry | None, record_id: UUID | None = None) -> ResponseReturnValue:
    form, copy = _form(entry, record_id)
    if request.method == "GET":
        return _show(form, entry, copy=copy)
    action = request.form.get("action", "save")
    if action == "discard":
        return _discard(form, entry)
    if action == "new_company":
        return _open_new_company(form, entry)
    if action == "not_new":
        form.new_company.data = ""
        return _show(form, entry)
    if picked := _uuid(request.form.get("pick_company")):
        return _pick_company(form, entry, picked)
    strict = action == "send"
    held = form.validate_on_submit()
    if strict and not access.resuming():
        form.ask_for_all()
    ids, new = writing.read_companies(viewer(), form, strict=strict)
    if not held or form.errors:
        return _show(form, entry, status=422)
    content = writing.content_from(form, ids, new)
    if strict and entry is not None and answering.asks_first(viewer(), form, entry, content):
        return _show(form, entry, status=422)
    return _carry_out(form, entry, content, send=strict)


def _form(entry: Entry | None, record_id: UUID | None) -> tuple[EntryForm, revisions.WorkingCopy | None]:
    """The form as it is to be shown: what was posted, else the working copy, else the entry, else first values."""
    places = writing.places_of(viewer())
    values: dict[str, Any]
    copy = None
    if entry is None:
        record_id = record_id or uuid4()
        values = {**writing.first_values(viewer(), places), **_asked_for(), "record_id": str(record_id)}
    else:
        record_id = entry.id
        values = {**writing.values_of(entry), "record_id": str(entry.id), "base_rev": str(entry.revision)}
        here = f"{entry.programme_id}-{entry.cluster_id}"
        if here not in dict(places):
            places = [(here, f"{entry.cluster.name}, {entry.programme.name}"), *places]
    values["tab"] = str(uuid4())
    if request.method == "GET" and "saved" not in request.args:
        copy = revisions.working_copy(SUBJECT, record_id, viewer().id)
    form = EntryForm(formdata=_copied(copy, values), data=values) if copy else EntryForm(data=values)
    form.place.choices = places
    return form, copy


def _copied(copy: revisions.WorkingCopy, values: dict[str, Any]) -> Any:
    fields = MultiDict([(name, value) for name, listed in copy.fields.items() for value in listed])
    fields["tab"] = values["tab"]
    fields["base_rev"] = str(copy.base_rev)
    return fields


def _asked_for() -> dict[str, Any]:
    """What the address of a new entry asks for: an undertaking by id, or a typed name or number."""
    company_id = _uuid(request.args.get("company_id"))
    company = companies.company_for(viewer(), company_id) if company_id else None
    if company is not None:
        return {"company": company.name, "company_id": str(company.id)}
    typed = request.args.get("company", "")[:200]
    found = companies.named(viewer(), typed) if typed else []
    if len(found) == 1:
        return {"company": found[0].name, "company_id": str(found[0].id)}
    if request.args.get("new_company"):
        return {"company": typed, "new_company": "1", **_new_named(typed)}
    return {"company": typed} if typed else {}


def _new_named(typed: str) -> dict[str, str]:
    """What was typed, in the field of a new undertaking it belongs in: its number or its name."""
    number = companies.parse_orgnr_or_none(typed)
    return {"new_orgnr": number, "new_name": ""} if number else {"new_orgnr": "", "new_name": typed}


def _show(
    form: EntryForm,
    entry: Entry | None,
    *,
    status: int = 200,
    copy: revisions.WorkingCopy | None = None,
    met: list[stale.MetField] | None = None,
    taken: list[str] | None = None,
) -> ResponseReturnValue:
    place = form.place.data or ""
    reviewers = writing.reviewer_names(viewer(), place, entry)
    company_id = _uuid(form.company_id.data)
    return htmx.render(
        "logbook/entry_form.html",
        partial="logbook/_entry_form.html",
        status=status,
        form=form,
        entry=entry,
        copy=copy,
        met=met,
        taken=taken,
        reads=writing.reads(viewer(), place, entry),
        reviewers=i18n.names(reviewers),
        context=company_context(company_id, _uuid(form.record_id.data)) if company_id else None,
        asked=answering.asked(viewer(), entry) if entry is not None and not htmx.is_partial() else None,
        resumed=access.resuming(),
        opened_at=clock.now().isoformat(),
    )


def _discard(form: EntryForm, entry: Entry | None) -> ResponseReturnValue:
    begin_write()
    record_id = entry.id if entry else _uuid(form.record_id.data)
    if record_id:
        revisions.drop_working_copy(SUBJECT, record_id, viewer().id)
    htmx.announce(_("The unsaved text is thrown away"))
    session["sent_record"] = str(record_id)
    where = url_for("logbook.entry_show", entry_id=entry.id) if entry else url_for("logbook.entry_list")
    return htmx.redirect_to(where)


def _open_new_company(form: EntryForm, entry: Entry | None) -> ResponseReturnValue:
    """The fields for an undertaking that is not registered yet, with everything typed kept."""
    form.new_company.data = "1"
    if not form.new_name.data and not form.new_orgnr.data:
        named = _new_named(form.company.data or "")
        form.new_orgnr.data, form.new_name.data = named["new_orgnr"], named["new_name"]
    form.focus_on = "new_name" if not form.new_name.data else "new_orgnr"
    return _show(form, entry)


def _pick_company(form: EntryForm, entry: Entry | None, company_id: UUID) -> ResponseReturnValue:
    """One of the candidates was chosen: it stands in the field, and the writer goes on."""
    company = companies.company_for(viewer(), company_id)
    if company is not None:
        form.company.data, form.company_id.data = company.name, str(company.id)
        htmx.announce(_("%(name)s is chosen", name=company.name))
    form.focus_on = "company"
    return _show(form, entry)


def _carry_out(form: EntryForm, entry: Entry | None, content: actions.Content, *, send: bool) -> ResponseReturnValue:
    begin_write()
    me = viewer()
    try:
        if entry is None:
            record_id = _uuid(form.record_id.data) or uuid4()
            earlier = queries.any_entry(record_id)
            if earlier is not None:  # the same form, sent twice at once
                return _sent_before(earlier)
            entry, taken = actions.record_entry(me.id, content, record_id), []
        else:
            base = form.base_rev.data or ""
            mine = conflict.settled(entry, content)
            taken = actions.save_entry(me, entry, mine, revisions.numbered(base))
            revisions.settle_conflicts(SUBJECT, entry.id, me.id)
        known = actions.send_entry(me, entry) if send and policy.can_send(me, entry) else []
    except actions.StaleError as met:
        return _conflict(form, entry, met)
    except DomainError as error:
        db.session.rollback()
        form.add_error(error.field, str(error.sentence))
        return _show(form, entry, status=422)
    _tell(entry, send=send, taken=taken, known=[*known, *filter(None, [form.known_company])])
    return htmx.redirect_to(url_for("logbook.entry_show", entry_id=entry.id))


def _sent_before(earlier: Entry) -> ResponseReturnValue:
    if earlier.author_id != viewer().id:
        not_there()
    return htmx.redirect_to(url_for("logbook.entry_show", entry_id=earlier.id))


def _tell(entry: Entry, *, send: bool, taken: list[str], known: list[str]) -> None:
    session["sent_record"] = str(entry.id)
    if entry.state == "draft":
        htmx.announce(_("The draft is saved"))
    elif send and entry.state == "accepted":
        htmx.announce(_("The entry is sent, and accepted at once: there is nobody who may review it"))
    elif send:
        who = i18n.names([name for _id, name in policy.reviewers_in(entry.programme_id, entry.writers)])
        htmx.announce(_("The entry is sent to %(names)s", names=who))
    else:
        htmx.announce(_("The entry is saved"))
    stale.tell_taken(taken, conflict.labels())
    for name in known:
        htmx.announce(_("%(name)s was registered from before; the entry is about that one", name=name))
    if entry.late:
        htmx.announce(_("The period is closed. The entry is kept as a late one"))


def _conflict(form: EntryForm, entry: Entry | None, met: actions.StaleError) -> ResponseReturnValue:
    """409: nothing was stored in the entry; my text is kept in a row beside it, and both are shown.

    The form holds mine, but for fields that only somebody else changed: sending again must not undo those.
    """
    if entry is None:
        raise met
    base, met_rev, tab = revisions.numbered(form.base_rev.data), entry.revision, form.tab.data
    stale.keep_beside(SUBJECT, entry.id, viewer().id, base, met_rev, met.mine)
    shown = actions.from_fields({**met.mine, **{name: met.current[name] for name in met.taken}})
    linked = companies.companies_by_id(viewer(), list(shown.companies))
    again = {"record_id": str(entry.id), "base_rev": str(met_rev), "tab": tab}
    renewed = EntryForm(formdata=None, data={**writing.values_of_content(shown, linked), **again})
    renewed.place.choices = form.place.choices
    named = conflict.labels()
    return _show(
        renewed,
        entry,
        status=409,
        met=stale.both_texts(met, named, conflict.readable),
        taken=[named.get(name, name) for name in met.taken],
    )


@bp.post("/parts/working-copy/<uuid:record_id>")
@requires(policy.can_write)
def working_copy_put(record_id: UUID) -> ResponseReturnValue:
    """Autosave: one private working copy per record and author. 409 where another tab has a newer one.

    413 where it is too much to keep: then the browser goes on keeping it.
    """
    begin_write()
    me = viewer()
    entry = queries.any_entry(record_id)
    if entry is not None and not policy.can_edit(me, entry):
        not_there()
    fields = writing.posted_fields()
    tab = request.form.get("tab", "")[:40]
    there = revisions.working_copy(SUBJECT, record_id, me.id)
    if there is not None and there.tab != tab and there.saved_at > _opened_at():
        return "", 409, {"Location": url_for("logbook.entry_new", draft=record_id)}
    base = request.form.get("base_rev", "")
    begun = entry is None and there is None
    if fields is None or (begun and queries.count_unsaved(me) >= MOST_UNSAVED):
        return "", 413
    copy = revisions.put_working_copy(SUBJECT, record_id, me.id, revisions.numbered(base), fields, tab)
    return "", 204, {"X-Saved-At": copy.saved_at.isoformat()}


def _opened_at() -> datetime:
    try:
        opened = datetime.fromisoformat(request.form.get("opened_at", ""))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)
    return opened if opened.tzinfo else opened.replace(tzinfo=UTC)


def company_context(company_id: UUID, writing_id: UUID | None) -> dict[str, Any] | None:
    """What stands beside the form once the undertaking is chosen: which meeting this is, and what was said last.

    The entry that is being written is none of them.
    """
    company = companies.company_for(viewer(), company_id)
    if company is None:
        return None
    latest = queries.entries_for(viewer(), queries.Filters(company=company_id), size=_LATEST + 1)
    return {
        "company": company,
        "meetings": queries.meetings_before(viewer(), company_id, writing_id),
        "rows": [row for row in latest.rows if row.id != writing_id][:_LATEST],
        "today": clock.today(),
    }


@bp.get("/parts/company-context")
@requires(policy.can_write)
def company_context_show() -> ResponseReturnValue:
    """The aside of the form, loaded when an undertaking was chosen."""
    company_id = _uuid(request.args.get("company_id"))
    context = company_context(company_id, _uuid(request.args.get("record_id"))) if company_id else None
    if context:
        htmx.announce(
            _(
                "%(name)s is chosen. Meeting number %(n)d",
                name=context["company"].name,
                n=context["meetings"] + 1,
            )
        )
    return htmx.render("logbook/_company_context.html", partial="logbook/_company_context.html", context=context)


@bp.get("/parts/readers")
@requires(policy.can_write)
def readers_show() -> ResponseReturnValue:
    """The names behind each audience, for the programme and cluster that are chosen."""
    place = request.args.get("place", "")
    if place not in dict(writing.places_of(viewer())):
        not_there()
    form = EntryForm(formdata=request.args)
    form.place.choices = writing.places_of(viewer())
    return htmx.render(
        "logbook/_entry_readers.html",
        partial="logbook/_entry_readers.html",
        form=form,
        reads=writing.reads(viewer(), place),
    )
