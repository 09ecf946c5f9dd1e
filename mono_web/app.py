"""The application: configuration, extensions, features in order, and the check that every view has a rule."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from uuid import UUID, uuid4

from flask import Flask, Response, get_flashed_messages, request, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import BaseConverter, ValidationError

from mono_web.accounts import queries as accounts
from mono_web.companies import actions as companies
from mono_web.config import Settings, load
from mono_web.core import access, db, errors, fulltext, htmx, i18n, markdown, mentions, schema, serving, subjects
from mono_web.followups import queries as followups
from mono_web.home import firstrun, health
from mono_web.home import views as home
from mono_web.logbook import actions as logbook
from mono_web.needs import actions as needs
from mono_web.remarks import queries as remarks

FEATURES = (
    "accounts", "programmes", "companies", "research", "remarks", "followups", "needs", "logbook",
    "mentoring", "search", "home",
)  # fmt: skip
LARGEST_REQUEST = 8 * 1024 * 1024
SESSION_HOURS = 12
CSP = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)


class SubjectConverter(BaseConverter):
    """`entry-<uuid>` in an address: a record of any registered type."""

    regex = r"[a-z]+-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"

    def to_python(self, value: str) -> subjects.Key:
        subject_type, _, record_id = value.partition("-")
        if not subjects.knows(subject_type):
            raise ValidationError
        return subject_type, UUID(record_id)

    def to_url(self, value: subjects.Key) -> str:
        return f"{value[0]}-{value[1]}"


def create_app(settings: Settings | None = None) -> Flask:
    """MoNo over one instance folder. Raises RuntimeError while a view has no access rule."""
    settings = settings or load()
    app = serving.Application(
        "mono_web",
        instance_path=str(settings.instance),
        template_folder=str(settings.templates),
        static_folder=str(settings.static),
        static_url_path="/static",
    )
    _configure(app, settings)
    db.init_app(app, settings.database)
    i18n.init_app(app)
    serving.init_app(app)
    htmx.init_app(app)
    errors.init_app(app)
    firstrun.init_app(app)
    access.init_app(app, accounts.viewer_for)
    _register_features(app)
    _add_template_names(app)
    app.after_request(_secure)
    if unguarded := access.unguarded_views(app):
        raise RuntimeError(f"views without an access rule: {', '.join(unguarded)}")
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]  # WSGI's way
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key(),
        TESTING=settings.testing,
        # A link that is made is as good as the name it leads to, which the browser says.
        TRUSTED_HOSTS=list(settings.public_names) or None,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="mono_demo" if settings.demonstration else "mono",
        PERMANENT_SESSION_LIFETIME=SESSION_HOURS * 3600,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
        SETTINGS=settings,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.url_map.converters["subject"] = SubjectConverter


def _register_features(app: Flask) -> None:
    for name in FEATURES:
        app.register_blueprint(import_module(f"mono_web.{name}.views").bp)
    app.register_blueprint(firstrun.bp)
    app.register_blueprint(health.bp)
    logbook.register(url_for)
    needs.register(url_for)
    for feature in (companies, needs, logbook):
        mentions.register(feature.holders(url_for))
    mentions.register(remarks.HOLDERS | followups.HOLDERS)


def _add_template_names(app: Flask) -> None:
    @lru_cache(maxsize=200)
    def asset(name: str) -> str:
        content = (Path(app.static_folder or "") / name).read_bytes()
        return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"

    app.jinja_env.filters["markdown"] = markdown.render
    app.jinja_env.globals.update(asset=asset, csrf_token=access.form_token, new_id=lambda: str(uuid4()))

    @app.context_processor
    def _always_there() -> dict[str, object]:
        viewer = access.viewer_or_none()
        settings: Settings = app.config["SETTINGS"]
        return {
            "viewer": viewer,
            "lang": i18n.language(),
            "demo": settings.demonstration,
            "messages": get_flashed_messages(),
            **(home.frame(viewer) if viewer else {}),
        }


def _secure(response: Response) -> Response:
    """Security headers; pages with data are never kept by a cache."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.endpoint != "static":
        headers["Cache-Control"] = "no-store"
    elif "v" not in request.args:
        headers["Cache-Control"] = "no-cache"
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def prepare(app: Flask) -> None:
    """Bring the instance's database to today's schema, and make sure of the full-text index."""
    schema.upgrade(app.config["SETTINGS"].database)
    with app.app_context():
        fulltext.ensure_search_index()
        db.db.session.commit()
