"""Routes of companies: list, page, form, suggestions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.companies import actions, policy, queries
from mono_web.companies.forms import ALL_LABELS, CompanyForm, readable
from mono_web.companies.models import SUBJECT, Company
from mono_web.companies.municipalities import county_of
from mono_web.companies.municipalities import split as split_place
from mono_web.companies.views import lookup
from mono_web.companies.views.blueprint import bp
from mono_web.core import access, forms, htmx, i18n, once, revisions, stale
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.core.text import unstorable
from mono_web.programmes import queries as programmes

# Fields of an undertaking, and what the form calls them.
_SHOWN = {"name": "name", "orgnr": "orgnr", "form": "legal_form", "website": "website", "note": "note"}
# Facts of the page, each with its mark in `Company.fetched`.
_FACTS = ("orgnr", "form", "municipality", "country", "industry_code", "employees", "website")


@bp.get("/")
@requires(policy.can_read_companies)
def company_list() -> ResponseReturnValue:
    """Undertakings by name: a filter by words or number and by cluster, a page at a time."""
    typed = _asked("q")
    cluster_id = request.args.get("cluster", type=int)
    after = _asked("after")
    found = queries.companies_for(viewer(), typed, cluster_id, after)
    if htmx.is_partial() and not after:
        htmx.announce(_spoken(found))
    return htmx.render(
        "companies/company_list.html",
        partial="companies/_company_rows.html" if after else "companies/_company_results.html",
        found=found,
        typed=typed,
        cluster_id=cluster_id,
        after=after,
        clusters=programmes.clusters_of(viewer()),
        next_url=url_for("companies.company_list", q=typed or None, cluster=cluster_id, after=found.after)
        if found.after
        else "",
        may_make=policy.can_make(viewer()),
        may_merge=policy.can_look_for_doubles(viewer()),
        may_review=policy.can_review_contacts(viewer()),
    )


def _asked(name: str) -> str:
    """What the address asks for, as it can be shown again: nothing where it holds what no page can."""
    value = request.args.get(name, "")[:200]
    return "" if unstorable(value) else value


def _spoken(found: queries.Page) -> str:
    number = len(found.rows)
    if found.after:
        return _("%(num)d undertakings or more", num=number)
    return i18n.ngettext("%(num)d undertaking", "%(num)d undertakings", number)


@bp.get("/<uuid:company_id>")
@requires(policy.can_read, company=queries.company_for)
def company_show(company: Company) -> ResponseReturnValue:
    """An undertaking: its facts with their source, and places for what other parts know about it."""
    inner = queries.company_with_contacts(viewer(), company.id) is not None
    return htmx.render(
        "companies/company_show.html",
        company=company,
        may_edit=policy.can_edit(viewer(), company),
        may_read_note=inner,
        new_entry=url_for("logbook.entry_new", company_id=company.id) if policy.can_make(viewer()) else "",
        needs_url=_part("needs.company_needs", company),
        entries_url=_part("logbook.company_entries", company),
        contacts_url=_part("companies.contact_list_part", company) if inner else "",
        county=county_of(company.municipality_code),
        marks=_marks(company),
        mergings=queries.mergings_of(viewer(), company),
    )


def _part(endpoint: str, company: Company) -> str:
    """The address of a part of the page that belongs to somebody else; nothing where there is none."""
    return url_for(endpoint, company_id=company.id) if endpoint in current_app.view_functions else ""


def _marks(company: Company) -> dict[str, tuple[str, date | None]]:
    """Source and day of the facts that are not from the record's own source and day."""
    if not company.fetched:
        return {}
    found: dict[str, tuple[str, date | None]] = {}
    for name in _FACTS:
        mark = company.fetched.get(name)
        source, on = (mark["source"], date.fromisoformat(mark["on"])) if mark else ("typed", None)
        if (source, on) != (company.source, company.source_on) and getattr(company, name) not in (None, ""):
            found[name] = (source, on)
    return found


