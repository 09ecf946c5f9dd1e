"""What can go wrong, and how it is said: domain errors for actions, and the pages for refused requests."""

from __future__ import annotations

import logging
import secrets

from flask import Flask, Response, current_app, g, make_response, render_template, request, session, url_for
from werkzeug.exceptions import HTTPException, SecurityError

from mono_web.core import access, clock
from mono_web.core.i18n import gettext as _

log = logging.getLogger("mono")


class DomainError(Exception):
    """A rule of the domain forbids this. `sentence` is for the person; `field` says where it belongs."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field


def _words(code: int) -> tuple[str, str]:
    known = {
        400: (_("The request could not be read"), _("Nothing was changed. Go back and try again.")),
        401: (_("You are logged out"), _("Log in to go on. What you have written is not lost.")),
        403: (_("You may read this, but not change it"), _("Nothing was changed.")),
        404: (_("We cannot find the page"), _("It is moved, deleted, or not shared with you.")),
        405: (_("This address does not take that"), _("Nothing was changed. Go back and try again.")),
        413: (
            _("What you sent is too large"),
            _(
                "Nothing was changed. Go back: what you wrote is still in the form. The limit is %(size)d MB.",
                size=(request.max_content_length or 0) >> 20,
            ),
        ),
        422: (
            _("The page had become too old to send"),
            _("Nothing was changed. Go back, reload the page and send again: what you wrote is still in the form."),
        ),
        429: (_("Too many attempts"), _("Wait a few minutes and try again.")),
    }
    return known.get(
        code,
        (
            _("Something went wrong here"),
            _("It is written down with the code below. What was saved is safe."),
        ),
    )


def _page(code: int, reference: str = "") -> Response:
    title, text = _words(code)
    response = make_response(
        render_template(
            "core/error.html",
            code=code,
            title=title,
            text=text,
            way=(url_for("home.today"), _("To the start page")),
            reference=reference,
            clock=clock.now(),
        ),
        code,
    )
    if reference:
        response.headers["X-Reference"] = reference
    return response


def _on_http(error: HTTPException) -> Response:
    # For a host that is not ours there are no addresses, and so no page that leads on.
    if error.code is None or error.code < 400 or isinstance(error, SecurityError):
        return make_response(error.get_response())
    return _page(error.code)


def _on_overflow(_error: OverflowError) -> Response:
    """A number in the address that is larger than any the database holds: there is nothing there."""
    return _page(404)


def _on_crash(error: Exception) -> Response:
    reference = secrets.token_hex(2).upper()
    # The rule and not the address: that of a password link is a secret.
    rule = request.url_rule.rule if request.url_rule else "an unknown address"
    log.error("error %s on %s %s", reference, request.method, rule, exc_info=error)
    if current_app.testing and current_app.config.get("PROPAGATE_CRASHES", True):
        raise error
    return _page(500, reference)


def _way_back() -> str:
    """The nearest page at or above this address; the start page where there is none."""
    adapter = current_app.url_map.bind("localhost")
    steps = request.path.rstrip("/").split("/")
    for count in range(len(steps), 1, -1):
        path = "/".join(steps[:count])
        if "/parts/" not in f"{path}/" and adapter.test(path, method="GET"):
            return path
    return url_for("home.today")


def _on_not_sent(_error: access.NotSentError) -> Response:
    """A form without fields to show again: say that nothing was sent, and where to press once more."""
    g.pop("afterwards", None)
    g.not_sent = True
    session.pop("_flashes", None)
    title = _("Nothing was sent")
    text = _("You had been logged out, or the page was old. Go back and press once more.")
    return make_response(
        render_template(
            "core/error.html",
            code=422,
            title=title,
            text=text,
            way=(_way_back(), _("Back")),
            reference="",
            clock=clock.now(),
        ),
        422,
    )


def init_app(app: Flask) -> None:
    """Hang in the error pages."""
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(access.NotSentError, _on_not_sent)
    app.register_error_handler(OverflowError, _on_overflow)
    app.register_error_handler(Exception, _on_crash)
