"""Instances to measure: seeded with bulk data, and what the jobs need to know of them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import event, text

from mono_web.app import create_app, prepare
from mono_web.config import Settings
from mono_web.core.db import db
from mono_web.demo import bulk
from tests.client import Client

BROKER, MENTOR, LEAD = (f"{name}@bulk.example" for name in ("broker1", "mentor", "lead"))
PASSWORD_FILE = "password"
# A rare word stands in at least so many texts, and is long enough to be the beginning of no other.
LEAST_RARE, SHORTEST_RARE = 3, 9


@dataclass(frozen=True)
class Instance:
    """A seeded instance. `common` and `rare` are words of its entries; `remarked` is an entry with remarks."""

    folder: Path
    entries: int
    password: str
    cluster: str
    common: str
    rare: str
    remarked: UUID
    company: tuple[UUID, str]
    brokers: tuple[str, ...]


@dataclass(frozen=True)
class ListCost:
    """What one list page costs: bytes of HTML and statements that read."""

    size: int
    queries: int


def seeded(entries: int, work: Path, keep: Path | None) -> Instance:
    """An instance in `work` with so many entries; `keep` is a folder of instances that were seeded before."""
    folder = work / str(entries)
    kept = keep / str(entries) if keep else None
    if kept is None or not (kept / PASSWORD_FILE).exists():
        with _opened(folder) as app:
            prepare(app)
            with app.app_context():
                made = bulk.seed(entries)
        (folder / PASSWORD_FILE).write_text(made.password, encoding="utf-8")
        if kept is not None:
            shutil.copytree(folder, kept)
    else:
        shutil.copytree(kept, folder)
    with _opened(folder) as app, app.app_context():
        return _described(folder, entries)


@contextmanager
def _opened(folder: Path) -> Iterator[Flask]:
    app = create_app(Settings(instance=folder))
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def _described(folder: Path, entries: int) -> Instance:
    def first(statement: str, **values: Any) -> Any:
        return db.session.execute(text(statement), values).first()

    broker = first("SELECT id FROM person WHERE email = :email", email=BROKER)[0]
    cluster = first(
        "SELECT c.code FROM role r JOIN cluster c ON c.id = r.cluster_id WHERE r.person_id = :me", me=broker
    )
    remarked = first(
        "SELECT e.id FROM entry e JOIN remark r ON r.subject_id = e.id AND r.subject_type = 'entry'"
        " WHERE e.author_id = :me AND NOT e.confidential ORDER BY e.date DESC", me=broker,
    )  # fmt: skip
    company = first("SELECT id, name FROM company ORDER BY name")
    brokers = db.session.scalars(text("SELECT email FROM person WHERE email LIKE 'broker%' ORDER BY id")).all()
    db.session.execute(text("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab('main', 'search_index', 'col')"))
    common = first("SELECT term FROM temp.vocabulary WHERE col = 'body' ORDER BY doc DESC")
    rare = first(
        "SELECT term FROM temp.vocabulary WHERE col = 'body' AND doc >= :least AND length(term) >= :short"
        " AND term NOT GLOB '*[0-9]*' ORDER BY doc, term", least=LEAST_RARE, short=SHORTEST_RARE,
    )  # fmt: skip
    password = (folder / PASSWORD_FILE).read_text(encoding="utf-8")
    return Instance(
        folder, entries, password, cluster[0], common[0], rare[0], UUID(remarked[0]), (UUID(company[0]), company[1]),
        tuple(brokers),
    )  # fmt: skip


def list_costs(instance: Instance, address: str) -> dict[str, ListCost]:
    """Size and statements of the list page, by viewer: counted here, since a server tells nobody."""
    found: dict[str, ListCost] = {}
    with _opened(instance.folder) as app:
        seen: list[str] = []
        with app.app_context():
            engine = db.engine

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        for email in (BROKER, MENTOR, LEAD):
            client = Client(app, email)
            client.get(address)
            seen.clear()
            page = client.get(address)
            found[email] = ListCost(len(page.get_data()), len(seen))
        event.remove(engine, "before_cursor_execute", note)
    return found
