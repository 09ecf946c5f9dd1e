"""History of any subject: a revision at every save, private working copies, merges by field, conflicts kept."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from mono_web.core import revisions, stale
from mono_web.core.db import db
from tests.factories import World

THING = "thing"


@pytest.fixture
def thing(app: Flask, world: World) -> UUID:
    """A subject with two versions."""
    subject = uuid4()
    with app.app_context():
        revisions.keep(THING, subject, 1, {"title": "a", "text": "en"})
        revisions.keep(THING, subject, 1, {"title": "a", "text": "to"})
        db.session.commit()
    return subject


def test_every_save_is_a_revision(app: Flask, thing: UUID) -> None:
    with app.app_context():
        for text in ("ot", "ot", "to"):
            revisions.keep(THING, thing, 2, {"title": "a", "text": text})
        kept = revisions.of(THING, thing)
        assert [one.number for one in kept] == [5, 4, 3, 2, 1]
        assert [one.fields["text"] for one in kept] == ["to", "ot", "ot", "to", "en"]
        db.session.rollback()


def test_kept_fields_are_a_copy(app: Flask, thing: UUID) -> None:
    with app.app_context():
        fields = {"title": "a", "text": "tre"}
        revisions.keep(THING, thing, 1, fields)
        fields["text"] = "endret etterpå"
        last = revisions.at(THING, thing, 3)
        assert last is not None
        assert last.fields["text"] == "tre"
        db.session.rollback()


def test_a_number_stands_once(app: Flask, thing: UUID) -> None:
    with app.app_context():
        double = revisions.at(THING, thing, 2)
        assert double is not None
        db.session.add(
            revisions.Revision(subject_type=THING, subject_id=thing, number=2, author_id=1, at=double.at, fields={})
        )
        with pytest.raises(IntegrityError):
            db.session.flush()
        db.session.rollback()


def test_working_copy_is_one_per_person_and_goes_with_their_save(app: Flask, thing: UUID) -> None:
    with app.app_context():
        for text in ("halv", "halvveis"):
            revisions.put_working_copy(THING, thing, 1, 2, {"text": [text]}, "tab")
        revisions.put_working_copy(THING, thing, 2, 2, {"text": ["en annens"]})
        mine = revisions.working_copy(THING, thing, 1)
        assert mine is not None
        assert (mine.fields, mine.base_rev) == ({"text": ["halvveis"]}, 2)
        revisions.keep(THING, thing, 1, {"text": "hel"})
        assert revisions.working_copy(THING, thing, 1) is None
        theirs = revisions.working_copy(THING, thing, 2)
        assert theirs is not None
        assert theirs.fields == {"text": ["en annens"]}
        assert [copy.author_id for copy in revisions.working_copies(2, THING)] == [2]
        db.session.rollback()


def test_other_fields_are_merged_and_told(app: Flask, thing: UUID) -> None:
    with app.app_context():
        result = stale.merged(THING, thing, 2, 1, {"title": "a", "text": "to"}, {"title": "b", "text": "en"})
        assert result.fields == {"title": "b", "text": "to"}
        assert result.taken == ["text"]


def test_same_field_on_both_sides_is_a_conflict(app: Flask, thing: UUID) -> None:
    with app.app_context():
        with pytest.raises(stale.StaleError) as met:
            stale.merged(THING, thing, 2, 1, {"title": "a", "text": "to"}, {"title": "a", "text": "mitt"})
        assert met.value.fields == ["text"]
        assert (met.value.mine["text"], met.value.current["text"]) == ("mitt", "to")


@pytest.mark.parametrize("base", [0, -1, 99])
def test_unknown_base_takes_nothing_silently(app: Flask, thing: UUID, base: int) -> None:
    with app.app_context(), pytest.raises(stale.StaleError):
        stale.merged(THING, thing, 2, base, {"title": "a", "text": "to"}, {"title": "a", "text": "mitt"})


def test_conflicts_are_settled_and_kept(app: Flask, thing: UUID) -> None:
    with app.app_context():
        db.session.add(revisions.conflict_row(THING, thing, 1, 1, 2, {"text": "mitt"}))
        db.session.flush()
        assert [one.fields["text"] for one in revisions.open_conflicts(THING, thing, 1)] == ["mitt"]
        assert revisions.open_conflicts(THING, thing, 2) == []
        revisions.settle_conflicts(THING, thing, 1)
        assert revisions.open_conflicts(THING, thing, 1) == []
        assert db.session.query(revisions.Conflict).count() == 1
        db.session.rollback()


def test_forgotten_history_is_gone(app: Flask, thing: UUID) -> None:
    with app.app_context():
        revisions.put_working_copy(THING, thing, 1, 2, {})
        revisions.forget(THING, thing)
        assert revisions.of(THING, thing) == []
        assert revisions.working_copy(THING, thing, 1) is None
        db.session.rollback()
