"""The pages of programmes, and what takes part in them: clusters in and out, priority areas away."""

from __future__ import annotations

from flask import url_for
from flask.typing import ResponseReturnValue

from mono_web.core import clock, htmx
from mono_web.core.access import begin_write, logged_in, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.programmes import actions, policy, queries
from mono_web.programmes.forms import AddClusterForm
from mono_web.programmes.models import Cluster, PriorityArea, Programme
from mono_web.programmes.views.blueprint import bp


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
