"""Migrations: the traps of SQLite under Alembic, each reproduced; models and migrations say the same."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine
from sqlalchemy.exc import IntegrityError

import mono_web.app  # noqa: F401 - imports every model
from mono_web.app import create_app, prepare
from mono_web.config import Settings
from mono_web.core import fulltext, schema
from mono_web.core.db import Base, db, integrity
from tests import factories as make
from tests.conftest import Ground

# Rebuilds `person`, which nearly every table points at, and the table whose triggers feed the full text.
REBUILDS = '''"""Rebuild two tables."""
import sqlalchemy as sa
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{before}", None, None

def upgrade():
    with op.batch_alter_table("person", recreate="always") as batch:
        batch.add_column(sa.Column("nickname", sa.String(20)))
    with op.batch_alter_table("search_document", recreate="always") as batch:
        batch.alter_column("title", existing_type=sa.Text(), nullable=True)
'''
BREAKS = '''"""Leave children without their parent."""
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{before}", None, None

def upgrade():
    op.execute("DELETE FROM programme")
'''
FAILS = '''"""Fall over after the first step."""
from alembic import op

revision, down_revision, branch_labels, depends_on = "9999", "{before}", None, None

def upgrade():
    op.execute("DELETE FROM role")
    raise ValueError("half way")
'''


@pytest.fixture
def instance(tmp_path: Path, ground: Ground) -> Path:
    """An instance folder with the named people."""
    folder = tmp_path / "instance"
    folder.mkdir()
    shutil.copy(ground.peopled, folder / "mono.sqlite")
    return folder


@pytest.fixture
def migrations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the migrations, to which a test adds one."""
    copy = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(schema, "MIGRATIONS", copy)
    return copy


def add(migrations: Path, migration: str) -> None:
    text = migration.format(before=schema.newest())
    (migrations / "versions" / "9999_a_step.py").write_text(text, encoding="utf-8")


def rows(database: Path) -> dict[str, int]:
    """How many rows each table has."""
    with sqlite3.connect(database) as live:
        names = [row[0] for row in live.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        tables = [name for name in names if not name.startswith(("search_index", "sqlite_", "alembic_"))]
        return {name: live.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in tables}


def test_migrations_and_models_say_the_same(instance: Path) -> None:
    """A model that was changed without a migration is told here. Columns, types, indexes, foreign keys."""
    engine = create_engine(f"sqlite:///{instance / 'mono.sqlite'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _o, name, type_, *_: type_ != "table" or not fulltext.is_own_table(name or ""),
            },
        )
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()
    assert differences == []


def test_checks_of_models_stand_in_the_migrations(instance: Path) -> None:
    """Autogenerate does not look at CHECK constraints."""
    with sqlite3.connect(instance / "mono.sqlite") as live:
        made = dict(live.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            name = str(constraint.name or "")
            if name.startswith("ck_"):
                assert name in made[table.name], name
                assert str(constraint.sqltext) in made[table.name], name  # type: ignore[attr-defined]


def test_rebuilt_parent_keeps_its_children(instance: Path, migrations: Path) -> None:
    """Batch mode drops the parent; with foreign keys on, the children would go silently with it."""
    before = rows(instance / "mono.sqlite")
    assert before["role"] > 5
    add(migrations, REBUILDS)
    schema.upgrade(instance / "mono.sqlite")
    assert rows(instance / "mono.sqlite") == before
    assert integrity(instance / "mono.sqlite") == []
    with sqlite3.connect(instance / "mono.sqlite") as live:
        assert "nickname" in {row[1] for row in live.execute("PRAGMA table_info(person)")}


def test_rebuilt_table_gets_its_triggers_back(instance: Path, migrations: Path) -> None:
    add(migrations, REBUILDS)
    schema.upgrade(instance / "mono.sqlite")
    assert triggers(instance) == set()  # the trap: the index would stop following
    app = create_app(Settings(instance=instance, testing=True))
    prepare(app)
    assert triggers(instance) == {"search_document_added", "search_document_gone", "search_document_changed"}
    with app.app_context():
        fulltext.put("thing", uuid4(), make.day(0), "Gjenfunnet", ["etter ombyggingen"])
        db.session.commit()
        expression = fulltext.match_expression("gjenfunnet")
        assert expression
        assert len(db.session.execute(fulltext.hits(expression, "thing")).all()) == 1
        # What was indexed before the table was rebuilt is found still.
        known = fulltext.match_expression("Ranfjord")
        assert known
        assert len(db.session.execute(fulltext.hits(known, "company")).all()) == 1
        db.session.remove()
        db.engine.dispose()


def triggers(instance: Path) -> set[str]:
    with sqlite3.connect(instance / "mono.sqlite") as live:
        return {row[0] for row in live.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}


def test_backup_comes_first(instance: Path, migrations: Path) -> None:
    before = rows(instance / "mono.sqlite")
    add(migrations, REBUILDS)
    kept = schema.upgrade(instance / "mono.sqlite")
    assert kept is not None
    assert kept.parent == instance
    assert rows(kept) == before
    assert schema.present(kept) != "9999"
    assert schema.present(instance / "mono.sqlite") == "9999"
    assert schema.upgrade(instance / "mono.sqlite") is None
    assert len(list(instance.glob("*.bak"))) == 1


def test_new_database_needs_no_backup(tmp_path: Path) -> None:
    assert schema.upgrade(tmp_path / "new" / "mono.sqlite") is None
    assert schema.present(tmp_path / "new" / "mono.sqlite") == schema.newest()
    assert list((tmp_path / "new").glob("*.bak")) == []


def test_migration_that_breaks_foreign_keys_is_refused(instance: Path, migrations: Path) -> None:
    before = rows(instance / "mono.sqlite")
    was = schema.present(instance / "mono.sqlite")
    add(migrations, BREAKS)
    with pytest.raises(RuntimeError, match="foreign keys"):
        schema.upgrade(instance / "mono.sqlite")
    assert rows(instance / "mono.sqlite") == before
    assert schema.present(instance / "mono.sqlite") == was


def test_migration_that_fails_leaves_all_as_it_was(instance: Path, migrations: Path) -> None:
    before = rows(instance / "mono.sqlite")
    add(migrations, FAILS)
    with pytest.raises(ValueError, match="half way"):
        schema.upgrade(instance / "mono.sqlite")
    assert rows(instance / "mono.sqlite") == before
    assert schema.present(instance / "mono.sqlite") != "9999"


def test_trap_of_batch_mode_is_real(instance: Path, migrations: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the switch, the same migration costs the children or falls over: the test above tests something."""
    before = rows(instance / "mono.sqlite")
    monkeypatch.setattr(schema, "foreign_keys", lambda _connection, on: None)
    add(migrations, REBUILDS)
    with suppress(IntegrityError, RuntimeError):
        schema.upgrade(instance / "mono.sqlite")
        assert rows(instance / "mono.sqlite") != before
        return
    assert schema.present(instance / "mono.sqlite") != "9999"
