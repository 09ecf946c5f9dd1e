import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mono_web.core.differences import Merge, Piece, counts, merge_fields, word_difference


def shown(old: str, new: str) -> str:
    """The difference in one line: [-out-], {+in+}."""
    marks = {"same": "{}", "out": "[-{}-]", "in": "{{+{}+}}"}
    return "".join(marks[piece.op].format(piece.text) for piece in word_difference(old, new))


def assert_whole(old: str, new: str) -> list[Piece]:
    pieces = word_difference(old, new)
    assert "".join(piece.text for piece in pieces if piece.op != "in") == old
    assert "".join(piece.text for piece in pieces if piece.op != "out") == new
    assert all(piece.text for piece in pieces)
    for one, other in pairwise(pieces):
        assert one.op != other.op
        assert (one.op, other.op) != ("in", "out")
    return pieces


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("likt", "likt", "likt"),
        ("", "helt nytt", "{+helt nytt+}"),
        ("helt borte", "", "[-helt borte-]"),
        ("a b", "a x b", "a {+x +}b"),
        ("Møte i Rana.", "Møte i Bodø.", "Møte i [-Rana-]{+Bodø+}."),
        ("2,5 timer", "3,5 timer", "[-2,5-]{+3,5+} timer"),
        ("kari spiste fisk", "ola drakk vann", "[-kari spiste fisk-]{+ola drakk vann+}"),
        (
            "Hun vil ringe snart til oss",
            "Hun kan skrive snart til oss",
            "Hun [-vil ringe-]{+kan skrive+} snart til oss",
        ),
        ("en\nto\ntre\n", "en\n2\ntre\n", "en\n[-to-]{+2+}\ntre\n"),
        ("en\ntre\n", "en\nto\ntre\n", "en\n{+to\n+}tre\n"),
        ("e-post", "e-poster", "[-e-post-]{+e-poster+}"),
        ("like langt", "lika langt", "[-like-]{+lika+} langt"),
        ("a  b", "a b", "a[-  -]{+ +}b"),
    ],
)
def test_difference_of_words(old: str, new: str, expected: str) -> None:
    assert shown(old, new) == expected
    assert_whole(old, new)


def test_line_that_was_rewritten_is_replaced_whole_though_a_word_recurs() -> None:
    old = "Vi så på ovnen sammen med driftslederen og snakket om slagg"
    new = "Neste uke skal mentor ringe banken og spørre hvorfor lånet drøyer"
    assert shown(old, new) == f"[-{old}-]{{+{new}+}}"


def test_moved_paragraph_leaves_the_others_untouched() -> None:
    a, b, c = "Første avsnitt her.\n", "Andre avsnitt der.\n", "Tredje avsnitt til slutt.\n"
    assert shown(a + b + c, b + c + a) == f"[-{a}-]{b}{c}{{+{a}+}}"


TOKENS = st.lists(st.sampled_from(["a", "b", "c", " ", "\n", ".", "å", "2,5"]), max_size=60).map("".join)


@settings(deadline=None)
@given(st.text(), st.text())
def test_any_two_texts_come_back_from_their_difference(old: str, new: str) -> None:
    assert_whole(old, new)


@settings(deadline=None)
@given(TOKENS, TOKENS)
def test_any_two_repetitive_texts_come_back_from_their_difference(old: str, new: str) -> None:
    pieces = assert_whole(old, new)
    assert (not pieces) == (old == new == "")
    assert any(piece.op != "same" for piece in pieces) == (old != new)


LONG = 100_000
CHANCE = random.Random(1)


