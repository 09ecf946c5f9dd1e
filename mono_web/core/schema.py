"""Bringing a database to today's schema: a backup first, foreign keys off while tables are rebuilt, checked after."""

from __future__ import annotations

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection

from mono_web.core import clock
from mono_web.core.db import backup, foreign_key_problems, foreign_keys

log = logging.getLogger("mono")
MIGRATIONS = Path(__file__).parent.parent / "migrations"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, in code: there is no ini file to lose."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Path) -> Path | None:
    """Bring the database file to the newest schema. Returns the backup that was taken first, if one was needed.

    Raises RuntimeError, and changes nothing for good, where the result would break a foreign key.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(f"sqlite:///{database}")
    try:
        with engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
        newest = ScriptDirectory.from_config(configuration()).get_current_head()
        if present == newest:
            return None
        kept = None
        if present is not None:
            kept = database.with_name(f"{database.stem}-{present}-{clock.now():%Y%m%d%H%M%S}.bak")
            backup(database, kept)
            log.info("backup before migration: %s", kept)
        with engine.connect() as connection:
            foreign_keys(connection, on=False)
            with connection.begin():
                command.upgrade(configuration(connection), "head")
                if broken := foreign_key_problems(connection):
                    raise RuntimeError(f"the migration would break foreign keys: {broken[:5]}")
        return kept
    finally:
        engine.dispose()
