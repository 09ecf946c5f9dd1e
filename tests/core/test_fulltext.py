"""The full-text index: it follows its table, it takes any text, and no typed syntax breaks it."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from mono_web.core import fulltext
from mono_web.core.db import db
from tests import factories as make


def find(typed: str) -> list[UUID]:
    expression = fulltext.match_expression(typed)
    if expression is None:
        return []
    return [row.subject_id for row in db.session.execute(fulltext.hits(expression, "thing").order_by(fulltext.newest))]


def put(title: str, *parts: str, days_ago: int = 0, subject: UUID | None = None) -> UUID:
    subject = subject or uuid4()
    fulltext.put("thing", subject, make.day(days_ago), title, parts)
    return subject


def test_words_are_found_by_their_stem(app: Flask) -> None:
    with app.app_context():
        one = put("Bedriftene", "fikk støtte til forskningen")
        for typed in ("bedrift", "bedrifter", "BEDRIFTENE", "forskning støtte", "forsk"):
            assert find(typed) == [one], typed
        assert find("bedrift fisk") == []
        db.session.rollback()


def test_norwegian_letters_are_letters_of_their_own(app: Flask) -> None:
    """No folding: `bor` and `bår` are different words."""
    with app.app_context():
        put("bår")
        assert find("bor") == []
        assert find("BÅR") != []
        db.session.rollback()


def test_changed_and_removed_records_follow(app: Flask) -> None:
    with app.app_context():
        one = put("gammelt")
        put("nytt", subject=one)
        assert (find("gammelt"), find("nytt")) == ([], [one])
        fulltext.remove("thing", one)
        assert find("nytt") == []
        db.session.execute(text("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)"))
        db.session.rollback()


def test_newest_first_is_the_order_of_the_index(app: Flask) -> None:
    with app.app_context():
        old, new, middle = put("felles", days_ago=9), put("felles"), put("felles", days_ago=3)
        assert find("felles") == [new, middle, old]
        put("felles", days_ago=20, subject=new)
        assert find("felles") == [middle, old, new]
        db.session.rollback()


def test_two_records_of_a_day_have_keys_of_their_own(app: Flask) -> None:
    with app.app_context():
        made = {put("samme dag") for _ in range(30)}
        assert set(find("samme")) == made
        db.session.rollback()


@pytest.mark.parametrize("typed", [
    '"', "'", "*", "a*", "a AND", "NOT", "OR OR", "NEAR(a b)", "title:", "{title}:x", "^a", "a - b", "(", ")", "a\x00b",
    "%", "--", "; DROP TABLE entry", "\u202e", "😀", "ß", "a" * 5000, " ".join("ord" for _ in range(500)), "",
])  # fmt: skip
def test_syntax_is_never_an_error(app: Flask, typed: str) -> None:
    with app.app_context():
        assert isinstance(find(typed), list)
        db.session.rollback()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=60))
def test_any_text_can_be_searched_for(app: Flask, typed: str) -> None:
    with app.app_context():
        assert isinstance(find(typed), list)
        db.session.rollback()
