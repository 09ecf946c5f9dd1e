"""Serving: the one place where the server is chosen, and the switch between an instance and its demonstration."""

from __future__ import annotations

import gc
import logging
import select
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable
from contextvars import Context
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from flask import Flask
from werkzeug.wsgi import ClosingIterator

from mono_web.app import create_app, prepare
from mono_web.config import Settings
from mono_web.core.db import db

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

log = logging.getLogger("mono")
Result = TypeVar("Result")
THREADS = 8
# The application refuses from 8 MiB on, with a page of its own; this is where the server hangs up.
LARGEST_BODY = 32 * 1024 * 1024
# Connections that say nothing cost a file each, and are hung up on soon; browsers and proxies open new ones.
MOST_CONNECTIONS = 1000
SECONDS_IDLE = 30
FILES_BESIDE = 200
FORWARDED = ("HTTP_FORWARDED", *(f"HTTP_X_FORWARDED_{name}" for name in ("FOR", "HOST", "PROTO", "PORT", "BY")))
SECONDS_TO_END = 15
MARK = "demonstration"


# --- folders ------------------------------------------------------------------------------------------------


def demonstration_settings(settings: Settings, folder: Path) -> Settings:
    """The same, for a demonstration in `folder`: with a key of its own."""
    return replace(settings, instance=folder, demonstration=True, secret_key_file=None)


def holds_demonstration(folder: Path) -> bool:
    """Whether a whole demonstration lies there."""
    return (folder / MARK).is_file() and (folder / "mono.sqlite").is_file()


def make_demonstration(settings: Settings, fill: Callable[[str | None], Result]) -> Result:
    """Build a demonstration in its settings' folder, whole or not at all; returns what `fill` returns.

    Runs in a context of its own: without the request that asked for it, and with a clock of its own.
    """
    folder = settings.instance
    building = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    made = Context().run(_build, replace(settings, instance=building), fill)
    (building / MARK).write_text("Invented data. This folder may be deleted.\n", encoding="utf-8")
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
    building.rename(folder)
    return made


def _build(settings: Settings, fill: Callable[[str | None], Result]) -> Result:
    app = create_app(settings)
    prepare(app)
    with app.app_context():
        made = fill(settings.demo_password)
        db.session.commit()
    dispose(app)
    return made


def dispose(app: Flask) -> None:
    """Close the database's connections."""
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


# --- the switch ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class _Served:
    """An application, how many requests it is answering, and what is done when it has answered the last one."""

    app: Flask
    busy: int = 0
    afterwards: Callable[[], None] | None = None


class Switch:
    """Answers from the instance, or from the demonstration inside it while the instance itself is empty."""

    def __init__(self, settings: Settings) -> None:
        self._settings = demonstration_settings(settings, settings.instance / "demo")
        self._own = _Served(self._app(settings))
        self._served = self._own
        self._lock = threading.Lock()
        self._building = threading.Lock()
        if self.is_empty() and holds_demonstration(self._settings.instance):
            self._served = _Served(self._app(self._settings))

    def _app(self, settings: Settings) -> Flask:
        app = create_app(settings)
        prepare(app)
        app.extensions["mono_server"] = self
        return app

    def is_empty(self) -> bool:
        """Whether the instance itself has to be set up."""
        with self._own.app.app_context():
            empty: bool = self._own.app.extensions["mono_first_run"].is_empty()
            return empty

    @property
    def code(self) -> str:
        """The code that guards the set-up."""
        code: str = self._own.app.extensions["mono_first_run"].code
        return code

    @property
    def shows_demonstration(self) -> bool:
        """What is served now."""
        return self._served is not self._own

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """WSGI."""
        with self._lock:
            served = self._served
            served.busy += 1
        try:
            answer = served.app(environ, start_response)
        except BaseException:
            self._leave(served)
            raise
        return ClosingIterator(answer, lambda: self._leave(served))

    def _leave(self, served: _Served) -> None:
        with self._lock:
            served.busy -= 1
            last = served.busy == 0 and served.afterwards is not None
            afterwards = served.afterwards if last else None
            if last:
                served.afterwards = None
        if afterwards is not None:
            afterwards()

    # --- what the first-run page asks for -------------------------------------------------------------------

    def open_demonstration(self, fill: Callable[[str | None], Result]) -> Result | None:
        """Make the demonstration and answer from it; None where there is one."""
        with self._building:
            if self.shows_demonstration or holds_demonstration(self._settings.instance):
                return None
            shutil.rmtree(self._settings.instance, ignore_errors=True)
            made = make_demonstration(self._settings, fill)
            shown = _Served(self._app(self._settings))
            with self._lock:
                self._served = shown
            return made

    def may_close(self) -> bool:
        """There is always the instance to go back to."""
        return True

    def close_demonstration(self) -> None:
        """Answer from the instance again. The folder goes when the last answer from it has been given."""
        with self._lock:
            closing = self._served
            if closing is self._own:
                return
            self._served = self._own
            closing.afterwards = lambda: self._throw_away(closing)
            if closing.busy == 0:  # asked for by no request: nothing more will be answered
                closing.busy = 1
                idle = True
            else:
                idle = False
        if idle:
            self._leave(closing)
        tell_code(self)

    def _throw_away(self, closed: _Served) -> None:
        with self._building:
            dispose(closed.app)
            shutil.rmtree(self._settings.instance, ignore_errors=True)
            if self._settings.instance.exists():
                log.warning("could not remove all of %s: delete the folder by hand", self._settings.instance)


