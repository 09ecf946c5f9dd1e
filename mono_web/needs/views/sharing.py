"""The abstract of a need: released to the other clusters, and taken back."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.core import htmx
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.needs import actions, policy, queries
from mono_web.needs.forms import ShareForm
from mono_web.needs.models import Need
from mono_web.needs.views.blueprint import bp


@bp.route("/<uuid:need_id>/share", methods=["GET", "POST"])
@requires(policy.can_write, need=queries.need_for)
def abstract_release(need: Need) -> ResponseReturnValue:
    """Share the abstract, shown as the others will read it, with the name of who agreed."""
    form = ShareForm()
    if form.validate_on_submit():
        begin_write()
        try:
            actions.release_abstract(viewer(), need, form.consent_by.data or "")
        except DomainError as error:
            db.session.rollback()
            form.add_error(error.field, str(error.sentence))
        else:
            htmx.announce(_("The abstract is shared"))
            return htmx.redirect_to(url_for("needs.need_show", need_id=need.id))
    return htmx.render(
        "needs/abstract_release.html",
        partial="needs/_abstract_release.html",
        status=422 if request.method == "POST" else 200,
        need=need,
        form=form,
    )


@bp.post("/<uuid:need_id>/unshare")
@requires(policy.can_write, need=queries.need_for)
def abstract_take_back(need: Need) -> ResponseReturnValue:
    """The others read the abstract no more."""
    begin_write()
    actions.take_back_abstract(viewer(), need)
    htmx.announce(_("The abstract is not shared any more"))
    return htmx.redirect_to(url_for("needs.need_show", need_id=need.id))
