"""The application behind a real server in a thread, which a test can stop and start again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from waitress import wasyncore
from waitress.server import create_server

from mono_web.accounts import actions as accounts
from mono_web.accounts.models import LoginSession
from mono_web.app import create_app
from mono_web.config import Settings
from mono_web.core.db import db
from mono_web.server import Switch
from tests import factories as make

PASSWORD = "Et langt passord til testene"


class Site:
    """One application on 127.0.0.1, at a port of its own that stays the same over a restart."""

    def __init__(self, served: Flask | Switch) -> None:
        self._served = served
        self.port = 0
        self._thread: threading.Thread | None = None
        self.start()

    @property
    def app(self) -> Flask:
        """The application, for looking behind the pages."""
        assert isinstance(self._served, Flask)
        return self._served

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Answer from now on."""
        self._server = create_server(self._served, host="127.0.0.1", port=self.port, threads=4)
        self.port = self._server.effective_port
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(self._server, self._ending), daemon=True)
        self._thread.start()

    @staticmethod
    def _serve(server: Any, ending: threading.Event) -> None:
        # The channels live in the server's own map: one turn of the loop at a time, so that it can be ended.
        while not ending.is_set():
            wasyncore.loop(timeout=0.1, map=server._map, count=1)
        server.task_dispatcher.shutdown()
        wasyncore.close_all(server._map)

    def stop(self) -> None:
        """Refuse every connection, as a machine that is switched off does."""
        self._ending.set()
        if self._thread:
            self._thread.join(20)
            self._thread = None

    def cookie(self, email: str) -> dict[str, Any]:
        """The cookie of somebody who has just logged in, without the password's hashing."""
        with self.app.test_request_context():
            token = accounts.begin_session(make.person(email))
            db.session.commit()
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        value = cast(Any, signer).dumps({"_user_id": token, "_fresh": True, "_permanent": True})
        return {"name": self.app.config["SESSION_COOKIE_NAME"], "value": value, "url": self.address}

    @contextmanager
    def data(self) -> Iterator[None]:
        """The database as the server sees it: changes are kept when the block ends."""
        with self.app.app_context():
            yield
            db.session.commit()
            db.session.remove()

    def give_password(self, *emails: str) -> None:
        """Accounts that can log in through the page."""
        hashed = accounts.hash_password(PASSWORD)
        with self.data():
            for email in emails:
                make.person(email).password_hash = hashed

    def end_logins(self) -> None:
        """Every log-in has run out."""
        with self.data():
            db.session.query(LoginSession).delete()


def own_app(folder: Path, database: Path) -> Flask:
    """An application over a copy of a prepared database, apart from the one that the other tests share."""
    settings = Settings(instance=folder / "instance", testing=True)
    settings.instance.mkdir(parents=True)
    settings.database.write_bytes(database.read_bytes())
    app = create_app(settings)
    app.config["PROPAGATE_CRASHES"] = False
    return app
