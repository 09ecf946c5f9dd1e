"""Routes of environments: list, page, form, suggestions, and the list that comes with MoNo."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import access, htmx, i18n, once, revisions, stale
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.research import actions, policy, queries
from mono_web.research.forms import APPROVED_WORDS, ENVIRONMENT_LABELS, EnvironmentForm
from mono_web.research.models import ENVIRONMENT, Environment
from mono_web.research.views.blueprint import asked, bp
from mono_web.research.views.writing import put_all, put_beside


@bp.get("/")
@requires(policy.can_read_research)
def environment_list() -> ResponseReturnValue:
    """Environments by name: a filter by words or number, by theme and by approval, a page at a time."""
    typed, theme, after = asked("q"), asked("theme"), asked("after")
    approved = asked("approved") if asked("approved") in queries.APPROVED else ""
    found = queries.environments_for(viewer(), typed, theme, approved, after)
    if htmx.is_partial() and not after:
        htmx.announce(_spoken(found))
    next_url = url_for(
        "research.environment_list",
        q=typed or None,
        theme=theme or None,
        approved=approved or None,
        after=found.after,
    )
    filtered = bool(typed.strip() or theme.strip() or approved or after)
    return htmx.render(
        "research/environment_list.html",
        partial="research/_environment_rows.html" if after else "research/_environment_results.html",
        found=found,
        typed=typed,
        theme=theme,
        approved=approved,
        after=after,
        filtered=filtered,
        themes=queries.themes_for(viewer()),
        approvals=APPROVED_WORDS,
        next_url=next_url if found.after else "",
        may_write=policy.can_write(viewer()),
        may_seed=policy.can_seed(viewer()),
    )


def _spoken(found: queries.Page[Environment]) -> str:
    number = len(found.rows)
    if found.after:
        return _("%(num)d R&D environments or more", num=number)
    return i18n.ngettext("%(num)d R&D environment", "%(num)d R&D environments", number)


@bp.post("/seed")
@requires(policy.can_seed)
def environment_seed() -> ResponseReturnValue:
    """Put the list that comes with MoNo into the directory; what is there stays as it is."""
    begin_write()
    seeded = actions.seed_environments()
    htmx.announce(
        i18n.ngettext(
            "%(num)d R&D environment is in the directory now. Nothing about it is confirmed yet.",
            "%(num)d R&D environments are in the directory now. Nothing about them is confirmed yet.",
            seeded.made,
        )
        if seeded.made
        else _("The directory had all of the list already")
    )
    return htmx.redirect_to(url_for("research.environment_list"))


@bp.get("/<uuid:environment_id>")
@requires(policy.can_read, environment=queries.environment_for)
def environment_show(environment: Environment) -> ResponseReturnValue:
    """An environment: its facts with source and day, its parts, its researchers, and a place for its matches."""
    there = "needs.research_matches" in current_app.view_functions and policy.can_read_matches(viewer())
    return htmx.render(
        "research/environment_show.html",
        environment=environment,
        parts=queries.parts_of(viewer(), environment),
        found=queries.researchers_for(viewer(), environment_id=environment.id),
        may_write=policy.can_write(viewer()),
        matches_url=url_for("needs.research_matches", environment_id=environment.id) if there else "",
    )


@bp.get("/parts/suggest")
@requires(policy.can_read_research)
def choice_suggest() -> ResponseReturnValue:
    """Environments and researchers while one types what a need is matched with."""
    page = "research/_choice_suggestions.html"
    return htmx.render(page, partial=page, choices=queries.suggestions(viewer(), asked("q")))


@bp.route("/new", methods=["GET", "POST"])
@requires(policy.can_write)
def environment_new() -> ResponseReturnValue:
    """Put an environment into the directory."""
    form = EnvironmentForm(data={"name": asked("name"), "part_of": asked("parent")})
    form.offer(queries.choices_for(viewer()))
    if not form.validate_on_submit():
        return _show(form, None)
    begin_write()
    if done := once.earlier(viewer().id):
        return once.answer_again(done)
    if _is_met(form, None):
        return _show(form, None)
    environment = actions.record_environment(form.fields(), viewer().id)
    address = url_for("research.environment_show", environment_id=environment.id)
    once.remember(viewer().id, address)
    htmx.announce(_("%(name)s is in the directory", name=environment.name))
    return htmx.redirect_to(address)


@bp.route("/<uuid:environment_id>/edit", methods=["GET", "POST"])
@requires(policy.can_write, environment=queries.environment_for)
def environment_edit(environment: Environment) -> ResponseReturnValue:
    """Change what the directory says of an environment."""
    form = EnvironmentForm(data={"base_rev": str(environment.revision)})
    form.offer(queries.choices_for(viewer()), environment)
    if request.method == "GET":
        put_all(form, actions.environment_fields(environment))
    if not form.validate_on_submit():
        return _show(form, environment)
    begin_write()
    if _is_met(form, environment):
        return _show(form, environment)
    mine = stale.chosen(form.fields(), actions.environment_fields(environment), request.form)
    base = revisions.numbered(form.base_rev.data)
    try:
        taken = actions.save_environment(viewer(), environment, mine, base)
    except stale.StaleError as error:
        met = put_beside(form, ENVIRONMENT, environment, error, base, ENVIRONMENT_LABELS)
        return _show(form, environment, met, error.taken)
    except DomainError as error:
        db.session.rollback()
        form.add_error("part_of" if error.field == "parent" else error.field, str(error.sentence))
        return _show(form, environment)
    revisions.settle_conflicts(ENVIRONMENT, environment.id, viewer().id)
    htmx.announce(_("%(name)s is saved", name=environment.name))
    stale.tell_taken(taken, ENVIRONMENT_LABELS)
    return htmx.redirect_to(url_for("research.environment_show", environment_id=environment.id))


def _is_met(form: EnvironmentForm, environment: Environment | None) -> bool:
    """Whether another environment stands in the way: one with the number, or namesakes not yet shown."""
    known = queries.by_number(form.orgnr.data) if form.orgnr.data else None
    if known is not None and known is not environment:
        form.known = known
        form.add_error("orgnr", _("This number is registered already: %(name)s", name=known.name))
        return True
    return form.stop_once(queries.namesakes(form["name"].data or "", environment.id if environment else None))


def _show(
    form: EnvironmentForm,
    environment: Environment | None,
    met: list[stale.MetField] | None = None,
    taken: Sequence[str] = (),
) -> ResponseReturnValue:
    return htmx.render(
        "research/environment_edit.html" if environment else "research/environment_new.html",
        partial="research/_environment_form.html",
        status=409 if met else (422 if request.method == "POST" else 200),
        form=form,
        environment=environment,
        met=met,
        taken=[str(ENVIRONMENT_LABELS[name]) for name in taken],
        resumed=access.resuming(),
    )
