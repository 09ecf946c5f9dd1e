"""The administration: roles given and ended."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import actions, policy, queries
from mono_web.accounts.forms import RoleEndForm, RoleForm
from mono_web.accounts.models import Person, Role
from mono_web.accounts.views.blueprint import bp
from mono_web.core import clock, htmx, once
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _


@bp.route("/admin/people/<int:person_id>/roles/new", methods=["GET", "POST"])
@requires(policy.can_manage_people, person=queries.person_for)
def role_new(person: Person) -> ResponseReturnValue:
    """Give a role from a day to a day."""
    form = RoleForm(
        queries.programme_names(), queries.cluster_names(), data={"kind": "broker", "starts_on": clock.today()}
    )
    if not form.validate_on_submit():
        return _role_page(form, person)
    begin_write()
    if done := once.earlier(viewer().id):
        return once.answer_again(done)
    back = url_for("accounts.person_show", person_id=person.id)
    programme, cluster = form.place
    try:
        actions.give_role(
            person, form.kind.data, form.starts_on.data or clock.today(), form.ends_on.data, programme, cluster
        )
    except DomainError as error:
        form.add_error(error.field, str(error.sentence))
        return _role_page(form, person)
    once.remember(viewer().id, back)
    htmx.announce(_("The role is given"))
    return htmx.redirect_to(back)


def _role_page(form: RoleForm, person: Person) -> ResponseReturnValue:
    return htmx.render(
        "accounts/role_new.html",
        partial="accounts/_role_form.html",
        form=form,
        person=person,
        status=422 if request.method == "POST" else 200,
    )


@bp.route("/admin/roles/<int:role_id>/end", methods=["GET", "POST"])
@requires(policy.can_manage_people, role=queries.role_for)
def role_end(role: Role) -> ResponseReturnValue:
    """The last day of a role, today where nothing is said."""
    form = RoleEndForm(role.id, data={"ends_on": role.ends_on or clock.today()})
    person = role.person
    if not form.validate_on_submit():
        return _role_end_page(form, role)
    begin_write()
    try:
        actions.end_role(role, form.ends_on.data or clock.today())
    except DomainError as error:
        form.add_error(error.field, str(error.sentence))
        return _role_end_page(form, role)
    htmx.announce(_("The end of the role is saved"))
    return htmx.redirect_to(url_for("accounts.person_show", person_id=person.id))


def _role_end_page(form: RoleEndForm, role: Role) -> ResponseReturnValue:
    return htmx.render(
        "accounts/role_end.html",
        partial="accounts/_role_end_form.html",
        form=form,
        line=queries.role_lines([role])[0],
        person=role.person,
        status=422 if request.method == "POST" else 200,
    )
