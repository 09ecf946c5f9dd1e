"""Routes of researchers: list, page, form."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import access, clock, htmx, i18n, once, revisions, stale
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.i18n import gettext as _
from mono_web.research import actions, policy, queries
from mono_web.research.forms import RESEARCHER_LABELS, ResearcherForm
from mono_web.research.models import RESEARCHER, Researcher
from mono_web.research.views import lookup
from mono_web.research.views.blueprint import asked, bp
from mono_web.research.views.writing import put_all, put_beside


@bp.get("/researchers/")
@requires(policy.can_read_research)
def researcher_list() -> ResponseReturnValue:
    """Researchers by name: a filter by words, and those of one environment, a page at a time."""
    typed, after = asked("q"), asked("after")
    home = queries.environment_for(viewer(), one) if (one := _id(asked("environment"))) else None
    found = queries.researchers_for(viewer(), typed, home.id if home else None, after)
    if htmx.is_partial() and not after:
        htmx.announce(_spoken(found))
    return htmx.render(
        "research/researcher_list.html",
        partial="research/_researcher_rows.html" if after else "research/_researcher_results.html",
        found=found,
        typed=typed,
        home=home,
        after=after,
        next_url=url_for(
            "research.researcher_list", q=typed or None, environment=home.id if home else None, after=found.after
        )
        if found.after
        else "",
        may_write=policy.can_write(viewer()),
    )


def _id(typed: str) -> UUID | None:
    try:
        return UUID(typed)
    except ValueError:
        return None


def _spoken(found: queries.Page[Researcher]) -> str:
    number = len(found.rows)
    if found.after:
        return _("%(num)d researchers or more", num=number)
    return i18n.ngettext("%(num)d researcher", "%(num)d researchers", number)


@bp.get("/researchers/<uuid:researcher_id>")
@requires(policy.can_read, researcher=queries.researcher_for)
def researcher_show(researcher: Researcher) -> ResponseReturnValue:
    """A researcher: where they work, on what, and where the facts come from."""
    return htmx.render("research/researcher_show.html", researcher=researcher, may_write=policy.can_write(viewer()))


@bp.route("/researchers/new", methods=["GET", "POST"])
@requires(policy.can_write)
def researcher_new() -> ResponseReturnValue:
    """Put a researcher into the directory: by hand, or with the fields filled from NVA (`?nva=` its id there)."""
    picked = lookup.pick(asked("nva")) if request.method == "GET" and asked("nva") else lookup.Picked()
    form = ResearcherForm(data={"name": asked("name"), "environment": asked("environment")})
    form.offer(queries.choices_for(viewer()))
    if picked.person is not None:
        put_all(form, picked.fields)
        form.nva_uri.data, form.fetched_on.data = picked.person.uri, clock.today().isoformat()
        form.known = queries.by_nva_uri(picked.person.uri)
    if not form.validate_on_submit():
        return _show(form, None, picked=picked)
    begin_write()
    if done := once.earlier(viewer().id):
        return once.answer_again(done)
    if _is_met(form, None):
        return _show(form, None)
    uri, day = form.fetched()
    researcher = actions.record_researcher(form.fields(), viewer().id, nva_uri=uri, fetched_on=day)
    address = url_for("research.researcher_show", researcher_id=researcher.id)
    once.remember(viewer().id, address)
    htmx.announce(_("%(name)s is in the directory", name=researcher.name))
    return htmx.redirect_to(address)


@bp.route("/researchers/<uuid:researcher_id>/edit", methods=["GET", "POST"])
@requires(policy.can_write, researcher=queries.researcher_for)
def researcher_edit(researcher: Researcher) -> ResponseReturnValue:
    """Change what the directory says of a researcher."""
    form = ResearcherForm(data={"base_rev": str(researcher.revision)})
    form.offer(queries.choices_for(viewer()))
    if request.method == "GET":
        put_all(form, actions.researcher_fields(researcher))
    if not form.validate_on_submit():
        return _show(form, researcher)
    begin_write()
    if _is_met(form, researcher):
        return _show(form, researcher)
    mine = stale.chosen(form.fields(), actions.researcher_fields(researcher), request.form)
    base = revisions.numbered(form.base_rev.data)
    try:
        taken = actions.save_researcher(viewer(), researcher, mine, base)
    except stale.StaleError as error:
        met = put_beside(form, RESEARCHER, researcher, error, base, RESEARCHER_LABELS)
        return _show(form, researcher, met, error.taken)
    revisions.settle_conflicts(RESEARCHER, researcher.id, viewer().id)
    htmx.announce(_("%(name)s is saved", name=researcher.name))
    stale.tell_taken(taken, RESEARCHER_LABELS)
    return htmx.redirect_to(url_for("research.researcher_show", researcher_id=researcher.id))


def _is_met(form: ResearcherForm, researcher: Researcher | None) -> bool:
    """Whether somebody else stands in the way: the same person out of NVA, or namesakes not yet shown."""
    uri, _day = form.fetched()
    known = queries.by_nva_uri(uri) if researcher is None else None
    if known is not None:
        form.known = known
        form.add_error(None, _("%(name)s is in the directory already", name=known.name))
        return True
    return form.stop_once(queries.researcher_namesakes(form["name"].data or "", researcher.id if researcher else None))


def _show(
    form: ResearcherForm,
    researcher: Researcher | None,
    met: list[stale.MetField] | None = None,
    taken: Sequence[str] = (),
    picked: lookup.Picked | None = None,
) -> ResponseReturnValue:
    return htmx.render(
        "research/researcher_edit.html" if researcher else "research/researcher_new.html",
        partial="research/_researcher_form.html",
        status=409 if met else (422 if request.method == "POST" else 200),
        form=form,
        researcher=researcher,
        met=met,
        taken=[str(RESEARCHER_LABELS[name]) for name in taken],
        trouble=picked.trouble if picked else "",
        fetched=form.fetched()[1],
        resumed=access.resuming(),
    )
