"""Forms that were sent after the log-in had expired: kept on the log-in page, given back to the same person.

The fields ride along as hidden inputs (`held.<name>`), with the form's address and its token, which names the
person it was made for. Nobody else gets any of it, and nothing of it is carried out.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Response, abort, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from mono_web.accounts.forms import LoginForm, local_path
from mono_web.accounts.views.blueprint import bp
from mono_web.core import access, htmx
from mono_web.core.access import Viewer
from mono_web.core.i18n import gettext as _

PREFIX = "held."
# What nobody has typed.
_MACHINERY = ("csrf_token", "op_id", "seen_warnings")
# No form here has as many. Each costs the page that shows it again, and anybody may ask for that page.
_MOST_FIELDS = 1000


class Held(NamedTuple):
    """A form that waits for its person: address, token and the fields in their order."""

    url: str
    token: str
    fields: list[tuple[str, str]]


def sent_with_login() -> Held | None:
    """What the log-in page carried along."""
    url = request.form.get("held_url", "")
    if not url or local_path(url) != url or sum(map(len, request.form.listvalues())) > _MOST_FIELDS * 2:
        return None
    fields = [
        (name.removeprefix(PREFIX), value) for name, value in request.form.items(multi=True) if name.startswith(PREFIX)
    ]
    return Held(url, request.form.get("held_token", ""), fields)


def hold_form() -> Response:
    """Instead of a view: the log-in page with the fields of this form, but for files and passwords."""
    if sum(map(len, request.form.listvalues())) > _MOST_FIELDS:
        abort(413)
    fields = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name != "csrf_token" and "password" not in name
    ]
    held = Held(request.full_path.rstrip("?"), request.form.get("csrf_token", ""), fields)
    return login_page(LoginForm(formdata=None), held, 401)


def login_page(form: LoginForm, held: Held | None, status: int) -> Response:
    """The log-in page. With a held form it has no links: a click on one would cost the text."""
    context: dict[str, Any] = {"languages": []} if held else {}
    return htmx.render("accounts/login.html", form=form, held=held, prefix=PREFIX, status=status, **context)


def give_back(held: Held, person: Viewer) -> ResponseReturnValue:
    """After a log-in: the form as it was, for the person it was made for; the start page for anybody else."""
    if access.person_of(held.token) != person.id or not _takes_forms(held.url):
        return redirect("/", 303)
    sentence = _("You are logged in again. Check the text and send it.")
    response, has_form = access.show_again(held.url, MultiDict(held.fields), sentence)
    shown = response.status_code in (200, 422) and response.mimetype == "text/html"
    texts = _texts(held)
    if shown and (has_form or not texts):
        return make_response(response.get_data(), 200)
    if texts:
        return make_response(render_template("accounts/held_show.html", texts=texts))
    return redirect("/", 303)


def _takes_forms(url: str) -> bool:
    path = url.partition("?")[0]
    return current_app.url_map.bind("localhost").test(path, method="POST")


def _texts(held: Held) -> list[str]:
    """The values that look written rather than chosen: what is handed out where its form is no longer there."""
    return [
        value for name, value in held.fields if name not in _MACHINERY and (len(value) > 40 or len(value.split()) > 1)
    ]


@bp.record_once
def _hang_in(state: object) -> None:
    """The gate of core asks for this when a form comes without a log-in."""
    state.app.extensions["mono_hold_form"] = hold_form  # type: ignore[attr-defined]  # Flask's set-up state is untyped
