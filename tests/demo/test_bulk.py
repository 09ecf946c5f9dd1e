"""Bulk data: as much as was asked for, the same for the same seed, and of the shape the application makes."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from mono_web.app import create_app, prepare
from mono_web.companies import actions as companies
from mono_web.companies.models import Company
from mono_web.config import Settings
from mono_web.core import fulltext, revisions
from mono_web.core.db import Base, db
from mono_web.demo import bulk
from mono_web.logbook import actions as logbook
from mono_web.logbook.models import SUBJECT, WITH_REVIEWER, Entry
from tests.client import Client

ENTRIES = 1200


def content_hash(folder: Path, seed: int) -> str:
    """Everything that was seeded, but for the moment the accounts were made and their passwords."""
    app = create_app(Settings(instance=folder, testing=True))
    prepare(app)
    digest = hashlib.sha256()
    with app.app_context():
        bulk.seed(120, seed)
        for table in Base.metadata.sorted_tables:
            if table.name in ("person", "audit_line", "operation"):
                continue
            for row in db.session.execute(select(table).order_by(*table.primary_key.columns)):
                digest.update(repr(tuple(row)).encode())
        db.session.remove()
        db.engine.dispose()
    return digest.hexdigest()


@pytest.fixture
def seeded(app: Flask) -> bulk.Seeded:
    """An instance with bulk data."""
    with app.app_context():
        return bulk.seed(ENTRIES, 1)


def test_same_seed_gives_the_same_data(tmp_path: Path) -> None:
    first = content_hash(tmp_path / "one", 7)
    assert content_hash(tmp_path / "two", 7) == first
    assert content_hash(tmp_path / "three", 8) != first


def test_amounts(app: Flask, seeded: bulk.Seeded) -> None:
    assert (seeded.entries, seeded.companies) == (ENTRIES, ENTRIES // 20)
    assert 0.003 < seeded.waiting / ENTRIES < 0.03
    with app.app_context():
        states = Counter(db.session.scalars(select(Entry.state)))
        assert sum(states.values()) == ENTRIES
        assert sum(states[state] for state in WITH_REVIEWER) == seeded.waiting
        documents = db.session.scalars(select(fulltext.Document)).all()
        assert len(documents) == ENTRIES + seeded.companies
        entries = {entry.id: entry for entry in db.session.scalars(select(Entry))}
        for document in documents:
            if document.subject_type == SUBJECT:
                assert document.id >> fulltext.BITS_PER_DAY == entries[document.subject_id].date.toordinal()


def test_index_answers_and_is_whole(app: Flask, seeded: bulk.Seeded) -> None:
    with app.app_context():
        entry = db.session.scalars(select(Entry).limit(1)).one()
        found = fulltext.match_expression(entry.title)
        assert found
        hits = db.session.execute(fulltext.hits(found, SUBJECT)).all()
        assert entry.id in {row.subject_id for row in hits}
        db.session.execute(text("INSERT INTO search_index(search_index) VALUES ('integrity-check')"))


def test_entries_are_as_the_actions_make_them(app: Flask, seeded: bulk.Seeded) -> None:
    with app.app_context():
        for entry in db.session.scalars(select(Entry).order_by(Entry.id).limit(40)):
            kept = revisions.at(SUBJECT, entry.id, entry.revision)
            assert kept is not None
            assert kept.fields == logbook.as_fields(logbook.content_of(entry))
            if entry.state != "draft":
                logbook.complete(logbook.content_of(entry))


def test_undertakings_are_as_the_actions_make_them(app: Flask, seeded: bulk.Seeded) -> None:
    with app.app_context():
        for company in db.session.scalars(select(Company).limit(20)):
            kept = revisions.at(companies.SUBJECT, company.id, company.revision)
            assert kept is not None
            assert kept.fields == companies.as_fields(company)


def test_pages_can_be_read(app: Flask, seeded: bulk.Seeded) -> None:
    for email in ("broker1@bulk.example", "mentor@bulk.example"):
        assert Client(app, email).get("/logbook/").status_code == 200
