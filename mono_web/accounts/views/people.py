"""The administration: people, their accounts and their links."""

from __future__ import annotations

from datetime import timedelta

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import actions, policy, queries
from mono_web.accounts.forms import PersonForm
from mono_web.accounts.models import LINK_HOURS, Person
from mono_web.accounts.views.blueprint import admin_tabs, bp
from mono_web.core import clock, htmx, once
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.core.text import unstorable


@bp.get("/admin/")
@requires(policy.can_read_people)
def admin_home() -> ResponseReturnValue:
    """Everybody, by name; narrowed by words from name or e-mail."""
    words = request.args.get("q", "")[:200]
    if unstorable(words):  # no page can show it again
        words = ""
    found = queries.people_for(viewer(), words)
    return htmx.render(
        "accounts/admin_home.html",
        partial="accounts/_person_list.html",
        tabs=admin_tabs("accounts.admin_home"),
        words=words,
        found=found,
        may_manage=policy.can_manage_people(viewer()),
    )


@bp.get("/admin/people/<int:person_id>")
@requires(policy.can_read_people, person=queries.person_for)
def person_show(person: Person) -> ResponseReturnValue:
    """One person: facts, roles, access."""
    return htmx.render(
        "accounts/person_show.html",
        person=person,
        roles=queries.role_lines(person.roles),
        may_manage=policy.can_manage_people(viewer()),
        may_read_audit=policy.can_read_audit(viewer()),
    )


@bp.route("/admin/people/new", methods=["GET", "POST"])
@requires(policy.can_manage_people)
def person_new() -> ResponseReturnValue:
    """A new account; its first link stands on the answer, and only there."""
    form = PersonForm()
    if not form.validate_on_submit():
        return _person_page("accounts/person_new.html", form, url_for("accounts.person_new"))
    begin_write()
    if done := once.earlier(viewer().id):
        return once.answer_again(done)
    try:
        person = actions.make_person(form.email.data or "", form.name.data or "", form.lang.data)
    except DomainError as error:
        form.add_error(error.field, str(error.sentence))
        return _person_page("accounts/person_new.html", form, url_for("accounts.person_new"))
    token = actions.make_link(person, viewer().id)
    once.remember(viewer().id, url_for("accounts.person_show", person_id=person.id))
    htmx.announce(_("The account is made"))
    return _link_shown(person, token)


@bp.route("/admin/people/<int:person_id>/edit", methods=["GET", "POST"])
@requires(policy.can_manage_people, person=queries.person_for)
def person_edit(person: Person) -> ResponseReturnValue:
    """Name, e-mail, language."""
    form = PersonForm(data={"name": person.name, "email": person.email, "lang": person.lang or ""})
    here = url_for("accounts.person_edit", person_id=person.id)
    if not form.validate_on_submit():
        return _person_page("accounts/person_edit.html", form, here, person)
    begin_write()
    try:
        actions.save_person(person, form.email.data or "", form.name.data or "", form.lang.data)
    except DomainError as error:
        form.add_error(error.field, str(error.sentence))
        return _person_page("accounts/person_edit.html", form, here, person)
    htmx.announce(_("The account is saved"))
    return htmx.redirect_to(url_for("accounts.person_show", person_id=person.id))


def _person_page(page: str, form: PersonForm, here: str, person: Person | None = None) -> ResponseReturnValue:
    back = url_for("accounts.person_show", person_id=person.id) if person else url_for("accounts.admin_home")
    return htmx.render(
        page,
        partial="accounts/_person_form.html",
        form=form,
        here=here,
        back=back,
        person=person,
        status=422 if request.method == "POST" else 200,
    )


@bp.route("/admin/people/<int:person_id>/disable", methods=["GET", "POST"])
@requires(policy.can_manage_people, person=queries.person_for)
def person_disable(person: Person) -> ResponseReturnValue:
    """Asks, then closes the account."""
    problem = ""
    if request.method == "POST":
        begin_write()
        try:
            actions.disable(person)
        except DomainError as error:
            problem = str(error.sentence)
        else:
            htmx.announce(_("The account is closed"))
            return htmx.redirect_to(url_for("accounts.person_show", person_id=person.id))
    return htmx.render(
        "accounts/person_disable.html",
        partial="accounts/_disable_form.html",
        person=person,
        problem=problem,
        status=422 if problem else 200,
    )


@bp.post("/admin/people/<int:person_id>/enable")
@requires(policy.can_manage_people, person=queries.person_for)
def person_enable(person: Person) -> ResponseReturnValue:
    """Opens a closed account again."""
    begin_write()
    actions.enable(person)
    htmx.announce(_("The account is open again"))
    return htmx.redirect_to(url_for("accounts.person_show", person_id=person.id))


@bp.route("/admin/people/<int:person_id>/link", methods=["GET", "POST"])
@requires(policy.can_manage_people, person=queries.person_for)
def link_make(person: Person) -> ResponseReturnValue:
    """Asks, then makes a link: it stands on the answer, and only there."""
    problem = ""
    if request.method == "POST":
        begin_write()
        try:
            return _link_shown(person, actions.make_link(person, viewer().id))
        except DomainError as error:
            problem = str(error.sentence)
    return htmx.render(
        "accounts/link_make.html",
        partial="accounts/_link_form.html",
        person=person,
        hours=LINK_HOURS,
        problem=problem,
        status=422 if problem else 200,
    )


def _link_shown(person: Person, token: str) -> ResponseReturnValue:
    return htmx.render(
        "accounts/link_made.html",
        partial="accounts/_link_made.html",
        person=person,
        link=url_for("accounts.link_use", token=token, _external=True),
        until=clock.now() + timedelta(hours=LINK_HOURS),
    )
