"""The door: log-in, log-out, forgotten passwords, links, language."""

from __future__ import annotations

from datetime import datetime

from flask import Response, flash, jsonify, make_response, redirect, request, session
from flask.typing import ResponseReturnValue

from mono_web.accounts import actions, queries
from mono_web.accounts.actions import Checked, TooManyAttempts
from mono_web.accounts.forms import LinkForm, LoginForm, local_path
from mono_web.accounts.views import held as holding
from mono_web.accounts.views.blueprint import bp
from mono_web.core import access, htmx, i18n
from mono_web.core.access import Viewer, begin_write, logged_in, public, requires, viewer_or_none
from mono_web.core.errors import DomainError
from mono_web.core.i18n import LANGUAGES
from mono_web.core.i18n import gettext as _

# --- log-in and log-out -------------------------------------------------------------------------------------


@bp.route("/login", methods=["GET", "POST"])
@requires(public)
def login() -> ResponseReturnValue:
    """E-mail and password; also for the dialog over a page whose log-in has expired."""
    form = LoginForm()
    held = holding.sent_with_login()
    if request.method != "POST":
        form.next.data = local_path(request.args.get("next"))
        return holding.login_page(form, None, 200)
    if not form.validate_on_submit():
        return holding.login_page(form, held, 422)
    try:
        person, told = _enter(form)
    except DomainError as error:
        return _refuse_login(form, held, error)
    if told is not None:
        _tell_link(told)
    if _in_dialog():
        return "", 204, {"X-CSRFToken": access.form_token(), "X-User": str(person.id)}
    return holding.give_back(held, person) if held else redirect(local_path(form.next.data), 303)


def _enter(form: LoginForm) -> tuple[Viewer, datetime | None]:
    """Check the password outside a transaction, then begin the log-in; another one in this browser ends."""
    checked: Checked = actions.check_password(
        form.email.data or "", form.password.data or "", request.remote_addr or ""
    )
    begin_write()
    token, told = actions.log_in(checked)
    before = viewer_or_none()
    if before is not None:
        actions.end_session(before.token)
    person = queries.viewer_for(token)
    if person is None:
        raise DomainError(_("E-mail or password is wrong."), "password")
    access.start_session(person)
    return person, told


def _refuse_login(form: LoginForm, held: holding.Held | None, error: DomainError) -> ResponseReturnValue:
    status = 429 if isinstance(error, TooManyAttempts) else 422
    if _in_dialog():
        return jsonify(error=str(error.sentence)), status
    form.add_error("password", str(error.sentence))
    return holding.login_page(form, held, status)


def _in_dialog() -> bool:
    return htmx.is_htmx() and request.headers.get("X-Login-Dialog") == "1"


def _tell_link(used_at: datetime) -> None:
    """Somebody with a link has set this password: the person hears of it, once."""
    with i18n.in_language(i18n.language()):
        flash(
            _(
                "On %(day)s your password was set with a link. Was it not you? Tell the administrator.",
                day=i18n.moment(used_at),
            )
        )


@bp.route("/logout", methods=["GET", "POST"])
@requires(public)
def logout() -> ResponseReturnValue:
    """A page with the button for those who come by address; the button itself ends the log-in."""
    person = viewer_or_none()
    if person is None:
        return redirect("/login", 303)
    if request.method != "POST" or access.resuming():
        return htmx.render("accounts/logout.html")
    begin_write()
    actions.log_out(person.id, person.token)
    access.end_session(("lang",))
    flash(_("You are logged out."))
    return htmx.redirect_to("/login")


@bp.get("/forgot")
@requires(public)
def password_forgot() -> ResponseReturnValue:
    """Whom to ask. MoNo sends no mail: the administrator makes a link."""
    return htmx.render("accounts/password_forgot.html")


# --- links --------------------------------------------------------------------------------------------------


@bp.route("/link/<token>", methods=["GET", "POST"])
@requires(public)
def link_use(token: str) -> ResponseReturnValue:
    """Set the password with a link. Looking at it does not use it up."""
    link = queries.link_by_token(token)
    if link is None:
        return _dead_link()
    form, email = LinkForm(), queries.email_of(link.person_id)
    if not form.validate_on_submit():
        return _link_page(form, email, 422 if request.method == "POST" else 200)
    try:
        new_hash = actions.hash_password(form.password.data or "")
    except DomainError as error:
        form.add_error("password", str(error.sentence))
        return _link_page(form, email, 422)
    begin_write()
    try:
        actions.use_link(token, new_hash)
    except DomainError:
        return _dead_link()
    flash(_("The password is set. Log in with it."))
    return _unseen(make_response(redirect("/login", 303)))


def _link_page(form: LinkForm, email: str, status: int) -> Response:
    least = actions.SHORTEST_PASSWORD
    return _unseen(
        htmx.render("accounts/link_use.html", form=form, email=email, least=least, usable=True, status=status)
    )


def _dead_link() -> Response:
    if request.method == "POST":
        actions.refuse_link()
    return _unseen(htmx.render("accounts/link_use.html", usable=False, status=404))


def _unseen(response: Response) -> Response:
    """The address is a secret: no other page hears of it."""
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


# --- language -----------------------------------------------------------------------------------------------


@bp.get("/language/<code>")
@requires(public)
def language_choose(code: str) -> ResponseReturnValue:
    """Strangers: kept in the session cookie. A person's own choice is stored, and so takes a button."""
    way = local_path(request.args.get("next"))
    if code not in LANGUAGES:
        return redirect(way, 303)
    if viewer_or_none() is not None:
        return htmx.render("accounts/language_choose.html", code=code, name=LANGUAGES[code], way=way)
    session["lang"] = code
    return redirect(way if way != "/" else "/login", 303)


@bp.post("/language")
@requires(logged_in)
def language_save() -> ResponseReturnValue:
    """The person's own language, from now on."""
    code, way = request.form.get("lang", ""), local_path(request.form.get("next"))
    begin_write()
    if code in LANGUAGES:
        actions.choose_language(queries.own_account(access.viewer()), code)
    return htmx.redirect_to(way)
