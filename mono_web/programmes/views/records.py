"""The forms that make and change programmes, clusters and priority areas: three kinds, one way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import access, htmx, once, revisions, stale
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.programmes import actions, policy, queries
from mono_web.programmes.forms import AreaForm, ClusterForm, KeptForm, ProgrammeForm, readable
from mono_web.programmes.models import Cluster, PriorityArea, Programme
from mono_web.programmes.views.blueprint import bp

LATE_DAYS = 5


@dataclass(frozen=True)
class Page:
    """What stands around a form: its heading, where it came from, where it leads."""

    title: str
    back_label: str
    back_url: str
    done_url: str = ""


@bp.route("/new", methods=["GET", "POST"])
@requires(policy.can_manage)
def programme_new() -> ResponseReturnValue:
    """A new programme."""
    form = ProgrammeForm(data={"late_days": str(LATE_DAYS)})
    page = Page(_("New programme"), _("Programmes"), url_for("programmes.programme_list"))

    def make() -> str:
        programme = actions.record_programme(viewer(), form.fields())
        return url_for("programmes.programme_show", programme_id=programme.id)

    return _make(form, page, make)


@bp.route("/<int:programme_id>/edit", methods=["GET", "POST"])
@requires(policy.can_manage, programme=queries.programme_for)
def programme_edit(programme: Programme) -> ResponseReturnValue:
    """Change a programme."""
    address = url_for("programmes.programme_show", programme_id=programme.id)
    return _edit(programme, ProgrammeForm(), Page(_("Edit the programme"), programme.name, address, address))


@bp.route("/clusters/new", methods=["GET", "POST"])
@requires(policy.can_manage)
def cluster_new() -> ResponseReturnValue:
    """A new cluster; `programme` in the address puts it into that programme."""
    form = ClusterForm()
    page = Page(_("New cluster"), _("Programmes"), url_for("programmes.programme_list"))

    def make() -> str:
        into = request.args.get("programme", type=int)
        programme = queries.programme_for(viewer(), into) if into else None
        actions.record_cluster(viewer(), form.fields(), programme)
        if programme is not None:
            return url_for("programmes.programme_show", programme_id=programme.id)
        return page.back_url

    return _make(form, page, make)


@bp.route("/clusters/<int:cluster_id>/edit", methods=["GET", "POST"])
@requires(policy.can_manage, cluster=queries.cluster_for)
def cluster_edit(cluster: Cluster) -> ResponseReturnValue:
    """Change a cluster, in all programmes at once."""
    back = url_for("programmes.programme_list")
    return _edit(cluster, ClusterForm(), Page(_("Edit the cluster"), _("Programmes"), back, back))


@bp.route("/<int:programme_id>/areas/new", methods=["GET", "POST"])
@requires(policy.can_manage, programme=queries.programme_for)
def area_new(programme: Programme) -> ResponseReturnValue:
    """A new priority area of a programme."""
    form = AreaForm()
    back = url_for("programmes.programme_show", programme_id=programme.id)

    def make() -> str:
        actions.record_area(viewer(), programme, form.fields())
        return back

    return _make(form, Page(_("New priority area"), programme.name, back), make)


@bp.route("/areas/<int:area_id>/edit", methods=["GET", "POST"])
@requires(policy.can_manage, area=queries.area_for)
def area_edit(area: PriorityArea) -> ResponseReturnValue:
    """Change a priority area."""
    back = url_for("programmes.programme_show", programme_id=area.programme_id)
    return _edit(area, AreaForm(), Page(_("Edit the priority area"), _("The programme"), back, back))


def _make(form: KeptForm, page: Page, make: Callable[[], str]) -> ResponseReturnValue:
    if not form.validate_on_submit():
        return _show_form(form, page)
    begin_write()
    if done := once.earlier(viewer().id):
        return once.answer_again(done)
    try:
        address = make()
    except DomainError as error:
        db.session.rollback()
        form.add_error(error.field, str(error.sentence))
        return _show_form(form, page)
    once.remember(viewer().id, address)
    htmx.announce(_("%(name)s is saved", name=form.name.data))
    return htmx.redirect_to(address)


def _edit(thing: actions.Thing, form: KeptForm, page: Page) -> ResponseReturnValue:
    if request.method == "GET":
        form.show(actions.as_fields(thing))
        form.base_rev.data = str(thing.revision)
    if not form.validate_on_submit():
        return _show_form(form, page, thing)
    begin_write()
    mine = stale.chosen(form.fields(), actions.as_fields(thing), request.form)
    try:
        taken = actions.save(viewer(), thing, mine, form.base)
    except stale.StaleError as error:
        return _conflict(form, page, thing, error)
    except DomainError as error:
        db.session.rollback()
        form.add_error(error.field, str(error.sentence))
        return _show_form(form, page, thing)
    revisions.settle_conflicts(*actions.subject_of(thing), viewer().id)
    htmx.announce(_("%(name)s is saved", name=thing.name))
    stale.tell_taken(taken, form.LABELS)
    return htmx.redirect_to(page.done_url)


def _conflict(form: KeptForm, page: Page, thing: actions.Thing, error: stale.StaleError) -> ResponseReturnValue:
    """409: nothing was stored; my text is kept in a row beside it, and both are shown."""
    met_rev = thing.revision
    stale.keep_beside(*actions.subject_of(thing), viewer().id, form.base, met_rev, error.mine)
    form.base_rev.data = str(met_rev)
    form.show(error.current, error.taken)
    met = stale.both_texts(error, form.LABELS, readable)
    return _show_form(form, page, thing, met, [str(form.LABELS[name]) for name in error.taken])


def _show_form(
    form: KeptForm,
    page: Page,
    thing: actions.Thing | None = None,
    met: list[stale.MetField] | None = None,
    taken: list[str] | None = None,
) -> ResponseReturnValue:
    return htmx.render(
        "programmes/record_edit.html",
        partial="programmes/_record_form.html",
        status=409 if met else (422 if request.method == "POST" else 200),
        form=form,
        around=page,
        thing=thing,
        met=met,
        taken=taken,
        resumed=access.resuming(),
    )
