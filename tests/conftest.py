"""Fixtures: one application a process, a database copied in before each test, and named people."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from flask import Flask

from mono_web.app import create_app, prepare
from mono_web.config import Settings
from mono_web.core import audit
from mono_web.core.db import db
from tests.client import Client
from tests.factories import World, build_world

MEMORY = Path("/dev/shm")
# No test asks a register of the world, nor does a server that a test starts; see loopback.py.
os.environ["MONO_OFFLINE_LOOKUPS"] = "1"


@dataclass(frozen=True)
class Ground:
    """What is made once a process: the application, the empty schema, and the named people's world."""

    app: Flask
    empty: Path
    peopled: Path
    world: World

    def restore(self, source: Path) -> None:
        """Put a prepared database in the place of the application's own: a real file in WAL mode."""
        with self.app.app_context():
            db.session.remove()
        prepared, live = sqlite3.connect(source), sqlite3.connect(self.app.config["SETTINGS"].database)
        with closing(prepared), closing(live):
            live.execute("PRAGMA synchronous=OFF")
            prepared.backup(live)


def _copy(source: Path, target: Path) -> Path:
    with sqlite3.connect(source) as one, sqlite3.connect(target) as other:
        one.backup(other)
    return target


@pytest.fixture(scope="session")
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory where the system has one: thousands of commits, none of which must survive a power cut."""
    if not MEMORY.is_dir():
        yield tmp_path_factory.mktemp("memory")
        return
    with TemporaryDirectory(dir=MEMORY, prefix="mono-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def ground(memory: Path) -> Ground:
    """Today's schema, made once by the migrations themselves, empty and with people in it."""
    settings = Settings(instance=memory / "instance", testing=True)
    app = create_app(settings)
    app.config["BABEL_DEFAULT_LOCALE"] = "en"  # outside a request too, sentences are the ones of the source
    prepare(app)
    empty = _copy(settings.database, memory / "empty.sqlite")
    with app.app_context():
        world = build_world()
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return Ground(app, empty, _copy(settings.database, memory / "peopled.sqlite"), world)


@pytest.fixture(scope="session")
def empty_database(ground: Ground) -> Path:
    """A file with today's schema and nothing in it."""
    return ground.empty


@pytest.fixture
def app(ground: Ground, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """The application over a database that is empty but for the `world`, where the test asks for it."""
    ground.restore(ground.peopled if "world" in request.fixturenames else ground.empty)
    audit.forget_counted()
    yield ground.app
    with ground.app.app_context():
        db.session.remove()


@pytest.fixture
def world(app: Flask, ground: Ground) -> World:
    """The named people, two programmes, two clusters and two undertakings."""
    return ground.world


@pytest.fixture
def client(app: Flask, world: World) -> Client:
    """A browser without a log-in, whose every HTML answer is checked."""
    return Client(app)
