"""The world of the matrix: built once for a module, put back after each change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from mono_web.app import create_app
from mono_web.config import Settings
from mono_web.core.db import db
from tests.access.building import build
from tests.access.walking import Walk, quick


def application(folder: Path, empty_database: Path) -> Flask:
    """An application of its own over a copy of the empty schema."""
    settings = Settings(instance=folder, testing=True)
    with sqlite3.connect(empty_database) as source, sqlite3.connect(settings.database) as target:
        source.backup(target)
    app = create_app(settings)
    quick(app)
    return app


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Walk]:
    """The whole world of the matrix, with everybody logged in."""
    app = application(tmp_path_factory.mktemp("matrix"), empty_database)
    with app.app_context():
        built = build(Path(app.instance_path))
        db.session.commit()
    yield Walk(app, built)
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
