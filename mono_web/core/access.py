"""The gate: the one place where a request is let through or refused.

Every view states its rule and how its object is loaded, as data on the view (`requires`). Before the view
runs, the gate checks the log-in, the CSRF token, loads the object through the feature's `visible_to` (not
visible: 404) and asks the rule (visible but not allowed: 403). Each refusal leaves a line in the audit log.
`create_app` refuses to start while a view has no rule.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn, TypeVar, cast

from flask import Flask, Response, abort, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import generate_csrf, validate_csrf
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError

from mono_web.core import audit, htmx
from mono_web.core.db import SAFE_METHODS, begin_immediate, db, write_collected
from mono_web.core.i18n import gettext as _

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])
Loader = Callable[..., object | None]
# What an inner request takes over: the log-in is bound to these, and the language is chosen by the last.
_SAME_BROWSER = ("REMOTE_ADDR", "HTTP_USER_AGENT", "HTTP_ACCEPT_LANGUAGE")
# What somebody without a log-in may send. To take fields apart costs a second for each two megabytes, before anything
# is known of the sender; the longest entry that can be stored fits, in the dearest letters (12 bytes each), so that
# no text is lost with an expired log-in. Who is logged in has the application's limit, and keeps even longer texts.
LARGEST_OF_STRANGERS = 2 * 1024 * 1024
ROLE_KINDS = ("broker", "mentor", "lead", "cluster_manager", "observer", "admin")


@dataclass(frozen=True)
class HeldRole:
    """A role that is held today: its kind and what it is bound to."""

    kind: str
    programme_id: int | None = None
    cluster_id: int | None = None


@dataclass(frozen=True)
class Viewer(UserMixin):  # type: ignore[misc]  # flask_login has no types
    """The person who asks, as they are at this request: identity, wishes and the roles held today."""

    id: int
    name: str
    email: str
    token: str = ""
    lang: str | None = None
    color_scheme: str | None = None
    shortcuts: bool = True
    roles: tuple[HeldRole, ...] = ()

    def get_id(self) -> str:
        """The log-in's token: what the session cookie holds."""
        return self.token

    def has(self, *kinds: str) -> bool:
        """Whether one of these roles is held today, anywhere."""
        return any(role.kind in kinds for role in self.roles)

    def programmes(self, *kinds: str) -> frozenset[int]:
        """The programmes in which one of these roles is held (any role when none is named)."""
        return frozenset(
            role.programme_id for role in self.roles if role.programme_id and (not kinds or role.kind in kinds)
        )

    def places(self, *kinds: str) -> frozenset[tuple[int, int]]:
        """The (programme, cluster) pairs in which one of these roles is held."""
        return frozenset(
            (role.programme_id, role.cluster_id)
            for role in self.roles
            if role.programme_id and role.cluster_id and role.kind in kinds
        )


@dataclass(frozen=True)
class Requirement:
    """What a view asks for: a rule, and loaders for the objects its address names."""

    rule: Callable[..., bool]
    loaders: dict[str, Loader]


class NotSentError(Exception):
    """A form came back with an old log-in or token: it is shown again, never carried out."""


def public(*_: object) -> bool:
    """Everybody, logged in or not."""
    return True


def logged_in(*_: object) -> bool:
    """Everybody with an account."""
    return True


def requires(rule: Callable[..., bool], **loaders: Loader) -> Callable[[View], View]:
    """State a view's rule. A loader named `entry` takes (viewer, entry_id) and replaces `entry_id` by the entry."""

    def mark(view: View) -> View:
        view.__requirement__ = Requirement(rule, loaders)  # type: ignore[attr-defined]  # data on the view
        return view

    return mark


def requirement_of(view: Callable[..., Any]) -> Requirement | None:
    """What `requires` wrote on the view."""
    return cast("Requirement | None", getattr(view, "__requirement__", None))


def viewer() -> Viewer:
    """The person of this request; only behind a rule that asks for one."""
    person = viewer_or_none()
    if person is None:
        abort(401)
    return person


def viewer_or_none() -> Viewer | None:
    """The person of this request, or None where nobody is logged in."""
    if "viewer" not in g:
        g.viewer = current_user._get_current_object() if current_user.is_authenticated else None
    return cast("Viewer | None", g.viewer)


def unguarded_views(app: Flask) -> list[str]:
    """Endpoints without a rule. The application does not start while there is one."""
    return [
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and requirement_of(view) is None
    ]


def begin_write() -> None:
    """Take the write lock, then load this request's objects once more and ask the rule once more.

    The objects the view holds are the same ones, refreshed. Reading, parsing and hashing come before this.
    """
    if resuming():
        raise NotSentError
    begin_immediate()
    needed = cast(Requirement, requirement_of(current_app.view_functions[request.endpoint or ""]))
    if g.get("viewer") is not None:
        g.viewer = _reload_viewer(g.viewer)
    _let_through(needed, g.get("loaded_from", {}))


def _reload_viewer(person: Viewer) -> Viewer:
    fresh = current_app.extensions["mono_load_viewer"](person.token)
    if fresh is None:
        audit.refused(401, g.get("loaded_from", {}))
        abort(401)
    return cast(Viewer, fresh)


def resuming() -> bool:
    """Whether this request only shows a form again that could not be accepted (log-in or token too old)."""
    return bool(g.get("resuming", False))


# --- tokens -----------------------------------------------------------------------------------------


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="mono-person")


def form_token() -> str:
    """The token every form carries: the CSRF token and, signed, the person it was made for."""
    if "form_token" not in g:
        person = viewer_or_none()
        if "csrf_token" not in session:
            generate_csrf()
        g.form_token = _signed_token(current_app.secret_key, session["csrf_token"], person.id if person else None)
    return cast(str, g.form_token)


