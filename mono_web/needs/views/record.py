"""Writing a need: a new one, perhaps made from another record, and the edited one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.companies import queries as companies
from mono_web.companies.models import Company
from mono_web.core import access, htmx, once, revisions, stale, subjects
from mono_web.core.access import begin_write, not_there, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.core.text import first_words, tidy_line, unstorable
from mono_web.needs import actions, policy, queries
from mono_web.needs.forms import NeedForm
from mono_web.needs.models import SUBJECT, Need
from mono_web.needs.views import words
from mono_web.needs.views.blueprint import bp
from mono_web.programmes import queries as programmes

LONGEST_QUOTE = 1_000
# Fields of a need, and what the form calls them where that is another name.
_SHOWN = {"priority_area_id": "area"}


@bp.route("/new", methods=["GET", "POST"])
@requires(policy.can_make)
def need_new() -> ResponseReturnValue:
    """A new need. `source` names the record it is made from, `quote` the passage of it that is meant."""
    source = _source()
    company = _asked_company() if source is None else None
    form = NeedForm(data=_first_values(source, company))
    _offer(form, source)
    if source is not None and request.method == "GET":
        form.candidates = companies.companies_by_id(viewer(), list(source.material.companies))
        if len(form.candidates) == 1:
            company, form.candidates = form.candidates[0], ()
            form.company.data, form.company_id.data = company.name, str(company.id)
    if picked := request.form.get("pick_company"):
        return _pick(form, source, picked)
    held = form.validate_on_submit()
    found = _company(form) if request.method == "POST" and not access.resuming() else None
    if not held or found is None or form.errors:
        return _show(form, None, source)
    begin_write()
    if done := once.earlier(viewer().id):
        return once.answer_again(done)
    programme_id, _sign, cluster_id = (form.place.data or "").partition("-")
    try:
        need = actions.record_need(
            viewer(), (int(programme_id), int(cluster_id)), found.id, _read(form),
            source.key if source else None, form.quote.data or "",
        )  # fmt: skip
    except DomainError as error:
        return _refused(form, None, error, source)
    address = url_for("needs.need_show", need_id=need.id)
    once.remember(viewer().id, address)
    htmx.announce(_("The need “%(title)s” is made", title=need.title))
    return htmx.redirect_to(address)


def _source() -> queries.Source | None:
    """The record in the address. Who works on it makes needs of it, where they are a broker; others find nothing."""
    typed = request.args.get("source", "")
    if not typed:
        return None
    kind, _sign, record_id = typed.partition("-")
    found = None
    if subjects.knows(kind) and (known := _uuid(record_id)):
        found = queries.source_for(viewer(), (kind, known))
    if found is None or viewer().id not in found.writers or not policy.can_make_there(viewer(), *found.place):
        not_there()
    return found


def _uuid(value: str | None) -> UUID | None:
    try:
        return UUID(value or "")
    except ValueError:
        return None


def _asked_company() -> Company | None:
    asked = _uuid(request.args.get("company_id"))
    return companies.company_for(viewer(), asked) if asked else None


def _asked_quote() -> str:
    typed = request.args.get("quote", "")[:LONGEST_QUOTE]
    return "" if unstorable(typed) else tidy_line(typed)


def _first_values(source: queries.Source | None, company: Company | None) -> dict[str, Any]:
    places = _places()
    values: dict[str, Any] = {"place": places[0][0] if places else "", "quote": ""}
    if company is not None:
        values |= {"company": company.name, "company_id": str(company.id)}
    if source is not None:
        quote = _asked_quote()
        values |= {
            "place": f"{source.place[0]}-{source.place[1]}",
            "quote": quote,
            "title": first_words(quote),
            "confidential": source.material.confidential,
        }
    return values


def _places() -> list[tuple[str, str]]:
    """(code, words) of where this person may put a need."""
    found = programmes.places_for(viewer(), "broker")
    several = len({place.programme_id for place in found}) > 1
    return [
        (f"{one.programme_id}-{one.cluster_id}", f"{one.cluster}, {one.programme}" if several else one.cluster)
        for one in found
    ]


def _offer(form: NeedForm, source: queries.Source | None = None) -> None:
    """Fill the lists. What is made from a record stays in its place, and may quote a sentence of it."""
    places = _places()
    if source is not None:
        places = [one for one in places if one[0] == f"{source.place[0]}-{source.place[1]}"]
    form.place.choices = places
    form.area.choices = [("", _("None")), *((str(one.id), one.name) for one in programmes.areas_for(viewer()))]
    # Translators: first in a list of sentences. Bokmål: Ingen
    passages = [("", _("None"))]
    if source is not None:
        sentences = list(dict.fromkeys([_asked_quote(), *words.sentences(source.material.text)]))
        passages += [(one, one) for one in sentences if one]
    form.quote.choices = passages


def _company(form: NeedForm) -> Company | None:
    """The undertaking that is meant; without exactly one the field says what to do."""
    if (known := _uuid(form.company_id.data)) and (company := companies.company_for(viewer(), known)):
        return company
    typed = form.company.data or ""
    found = companies.named(viewer(), typed) if typed else []
    if len(found) == 1:
        return found[0]
    form.candidates = found
    if found:
        form.add_error("company", _("Several undertakings have this name. Choose one"))
    elif typed:
        form.add_error("company", _("We know no undertaking with this name or number. Register it first"))
    elif not form.company.errors:
        form.add_error("company", _("Choose which undertaking has the need"))
    return None


def _pick(form: NeedForm, source: queries.Source | None, picked: str) -> ResponseReturnValue:
    """One of the candidates was chosen: it stands in the field, and the writer goes on."""
    company = companies.company_for(viewer(), chosen) if (chosen := _uuid(picked)) else None
    if company is not None:
        form.company.data, form.company_id.data = company.name, str(company.id)
        form.company.raw_data = form.company_id.raw_data = None
        htmx.announce(_("%(name)s is chosen", name=company.name))
    return _show(form, None, source, status=200)


@bp.route("/<uuid:need_id>/edit", methods=["GET", "POST"])
@requires(policy.can_write, need=queries.need_for)
def need_edit(need: Need) -> ResponseReturnValue:
    """Change what is written of a need."""
    form = NeedForm(data=_values(need))
    form.company.data, form.company_id.data = need.company.name, str(need.company_id)
    _offer(form)
    here = f"{need.programme_id}-{need.cluster_id}"
    form.place.choices, form.place.data, form.quote.data = [(here, need.cluster.name)], here, ""
    if not form.validate_on_submit():
        return _show(form, need)
    begin_write()
    fields = _read(form)
    if not _may_close(need):
        del fields["confidential"]
    mine = stale.chosen(fields, actions.as_fields(need), request.form)
    base = revisions.numbered(form.base_rev.data)
    was_shared = need.shared
    try:
        taken = actions.save_need(viewer(), need, mine, base)
    except stale.StaleError as error:
        return _conflict(form, need, error, base)
    except DomainError as error:
        return _refused(form, need, error)
    revisions.settle_conflicts(SUBJECT, need.id, viewer().id)
    htmx.announce(_("The need is saved"))
    if was_shared and not need.shared:
        htmx.announce(_("The abstract is not shared any more: ask for consent to the new one, and share it again"))
    stale.tell_taken(taken, words.labels())
    return htmx.redirect_to(url_for("needs.need_show", need_id=need.id))


def _may_close(need: Need | None) -> bool:
    return need is None or need.owner_id == viewer().id


def _values(need: Need) -> dict[str, Any]:
    """A need as its form has it."""
    return {
        **{name: getattr(need, name) for name in ("title", "description", "theme", "scheme", "abstract", "next_step")},
        "next_step_date": need.next_step_date,
        "confidential": need.confidential,
        "area": str(need.priority_area_id or ""),
        "trl": str(need.trl or ""),
        "base_rev": str(need.revision),
    }


def _read(form: NeedForm) -> dict[str, Any]:
    """The fields of a valid form, in the shape of actions.as_fields."""
    due = form.next_step_date.data
    plain = ("title", "description", "theme", "scheme", "abstract", "next_step")
    return {
        **{name: form[name].data or "" for name in plain},
        "next_step_date": due.isoformat() if due else None,
        "confidential": bool(form.confidential.data),
        "priority_area_id": int(form.area.data) if form.area.data else None,
        "trl": int(form.trl.data) if form.trl.data else None,
    }


def _refused(
    form: NeedForm, need: Need | None, error: DomainError, source: queries.Source | None = None
) -> ResponseReturnValue:
    db.session.rollback()
    form.add_error(error.field, str(error.sentence))
    return _show(form, need, source)


def _conflict(form: NeedForm, need: Need, error: stale.StaleError, base: int) -> ResponseReturnValue:
    """409: nothing was stored; my text is kept in a row beside it, and both are shown."""
    met_rev = need.revision
    stale.keep_beside(SUBJECT, need.id, viewer().id, base, met_rev, error.mine)
    values = _values(need)
    form.base_rev.data = str(met_rev)
    for name in error.taken:
        shown = _SHOWN.get(name, name)
        form[shown].data, form[shown].raw_data = values[shown], None
    met = stale.both_texts(error, words.labels(), words.readable_with(viewer()))
    return _show(form, need, met=met, taken=[str(words.labels()[name]) for name in error.taken])


def _show(
    form: NeedForm,
    need: Need | None,
    source: queries.Source | None = None,
    *,
    status: int | None = None,
    met: list[stale.MetField] | None = None,
    taken: Sequence[str] = (),
) -> ResponseReturnValue:
    quote = _asked_quote() or None if source else None
    here = (
        url_for("needs.need_edit", need_id=need.id)
        if need
        else url_for("needs.need_new", source=request.args.get("source") or None, quote=quote)
    )
    return htmx.render(
        "needs/need_edit.html" if need else "needs/need_new.html",
        partial="needs/_need_form.html",
        status=status or (409 if met else (422 if request.method == "POST" else 200)),
        form=form,
        need=need,
        source=source,
        here=here,
        may_close=_may_close(need),
        met=met,
        taken=taken,
        resumed=access.resuming(),
    )
