"""Fixtures: an empty schema copied in before each test, the application over it, and named people."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from mono_web.app import create_app, prepare
from mono_web.config import Settings
from mono_web.core.db import db
from tests.client import Client
from tests.factories import World, build_world


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with today's schema and nothing in it, made once by the migrations themselves."""
    instance = tmp_path_factory.mktemp("schema")
    app = create_app(Settings(instance=instance, testing=True))
    prepare(app)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return instance / "mono.sqlite"


@pytest.fixture
def app(tmp_path: Path, empty_database: Path) -> Iterator[Flask]:
    """The application over a fresh copy of the empty schema: a real file in WAL mode."""
    settings = Settings(instance=tmp_path, testing=True)
    with sqlite3.connect(empty_database) as source, sqlite3.connect(settings.database) as target:
        source.backup(target)
    app = create_app(settings)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def world(app: Flask) -> World:
    """The named people, two programmes, four clusters and a few undertakings."""
    with app.app_context():
        world = build_world()
        db.session.commit()
    return world


@pytest.fixture
def client(app: Flask, world: World) -> Client:
    """A browser without a log-in, whose every HTML answer is checked."""
    return Client(app)
