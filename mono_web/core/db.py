"""Storage: the typed base of all models, transactions, the one commit hook.

All SQL that only SQLite knows lives here (pragmas, BEGIN IMMEDIATE, backup) and in fulltext.py.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import Flask, Response, g, has_request_context, request
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BindParameter, DateTime, Dialect, Executable, MetaData, TypeDecorator, event, literal_column
from sqlalchemy.engine import Connection, CursorResult, Engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql.visitors import replacement_traverse

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Moment(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone; this gives it back."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """Base of every model. Constraint names are given, so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment}


db = SQLAlchemy(session_options={"autoflush": True, "expire_on_commit": False})

_IMMEDIATE = "mono_immediate"
Statement = TypeVar("Statement", bound=Executable)


class Fixed(tuple[Any, ...]):
    """Ids, or pairs of ids, for an `IN`: few, small, and seldom others. `run` writes them into the statement."""

    __slots__ = ()


def run(statement: Executable, values: dict[str, Any]) -> CursorResult[*tuple[Any, ...]]:
    """Execute with plain rows. What is `Fixed` among the values becomes part of the statement, once.

    SQLAlchemy writes out the list of an `IN` anew at every execution, which costs as much as the query.
    """
    return db.session.connection().execute(written_out(statement, values), values)


def written_out(statement: Statement, values: dict[str, Any]) -> Statement:
    """The statement with what is `Fixed` among the values in the place of the parameters of these names."""
    fixed = tuple((name, one) for name, one in values.items() if isinstance(one, Fixed))
    return cast(Statement, _written_out(statement, fixed))


@lru_cache(maxsize=1024)
def _written_out(statement: Executable, fixed: tuple[tuple[str, Fixed], ...]) -> Executable:
    lists = dict(fixed)

    def replace(element: Any, **_: Any) -> Any:
        if isinstance(element, BindParameter) and element.key in lists:
            return literal_column(_list(lists[element.key]))
        return None

    return cast(Executable, replacement_traverse(cast(Any, statement), {}, replace))


def _list(ids: Fixed) -> str:
    """`(1, 2)`, or `(VALUES (1, 3), (2, 4))` for pairs; numbers alone."""
    if ids and isinstance(ids[0], tuple):
        return f"(VALUES {', '.join(f'({int(one)}, {int(other)})' for one, other in ids)})"
    return f"({', '.join(str(int(one)) for one in ids)})"


def engine_options() -> dict[str, Any]:
    """What Flask-SQLAlchemy hands to create_engine."""
    # What an entry says stands in the parameters: an error that is logged must not repeat them.
    return {
        "connect_args": {"timeout": 15, "check_same_thread": False},
        "pool_size": 12,
        "max_overflow": 4,
        "hide_parameters": True,
    }


@event.listens_for(Engine, "connect")
def _on_connect(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # Transactions are begun by _on_begin alone; the driver's own guessing is switched off.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=15000",
        "cache_size=-6000",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _on_begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        immediate = db.session.info.pop(_IMMEDIATE, False) if _session_open() else False
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _session_open() -> bool:
    try:
        return db.session.registry.has()
    except RuntimeError:  # no application context: a tool works on an engine of its own
        return False


def begin_immediate() -> None:
    """End what was read so far and take the write lock before the first read of a write."""
    if db.session.new or db.session.dirty or db.session.deleted:
        raise RuntimeError("begin_immediate comes before the first change")
    db.session.rollback()
    db.session.info[_IMMEDIATE] = True
    db.session.connection()


Afterwards = Callable[[], None]


def after_answer(write: Afterwards) -> None:
    """Collect a write that must survive a rollback: an audit line, a conflict, a stored send."""
    g.setdefault("afterwards", []).append(write)


def write_collected() -> None:
    """Carry out what `after_answer` collected, in the transaction that is open."""
    for write in g.pop("afterwards", []):
        write()


def _finish(response: Response) -> Response:
    """The one commit. What must survive is written with it, or in a transaction of its own after a rollback."""
    if not has_request_context() or request.endpoint == "static":
        return response
    if request.method not in SAFE_METHODS and response.status_code < 400:
        write_collected()
        db.session.commit()
    elif g.get("afterwards"):
        db.session.rollback()
        begin_immediate()
        write_collected()
        db.session.commit()
    return response  # what is open still is rolled back with the end of the request


def init_app(app: Flask, database: Path) -> None:
    """Bind the session to the instance's file and hang in the commit hook."""
    app.config.update(
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{database}",
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(),
        SQLALCHEMY_TRACK_MODIFICATIONS=False,
    )
    db.init_app(app)
    app.after_request(_finish)


def foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch the checking of foreign keys, before a transaction is begun: a rebuilt table drops its children else."""
    driver = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def foreign_key_problems(connection: Connection) -> list[str]:
    """Rows that point at nothing, seen inside the transaction."""
    if connection.dialect.name != "sqlite":
        return []
    return [str(row) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")]


def close_to_others(database: Path) -> None:
    """Nobody but the account MoNo runs under reads the file; one that is not there is made so, empty.

    SQLite gives its files beside it the same mode.
    """
    os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))
    for path in (database, *(database.with_name(f"{database.name}{end}") for end in ("-wal", "-shm"))):
        with suppress(OSError):  # not there, or of another account: then that one decides
            path.chmod(0o600)


def backup(source: Path, target: Path) -> None:
    """A consistent copy of a database, taken while it may be in use."""
    target.parent.mkdir(parents=True, exist_ok=True)
    close_to_others(target)  # an empty file is as good as none
    with sqlite3.connect(source) as live:
        live.execute("VACUUM INTO ?", (str(target),))


def integrity(database: Path) -> list[str]:
    """Problems that SQLite itself finds; an empty list means a sound file."""
    with sqlite3.connect(database) as live:
        found = [row[0] for row in live.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"foreign key: {row}" for row in live.execute("PRAGMA foreign_key_check")]
    return found
