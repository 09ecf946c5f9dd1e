"""Whatever is typed, search answers: no sign means anything to the index."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mono_web.core import fulltext
from mono_web.core.text import words as words_of
from mono_web.search import queries
from mono_web.search.queries.snippets import Wanted, marked
from tests import factories as make
from tests.client import Client
from tests.factories import World

BROKEN = [
    '"', '"slagg', "slagg*", "*", "^slagg", "NEAR(slagg mangan)", "NEAR", "slagg AND", "OR slagg", "NOT", "(slagg",
    "slagg)", "title:slagg", "{title}: slagg", "-slagg", "+", "slagg + mangan", "'; DROP TABLE entry; --", "%", "_",
    "slagg\x00mangan", "\x00", "\ud83d", "🙂", "a" * 10_000, "ord " * 2_500, "\u202eslagg", "æøå ÆØÅ", "ﬁ", "İstanbul",
    "\n\r\t", "0", "00000000000000000000", "<mark>", "{{ 7 * 7 }}", "\\", "search_index MATCH 'x'", "slagg:mangan",
]  # fmt: skip
SIGNS = st.text(st.one_of(st.sampled_from("\"*^(){}:+-\x00'\\ NEAROT"), st.characters()), max_size=60)


@pytest.mark.parametrize("sort", ["", "rank"])
def test_broken_syntax_is_no_error(app: Flask, world: World, sort: str) -> None:
    client = Client(app, make.BROKER)
    for typed in BROKEN:
        sendable = typed.encode("utf-8", "replace").decode()
        assert client.get("/search", query_string={"q": sendable, "sort": sort}).status_code == 200, typed


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=SIGNS, by_rank=st.booleans())
def test_anything_typed_gives_an_answer(app: Flask, world: World, typed: str, by_rank: bool) -> None:
    with app.test_request_context():
        cleaned = queries.clean(typed)
        assert len(cleaned) <= queries.LONGEST_QUERY
        assert queries.clean(cleaned) == cleaned
        result = queries.results_for(make.viewer(make.BROKER), cleaned, by_rank=by_rank)
        assert all("".join(piece.text for piece in hit.title) for hit in result.hits)


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=400), words=st.text(max_size=20))
def test_pieces_are_the_text_itself(text: str, words: str) -> None:
    terms = words_of(words)
    pieces = marked(text, Wanted(fulltext.found_terms(words), terms[-1] if terms else ""))
    assert "".join(piece.text for piece in pieces) == text
