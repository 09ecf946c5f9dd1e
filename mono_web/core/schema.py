"""Bringing a database to today's schema: a backup first, foreign keys off while tables are rebuilt, checked after.

Alembic is imported only where there is something to bring up: it would cost every start a third of its time.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, create_engine, inspect, text
from sqlalchemy.engine import Connection

from mono_web.core import clock
from mono_web.core.db import backup, close_to_others, foreign_key_problems, foreign_keys

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger("mono")
MIGRATIONS = Path(__file__).parent.parent / "migrations"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration, in code: there is no ini file to lose."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def newest() -> str:
    """The schema this version wants: migrations are numbered, and their files begin with the number."""
    return max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def present(database: Path) -> str | None:
    """The schema a database file has; None for a new one."""
    engine = create_engine(f"sqlite:///{database}")
    try:
        return _present(engine)
    finally:
        engine.dispose()


def _present(engine: Engine) -> str | None:
    if not inspect(engine).has_table("alembic_version"):
        return None
    with engine.connect() as connection:
        version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version


def upgrade(database: Path) -> Path | None:
    """Bring the database file to the newest schema. Returns the backup that was taken first, if one was needed.

    Raises RuntimeError, and changes nothing for good, where the result would break a foreign key.
    """
    database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    close_to_others(database)
    for earlier in database.parent.glob(f"{database.stem}-*.bak"):
        close_to_others(earlier)
    engine = create_engine(f"sqlite:///{database}", hide_parameters=True)
    try:
        before = _present(engine)
        if before == newest():
            return None
        kept = None
        if before is not None:
            kept = database.with_name(f"{database.stem}-{before}-{clock.now():%Y%m%d%H%M%S}.bak")
            backup(database, kept)
            log.info("backup before migration: %s", kept)
        _migrate(engine)
        return kept
    finally:
        engine.dispose()


def _migrate(engine: Engine) -> None:
    from alembic import command

    with engine.connect() as connection:
        foreign_keys(connection, on=False)
        with connection.begin():
            command.upgrade(configuration(connection), "head")
            if broken := foreign_key_problems(connection):
                raise RuntimeError(f"the migration would break foreign keys: {broken[:5]}")
