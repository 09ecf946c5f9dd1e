"""Routes of programmes, clusters and priority areas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import access, clock, htmx, i18n, once, revisions, stale
from mono_web.core.access import begin_write, logged_in, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.programmes import actions, policy, queries
from mono_web.programmes.forms import AddClusterForm, AreaForm, ClusterForm, ProgrammeForm, readable
from mono_web.programmes.models import Cluster, PriorityArea, Programme

bp = Blueprint("programmes", __name__, url_prefix="/programmes")
LATE_DAYS = 5


@dataclass(frozen=True)
class Page:
    """What stands around a form: its heading, where it came from, where it leads."""

    title: str
    back_label: str
    back_url: str
    done_url: str = ""


@bp.get("/")
@requires(logged_in)
def programme_list() -> ResponseReturnValue:
    """The programmes of this person; for the admin all of them, and all clusters."""
    manage = policy.can_manage(viewer())
    return htmx.render(
        "programmes/programme_list.html",
        programmes=queries.programmes_for(viewer()),
        clusters=queries.clusters_of(viewer()) if manage else [],
        may_manage=manage,
        today=clock.today(),
    )


@bp.get("/<int:programme_id>")
@requires(policy.can_read, programme=queries.programme_for)
def programme_show(programme: Programme) -> ResponseReturnValue:
    """One programme."""
    return _show_programme(programme, AddClusterForm())


def _show_programme(programme: Programme, form: AddClusterForm, status: int = 200) -> ResponseReturnValue:
    manage = policy.can_manage(viewer())
    there = {cluster.id for cluster in programme.clusters}
    others = [one for one in queries.clusters_of(viewer()) if one.id not in there] if manage else []
    form.cluster.choices = [(str(one.id), one.name) for one in others]
    return htmx.render(
        "programmes/programme_show.html",
        status=status,
        programme=programme,
        areas=queries.areas_of(viewer(), programme.id),
        holders=queries.holders_in(viewer(), programme),
        may_read_people=policy.can_read_people(viewer(), programme),
        may_manage=manage,
        form=form,
    )


# --- forms that make and change ------------------------------------------------------------------------------


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


def _make(form: Any, page: Page, make: Any) -> ResponseReturnValue:
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


def _edit(thing: actions.Thing, form: Any, page: Page) -> ResponseReturnValue:
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
    if taken:
        fields = i18n.names([str(form.LABELS[name]) for name in taken])
        htmx.announce(_("Changed elsewhere meanwhile, and kept: %(fields)s", fields=fields))
    return htmx.redirect_to(page.done_url)


def _conflict(form: Any, page: Page, thing: actions.Thing, error: stale.StaleError) -> ResponseReturnValue:
    """409: nothing was stored; my text is kept in a row beside it, and both are shown."""
    met_rev = thing.revision
    stale.keep_beside(*actions.subject_of(thing), viewer().id, form.base, met_rev, error.mine)
    form.base_rev.data = str(met_rev)
    form.show(error.current, error.taken)
    met = stale.both_texts(error, form.LABELS, readable)
    return _show_form(form, page, thing, met, [str(form.LABELS[name]) for name in error.taken])


def _show_form(
    form: Any,
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


# --- what takes part, and what goes --------------------------------------------------------------------------


@bp.post("/<int:programme_id>/clusters")
@requires(policy.can_manage, programme=queries.programme_for)
def programme_cluster_add(programme: Programme) -> ResponseReturnValue:
    """Let a known cluster take part."""
    form = AddClusterForm()
    form.cluster.choices = [(str(one.id), one.name) for one in queries.clusters_of(viewer())]
    if not form.validate_on_submit():
        return _show_programme(programme, form, 422)
    begin_write()
    cluster = queries.cluster_for(viewer(), int(form.cluster.data))
    assert cluster is not None  # it was among the choices, and clusters are never deleted
    actions.add_cluster(programme, cluster)
    htmx.announce(_("%(name)s takes part", name=cluster.name))
    return htmx.redirect_to(url_for("programmes.programme_show", programme_id=programme.id))


@bp.post("/<int:programme_id>/clusters/<int:cluster_id>/remove")
@requires(policy.can_manage, programme=queries.programme_for, cluster=queries.cluster_for)
def programme_cluster_remove(programme: Programme, cluster: Cluster) -> ResponseReturnValue:
    """Take a cluster out, as long as nothing can hang on it."""
    begin_write()
    try:
        actions.remove_cluster(programme, cluster)
    except DomainError as error:
        db.session.rollback()
        form = AddClusterForm(formdata=None)
        form.add_error(None, str(error.sentence))
        return _show_programme(programme, form, 422)
    htmx.announce(_("%(name)s is taken out", name=cluster.name))
    return htmx.redirect_to(url_for("programmes.programme_show", programme_id=programme.id))


@bp.post("/areas/<int:area_id>/remove")
@requires(policy.can_manage, area=queries.area_for)
def area_remove(area: PriorityArea) -> ResponseReturnValue:
    """Take a priority area away."""
    begin_write()
    programme_id, name = area.programme_id, area.name
    actions.remove_area(area)
    htmx.announce(_("%(name)s is taken away", name=name))
    return htmx.redirect_to(url_for("programmes.programme_show", programme_id=programme_id))
