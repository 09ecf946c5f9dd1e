"""All that MoNo knows about htmx: when an answer is a partial, redirects, events, announcements."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask, Response, flash, g, make_response, redirect, render_template, request


def is_htmx() -> bool:
    """Whether htmx sent the request: it never follows a redirect to the log-in page by itself."""
    return request.headers.get("HX-Request") == "true"


def is_partial() -> bool:
    """Exactly when HX-Request-Type says so: boosted requests say "full", history restore sends no header."""
    return request.headers.get("HX-Request-Type") == "partial"


def render(page: str, partial: str | None = None, status: int = 200, **context: Any) -> Response:
    """The partial for htmx, else the page that includes the same file with the same context."""
    template = partial if partial and is_partial() else page
    response = make_response(render_template(template, **context), status)
    if partial:
        response.vary.add("HX-Request-Type")
    return response


def redirect_to(address: str) -> Response:
    """After a POST: 303, or for htmx the new page by address, since fetch would follow a 303 into the partial."""
    if is_partial():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = address
        return response
    answer = redirect(address, 303)
    return answer if isinstance(answer, Response) else make_response(answer)


def announce(sentence: str) -> None:
    """Say one short sentence: in the live region of a partial, or on the page that follows."""
    g.setdefault("announcements", []).append(str(sentence))


def event(name: str, **detail: Any) -> None:
    """Tell other parts of the page: `<feature>:<thing>-changed`."""
    g.setdefault("htmx_events", {})[name] = detail


def _finish(response: Response) -> Response:
    spoken = g.pop("announcements", [])
    if events := g.pop("htmx_events", None):
        response.headers["HX-Trigger"] = json.dumps(events)
    if not spoken:
        return response
    if is_partial() and "HX-Redirect" not in response.headers and response.mimetype == "text/html":
        response.status_code = 200 if response.status_code == 204 else response.status_code
        said = render_template("core/_announcement.html", sentence=" ".join(spoken))
        response.set_data(response.get_data(as_text=True) + said)
    elif response.status_code in (204, 301, 302, 303):
        for sentence in spoken:
            flash(sentence)
    return response


def init_app(app: Flask) -> None:
    """Hang in the announcements."""
    app.after_request(_finish)