@lru_cache(maxsize=512)
def _signed_token(_key: Any, _kept: str, person_id: int | None) -> str:
    """Signed once for a log-in: the token does not age, and the session keeps what it is made of."""
    return f"{generate_csrf()}~{_signer().dumps(person_id) if person_id else ''}"


def person_of(token: str) -> int | None:
    """The person a form was made for, or None where the signature does not hold."""
    try:
        return cast(int, _signer().loads(token.partition("~")[2]))
    except BadSignature:
        return None


def _sent_token() -> str:
    return request.headers.get("X-CSRFToken") or request.form.get("csrf_token", "")


def _token_holds() -> bool:
    try:
        validate_csrf(_sent_token().partition("~")[0])
    except ValidationError:
        return False
    return True


# --- the gate ---------------------------------------------------------------------------------------


def _let_through(needed: Requirement, view_args: dict[str, Any]) -> dict[str, object]:
    person = viewer_or_none()
    rest = dict(view_args)
    objects: dict[str, object] = {}
    for name, load in needed.loaders.items():
        found = load(person, rest.pop(f"{name}_id"))
        if found is None:
            audit.refused(404, view_args)
            abort(404)
        objects[name] = found
    if needed.rule not in (public, logged_in) and not needed.rule(person, **objects):
        audit.refused(403, view_args)
        abort(403)
    return {**rest, **objects}


def not_there() -> NoReturn:
    """For a view that finds out by itself that something is not for this person: 404, with the line in the log."""
    audit.refused(404, g.get("loaded_from", {}))
    abort(404)


def _note_without_login() -> None:
    """A line where something shows that there was a log-in: the form's signed person, or the cookie of one that ended.

    Strangers leave none: anybody may knock as often as they like, and each time would be a write.
    """
    person_id = person_of(_sent_token()) if request.method not in SAFE_METHODS else None
    if person_id is not None or "_user_id" in session:
        audit.refused_form(401, request.view_args or {}, person_id)


def _without_login() -> ResponseReturnValue:
    """Nobody is logged in: never carry out, never throw away."""
    if htmx.is_htmx() or request.method not in SAFE_METHODS:
        _note_without_login()
    if htmx.is_htmx():
        abort(401)
    if request.method in SAFE_METHODS:
        way = request.full_path.rstrip("?")
        return redirect(url_for("accounts.login", next=way if way != "/" else None), 303)
    held = current_app.extensions["mono_hold_form"]
    return cast(ResponseReturnValue, held())


def _show_again_only(needed: Requirement, person: Viewer | None) -> None:
    """The token is too old: the same person, or a page for everybody, gets the form back. Others get nothing of it."""
    same = person is not None and person_of(_sent_token()) == person.id
    if htmx.is_htmx() or not (same or needed.rule is public):
        if person is not None:
            audit.refused_form(422, request.view_args or {}, person.id)
        abort(422)
    g.resuming = True
    flash(_("The page had become too old to send. Check the text and send it again."))


def gate() -> ResponseReturnValue | None:
    """Before every view. Answers itself where the request may not go on."""
    if request.endpoint is None or request.endpoint == "static" or request.routing_exception is not None:
        return None
    needed = requirement_of(current_app.view_functions[request.endpoint])
    if needed is None:
        abort(404)
    person = viewer_or_none()
    if person is None:
        request.max_content_length = LARGEST_OF_STRANGERS
    if needed.rule is not public and person is None:
        return _without_login()
    if request.method not in SAFE_METHODS and not resuming() and not _token_holds():
        _show_again_only(needed, person)
    given = dict(request.view_args or {})
    g.loaded_from = given
    request.view_args = _let_through(needed, given)
    if request.method not in SAFE_METHODS:
        db.session.rollback()  # the lock is short: nothing is held open while the view parses
    return None


def init_app(app: Flask, load_viewer: Callable[[str], Viewer | None]) -> None:
    """Hang in the gate. `load_viewer` turns the log-in's token into the person and their roles of today."""
    manager = LoginManager(app)
    manager.user_loader(load_viewer)
    app.extensions["mono_load_viewer"] = load_viewer
    app.config.update(WTF_CSRF_TIME_LIMIT=None, WTF_CSRF_CHECK_DEFAULT=False)
    app.before_request(gate)


def end_session(keys: Iterable[str] = ()) -> None:
    """Empty the session cookie, keeping the named keys."""
    kept = {key: session[key] for key in keys if key in session}
    session.clear()
    session.update(kept)
    for name in ("csrf_token", "form_token", "language"):
        g.pop(name, None)


def start_session(person: Viewer) -> None:
    """Log a person in on this machine: a session cookie of their own, with a new CSRF token."""
    end_session(("lang",))
    login_user(person)
    session.permanent = True
    g.viewer = person


def show_again(address: str, fields: MultiDict[str, str], sentence: str) -> tuple[Response, bool]:
    """After a new log-in: the answer to a form that came back, filled and not carried out, with a sentence above it.

    Says also whether there was a form at all (False: its view had only a button). The log-in is committed first,
    since showing a form ends in a rollback; the inner request has a context and a transaction of its own.
    """
    generate_csrf()
    write_collected()
    db.session.commit()
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy
    environ = {key: value for key, value in request.environ.items() if key in _SAME_BROWSER}
    kept = dict(session)
    session.pop("_flashes", None)
    with (
        app.app_context(),
        app.test_request_context(
            address, method="POST", data=fields, base_url=request.url_root, environ_overrides=environ
        ),
    ):
        session.update(kept)
        g.resuming = True
        flash(sentence)
        response = cast(Response, app.full_dispatch_request())
        return response, not g.get("not_sent", False)