def drawn(tokens: str, end: str) -> str:
    return "".join(CHANCE.choice(tokens) + end for _ in range(LONG // 2))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("a " * (LONG // 2), "b " * (LONG // 2), id="one word repeated"),
        pytest.param("a b " * (LONG // 4), "a a b " * (LONG // 6), id="pattern out of step"),
        pytest.param("a\nb\n" * (LONG // 4), "a\na\nb\n" * (LONG // 6), id="lines out of step"),
        pytest.param(drawn("ab", " "), drawn("ab", " "), id="two words by chance"),
        pytest.param(drawn("ab", "\n"), drawn("ab", "\n"), id="two lines by chance"),
        pytest.param(drawn("abcdefghijklmnop", " "), drawn("abcdefghijklmnop", " "), id="sixteen words by chance"),
        pytest.param("!?" * (LONG // 2), "?!!" * (LONG // 3), id="signs"),
        pytest.param("x" * LONG, "x" * (LONG - 1) + "y", id="one long word"),
        pytest.param(
            " ".join(f"ord{n}" for n in range(LONG // 8)),
            " ".join(f"ord{n}" for n in range(LONG // 8, 0, -1)),
            id="turned round",
        ),
    ],
)
def test_text_of_full_length_is_compared_whatever_it_holds(old: str, new: str) -> None:
    assert_whole(old, new)


def test_small_changes_in_a_text_of_full_length_are_found_one_by_one() -> None:
    old = [f"ord{CHANCE.randrange(2000)}" for _ in range(LONG // 8)]
    new = list(old)
    for place in range(100, len(new), 500):
        new[place] = "endret"
    changed = len(range(100, len(new), 500))
    assert counts(assert_whole(" ".join(old), " ".join(new))) == (changed, changed)


def test_counts_are_words_in_and_words_out() -> None:
    pieces = [
        Piece("same", "a b "),
        Piece("out", "en, to "),
        Piece("in", "2,5 e-post ... x"),
        Piece("in", " !"),
    ]
    assert counts(pieces) == (3, 2)
    assert counts([]) == (0, 0)


# --- merging ----------------------------------------------------------------------------------------------


def test_fields_changed_by_one_side_are_merged() -> None:
    base = {"title": "Besøk", "text": "a", "hours": 60, "kind": "visit"}
    current = {**base, "title": "Besøk på kaia"}
    mine = {**base, "text": "a b", "hours": 90}
    assert merge_fields(base, current, mine) == Merge(
        {"title": "Besøk på kaia", "text": "a b", "hours": 90, "kind": "visit"}, ["title"], []
    )


def test_field_changed_by_both_keeps_the_current_value_and_is_a_conflict() -> None:
    result = merge_fields({"text": "a"}, {"text": "b"}, {"text": "c"})
    assert result == Merge({"text": "b"}, [], ["text"])


def test_field_changed_alike_by_both_is_neither_taken_nor_in_conflict() -> None:
    assert merge_fields({"text": "a"}, {"text": "b"}, {"text": "b"}) == Merge({"text": "b"}, [], [])


def test_field_that_mine_does_not_have_was_not_touched() -> None:
    assert merge_fields({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"a": 5}) == Merge({"a": 5, "b": 3}, ["b"], [])


def test_field_that_base_does_not_know() -> None:
    assert merge_fields({}, {"a": ""}, {"a": ""}) == Merge({"a": ""}, [], [])
    assert merge_fields({}, {"a": ""}, {"a": "x"}) == Merge({"a": ""}, [], ["a"])
    assert merge_fields({}, {}, {"a": "x"}) == Merge({"a": "x"}, [], [])
    assert merge_fields({}, {"a": "x"}, {}) == Merge({"a": "x"}, ["a"], [])


RECORDS = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 2))


@settings(deadline=None)
@given(RECORDS, RECORDS, RECORDS)
def test_no_change_of_either_side_is_lost_unsaid(
    base: dict[str, Any], current: dict[str, Any], mine: dict[str, Any]
) -> None:
    merged, taken, conflicts = merge_fields(base, current, mine)
    assert not set(taken) & set(conflicts)
    for name, value in mine.items() - base.items():
        assert merged.get(name) == value or name in conflicts
    for name, value in current.items() - base.items():
        assert merged[name] == value
    assert merge_fields(base, base, mine).conflicts == []
    assert merge_fields(base, current, base).merged == current