def tell_code(switch: Switch) -> None:
    """Print the code while it is of use."""
    if switch.is_empty() and not switch.shows_demonstration:
        click.echo("Nothing is set up here yet. The first page asks for this one-time code:\n")
        click.echo(f"    {switch.code}\n")


# --- the server ---------------------------------------------------------------------------------------------


def log_plainly() -> None:
    """One line to stderr for what an administrator should see."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)


def serve(application: Any, settings: Settings, ready: Callable[[str], None]) -> None:
    """Answer on the settings' host and port until SIGTERM or Ctrl+C; requests under way get their answer.

    `ready` is told the address. Raises OSError where the port is taken.
    """
    ending = threading.Event()
    channels = listen(application, settings)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ending.set())
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    ready(f"http://{host}:{port_of(channels)}")
    _calm_memory()
    run(channels, ending)


def _calm_memory() -> None:
    """What was loaded at the start stays: looking through it for garbage again and again would cost every page."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def listen(application: Any, settings: Settings) -> dict[int, Any]:
    """Choose the server and let it listen: waitress, one process. Pure Python, runs on Windows, one throttle for all.

    Returns its channels: the listeners, and from `run` on the connections.
    """
    import waitress

    channels: dict[int, Any] = {}
    waitress.create_server(
        application if settings.trusted_proxies else _without_forwarded(application),
        map=channels,
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        ident=None,
        max_request_body_size=LARGEST_BODY,
        connection_limit=_most_connections(),
        channel_timeout=SECONDS_IDLE,
        cleanup_interval=5,
        # What forwarded headers count is said once, in MONO_TRUSTED_PROXIES.
        clear_untrusted_proxy_headers=False,
    )
    return channels


def _most_connections() -> int:
    """As many as the machine gives files for, with room for the database's; fewer where there is no poll."""
    if not hasattr(select, "poll"):
        return 400  # select takes 512 on Windows
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + FILES_BESIDE
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(min(MOST_CONNECTIONS, soft - FILES_BESIDE), 50)


def _without_forwarded(application: Any) -> Any:
    """The application where no proxy is trusted: it never sees what one says, and the log tells, once, of the first."""
    told = threading.Event()

    def serve_plainly(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if "HTTP_X_FORWARDED_FOR" in environ and not told.is_set():
            told.set()
            log.warning(
                "requests come through a proxy that is not trusted: everybody has the proxy's address, and cookies are "
                "not marked Secure. Set MONO_TRUSTED_PROXIES to the number of proxies"
            )
        for name in FORWARDED:
            environ.pop(name, None)
        answered: Iterable[bytes] = application(environ, start_response)
        return answered

    return serve_plainly


def _listeners(channels: dict[int, Any]) -> list[Any]:
    return [one for one in channels.values() if getattr(one, "accepting", False)]


def port_of(channels: dict[int, Any]) -> int:
    """The port that is listened on: port 0 means any free one."""
    port: int = _listeners(channels)[0].effective_port
    return port


def run(channels: dict[int, Any], ending: threading.Event) -> None:
    """Answer until `ending`. The server's own loop would end at once; this one finishes what was begun."""
    from waitress import wasyncore

    while not ending.is_set():
        wasyncore.loop(timeout=0.5, use_poll=True, map=channels, count=1)
    listeners = _listeners(channels)
    for listener in listeners:
        listener.del_channel(channels)
        listener.socket.close()
    until = time.monotonic() + SECONDS_TO_END
    while time.monotonic() < until and any(_is_busy(one) for one in list(channels.values())):
        wasyncore.loop(timeout=0.1, use_poll=True, map=channels, count=1)
    listeners[0].task_dispatcher.shutdown()
    wasyncore.close_all(channels, ignore_all=True)


def _is_busy(channel: Any) -> bool:
    return bool(getattr(channel, "requests", None) or getattr(channel, "total_outbufs_len", 0))
