"""What a person decides for themselves: language, colours, keys, password."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import actions, queries
from mono_web.accounts.actions import TooManyAttempts
from mono_web.accounts.forms import PasswordForm, ProfileForm
from mono_web.accounts.views.blueprint import bp
from mono_web.core import htmx
from mono_web.core.access import begin_write, logged_in, requires, viewer
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _


@bp.route("/profile", methods=["GET", "POST"])
@requires(logged_in)
def profile_edit() -> ResponseReturnValue:
    """Settings, and the own roles with their dates."""
    person = viewer()
    scheme = person.color_scheme or "auto"
    form = ProfileForm(data={"lang": person.lang or "", "color_scheme": scheme, "shortcuts": person.shortcuts})
    if not form.validate_on_submit():
        return htmx.render(
            "accounts/profile_edit.html",
            partial="accounts/_profile_form.html",
            form=form,
            roles=queries.role_lines(queries.own_account(person).roles),
            status=422 if request.method == "POST" else 200,
        )
    begin_write()
    chosen = form.color_scheme.data
    actions.choose_settings(
        queries.own_account(person),
        form.lang.data,
        None if chosen == "auto" else chosen,
        shortcuts=bool(form.shortcuts.data),
    )
    htmx.announce(_("The settings are saved"))
    return htmx.redirect_to(url_for("accounts.profile_edit"))


@bp.route("/profile/password", methods=["GET", "POST"])
@requires(logged_in)
def password_edit() -> ResponseReturnValue:
    """Change the password: other log-ins end, this one stays."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _password_page(form, 422 if request.method == "POST" else 200)
    person = viewer()
    try:
        actions.check_own_password(person.email, form.old_password.data or "", request.remote_addr or "")
        new_hash = actions.hash_password(form.password.data or "")
    except DomainError as error:
        form.add_error(error.field, str(error.sentence))
        return _password_page(form, 429 if isinstance(error, TooManyAttempts) else 422)
    begin_write()
    actions.change_password(queries.own_account(person), new_hash, keep_token=person.token)
    htmx.announce(_("The password is changed. You are logged out everywhere else."))
    return htmx.redirect_to(url_for("accounts.profile_edit"))


def _password_page(form: PasswordForm, status: int) -> ResponseReturnValue:
    return htmx.render(
        "accounts/password_edit.html",
        partial="accounts/_password_form.html",
        form=form,
        least=actions.SHORTEST_PASSWORD,
        status=status,
    )
