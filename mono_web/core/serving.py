"""What every page costs, once instead of each time: addresses without values, the frame's fixed parts, the cookie."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from io import BytesIO
from typing import IO, Any

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask.templating import Environment
from itsdangerous import BadSignature
from markupsafe import Markup
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from mono_web.core import i18n

# A log-in lasts hours and is renewed by use: a cookie that is younger than this is not sent anew.
RENEWED_AFTER = timedelta(minutes=5)
# No form has as many. To take a field apart costs as much as a thousand letters, so they are counted before.
MOST_FIELDS = 5_000


class Templates(Environment):
    """Jinja with one plain dict of globals: its layered one is copied for every include, and slowly."""

    def make_globals(self, d: Any) -> Any:
        """The environment's own, as nobody gives a template others."""
        return super().make_globals(d) if d else self.globals


class FewFields(FormDataParser):
    """A form of endless fields is refused before it is taken apart; of one with files, werkzeug counts the parts."""

    def parse(
        self, stream: IO[bytes], mimetype: str, content_length: int | None, options: dict[str, str] | None = None
    ) -> Any:
        """As werkzeug does. Raises RequestEntityTooLarge."""
        if mimetype == "application/x-www-form-urlencoded":
            body = stream.read()
            if body.count(b"&") >= MOST_FIELDS:
                raise RequestEntityTooLarge
            stream = BytesIO(body)
        return super().parse(stream, mimetype, content_length, options)


class Asked(Request):
    """A request whose form has few fields."""

    form_data_parser_class = FewFields


class Application(Flask):
    """Flask, with addresses that hold no values made once."""

    jinja_environment = Templates
    request_class = Asked

    def __init__(self, *names: Any, **options: Any) -> None:
        super().__init__(*names, **options)
        self._addresses: dict[Any, str] = {}

    def url_for(self, endpoint: str, **values: Any) -> str:
        """As Flask does; within a request only, since a root of its own may stand before the address."""
        given = [one for one in values.items() if one[1] is not None]
        if (given and endpoint != "static") or endpoint.startswith(".") or not request:
            return super().url_for(endpoint, **values)
        key = (request.environ.get("SCRIPT_NAME"), endpoint, *given)
        if key not in self._addresses:
            self._addresses[key] = super().url_for(endpoint, **values)
        return self._addresses[key]


class Cookies(SecureCookieSessionInterface):
    """The session cookie is Secure exactly where the browser came by TLS, also behind a proxy that is trusted.

    It is sent when it changed, and every few minutes so that a log-in in use does not end.
    """

    def get_cookie_secure(self, app: Flask) -> bool:
        """As this request came."""
        return request.is_secure

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """Read the cookie and note when it was signed."""
        signer, value = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        if signer is None or not value:
            return super().open_session(app, request)
        longest = int(app.permanent_session_lifetime.total_seconds())
        try:
            data, signed_at = signer.loads(value, max_age=longest, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        opened = self.session_class(data)
        opened.signed_at = signed_at  # type: ignore[attr-defined]  # read in should_set_cookie
        return opened

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Changed, or permanent and some minutes old."""
        if session.modified or not session.permanent:
            return session.modified
        signed_at: datetime | None = getattr(session, "signed_at", None)
        return signed_at is None or datetime.now(UTC) - signed_at > RENEWED_AFTER


def init_app(app: Flask) -> None:
    """Hang in the cookie, and `kept` for templates: a part that depends on its values and the language alone."""
    app.session_interface = Cookies()

    @lru_cache(maxsize=512)
    def part(_lang: str, _root: str, template: str, values: tuple[tuple[str, Any], ...]) -> Markup:
        return Markup(app.jinja_env.get_template(template).render(values))  # noqa: S704 - escaped by the template

    def kept(template: str, **values: Any) -> Markup:
        return part(i18n.language(), request.script_root, template, tuple(values.items()))

    app.jinja_env.globals["kept"] = kept