@bp.get("/parts/suggest")
@requires(policy.can_read_companies)
def company_suggest() -> ResponseReturnValue:
    """Suggestions while one types; with `new=1` also the offer to register what was typed."""
    typed = _asked("q").strip()
    page = "companies/_company_suggestions.html"
    return htmx.render(
        page,
        partial=page,
        companies=queries.suggestions(viewer(), typed),
        typed=typed,
        offer_new=bool(typed) and request.args.get("new") == "1" and policy.can_make(viewer()),
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(policy.can_make)
def company_new() -> ResponseReturnValue:
    """Register an undertaking."""
    form = CompanyForm(data={"name": request.args.get("name", "")[:200]})
    form.offer()
    if lookup.is_wished():
        return _show_filled(form, None)
    if not form.validate_on_submit():
        return _show(form, None)
    begin_write()
    if done := once.earlier(viewer().id):
        return once.answer_again(done)
    if _is_met(form, None):
        return _show(form, None)
    fields = _read(form, None)
    code, place = split_place(fields["municipality"])
    company = actions.record_company(
        fields["name"],
        orgnr=fields["orgnr"],
        form=fields["form"],
        website=fields["website"],
        municipality=place,
        municipality_code=code,
        more_clusters=fields["clusters"],
        made_by=viewer().id,
        told=lookup.unsealed(form.register.data, fields["orgnr"]),
    ).company
    address = url_for("companies.company_show", company_id=company.id)
    once.remember(viewer().id, address)
    htmx.announce(_("%(name)s is registered", name=company.name))
    return htmx.redirect_to(address)


@bp.route("/<uuid:company_id>/edit", methods=["GET", "POST"])
@requires(policy.can_edit, company=queries.company_for)
def company_edit(company: Company) -> ResponseReturnValue:
    """Change the facts of an undertaking."""
    values = {shown: getattr(company, name) or "" for name, shown in _SHOWN.items()}
    form = CompanyForm(data={**values, "base_rev": str(company.revision)})
    form.offer(company.form)
    if request.method == "GET":
        form.put_place(company.municipality_code, company.municipality)
    if lookup.is_wished():
        return _show_filled(form, company)
    if not form.validate_on_submit():
        return _show(form, company)
    begin_write()
    if _is_met(form, company):
        return _show(form, company)
    current = actions.as_fields(company)
    mine = stale.chosen(_read(form, company), current, request.form)
    base = revisions.numbered(form.base_rev.data)
    try:
        told = lookup.unsealed(form.register.data, mine["orgnr"])
        taken = actions.save_company(viewer(), company, mine, base, told)
    except stale.StaleError as error:
        return _conflict(form, company, error, base)
    except DomainError as error:
        db.session.rollback()
        form.add_error(error.field, str(error.sentence))
        return _show(form, company)
    revisions.settle_conflicts(SUBJECT, company.id, viewer().id)
    htmx.announce(_("%(name)s is saved", name=company.name))
    stale.tell_taken(taken, ALL_LABELS)
    return htmx.redirect_to(url_for("companies.company_show", company_id=company.id))


def _is_met(form: CompanyForm, company: Company | None) -> bool:
    """Whether another undertaking stands in the way: one with the number, or twins not yet shown."""
    known = queries.by_number(form.orgnr.data) if form.orgnr.data else None
    if known is not None and known is not company:
        form.known = known
        form.add_error("orgnr", _("This number is registered already: %(name)s", name=known.name))
        return True
    code, place = split_place(form.place())
    return form.stop_once(queries.twins(viewer(), form.name.data or "", code, place, company.id if company else None))


def _read(form: CompanyForm, company: Company | None) -> dict[str, Any]:
    """The fields of a valid form, in the shape of actions.as_fields. Clusters of others stay as they are."""
    offered = set(dict(_offered(company)))
    there = {cluster.id for cluster in company.clusters} if company else set()
    current = actions.as_fields(company)["municipality"] if company else ""
    return {
        "name": form.name.data or "",
        "orgnr": form.orgnr.data or None,
        "form": form.legal_form.data or "",
        "municipality": form.place(current),
        "website": form.website.data or "",
        "clusters": sorted((there - offered) | (_posted_clusters() & offered)),
        **({"note": form.note.data or ""} if _may_write_note(company) else {}),
    }


def _may_write_note(company: Company | None) -> bool:
    return company is not None and policy.can_write_contacts(viewer(), company)


def _posted_clusters() -> set[int]:
    return {revisions.numbered(one) for one in forms.posted("clusters")}


def _offered(company: Company | None) -> list[tuple[int, str]]:
    """The clusters whose box this person may tick."""
    mine = policy.own_clusters(viewer())
    return [(one.id, one.name) for one in programmes.clusters_of(viewer()) if one.id in mine]


def _show_filled(form: CompanyForm, company: Company | None) -> ResponseReturnValue:
    """The form with what the register has. Nothing is stored: the answer is the form, to be looked at and saved."""
    found = lookup.fill(form)
    if form.known is company:
        form.known = None
    return _show(form, company, status=200, found=found)


def _show(
    form: CompanyForm,
    company: Company | None,
    met: list[stale.MetField] | None = None,
    taken: Sequence[str] = (),
    status: int = 0,
    found: Mapping[str, Any] | None = None,
) -> ResponseReturnValue:
    offered = _offered(company)
    there = {cluster.id: cluster.name for cluster in company.clusters} if company else {}
    ticked = set(there) if company else {one for one, _name in offered if len(offered) == 1}
    if request.method == "POST" and "clusters" not in taken:
        ticked = _posted_clusters() | (set(there) - set(dict(offered)))
    return htmx.render(
        "companies/company_edit.html" if company else "companies/company_new.html",
        partial="companies/_company_form.html",
        status=status or (409 if met else (422 if request.method == "POST" else 200)),
        form=form,
        lookup=found or {},
        lookup_on=lookup.is_on(),
        sent=found is not None,
        may_write_note=_may_write_note(company),
        company=company,
        offered=offered,
        ticked=ticked,
        others=[name for one, name in there.items() if one not in dict(offered)],
        met=met,
        taken=[str(ALL_LABELS[name]) for name in taken],
        resumed=access.resuming(),
    )


def _conflict(form: CompanyForm, company: Company, error: stale.StaleError, base: int) -> ResponseReturnValue:
    """409: nothing was stored; my text is kept in a row beside it, and both are shown."""
    met_rev = company.revision
    stale.keep_beside(SUBJECT, company.id, viewer().id, base, met_rev, error.mine)
    form.base_rev.data = str(met_rev)
    for name in error.taken:
        if name in _SHOWN:
            form[_SHOWN[name]].data = error.current[name] or ""
    if "municipality" in error.taken:
        form.put_place(company.municipality_code, company.municipality)
    names = {cluster.id: cluster.name for cluster in programmes.clusters_of(viewer())}
    met = stale.both_texts(error, ALL_LABELS, lambda name, value: readable(name, value, names))
    return _show(form, company, met, error.taken)
