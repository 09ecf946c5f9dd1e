"""Where a person is named: what counts as the name, and what the neutral word takes the place of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mono_web.core.mentions import PEOPLE, TEXT, Sought, _needles, _Rules

KARI = Sought(("Kari Hansen", "Kari Hansøn"), ("kari@example.no",), ("+47 900 00 111",))
RULES = _Rules(KARI)


@pytest.mark.parametrize(
    ("people", "clean"),
    [
        ("Kari Hansen", "X"),
        ("KARI  HANSEN; Ola Nes", "X; Ola Nes"),
        ("Ola Nes, Kari Hansen, Per Li", "Ola Nes, X, Per Li"),
        ("Ola Nes og Kari Hansen", "Ola Nes og X"),
        ("Kari Hansen og Ola Nes", "X og Ola Nes"),
        ("Kari Hansen (daglig leder); Ola", "X (daglig leder); Ola"),
        ("Kari Hansen – daglig leder", "X – daglig leder"),
        # Somebody else, or not the name as one of those who took part.
        ("Kari Hansen-Berg", "Kari Hansen-Berg"),
        ("Anne Kari Hansen", "Anne Kari Hansen"),
        ("Kari Hansen Li", "Kari Hansen Li"),
        ("Kari Hansensen", "Kari Hansensen"),
        ("Kari Hansøn", "Kari Hansøn"),
        ("Kari", "Kari"),
    ],
)
def test_one_of_those_who_took_part(people: str, clean: str) -> None:
    assert RULES.replaced(people, PEOPLE, "X") == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Snakket med Kari Hansen i dag.", "Snakket med X i dag."),
        ("Kari Hansens bil og Kari Hansen's båt", "Xs bil og X's båt"),
        ("Kari\nHansen sa ja", "X sa ja"),
        ("før het hun Kari Hansøn.", "før het hun X."),
        ("skriv til KARI@example.no, eller ring 90 00 01 11", "skriv til X, eller ring X"),
        ("ring +4790000111 nå", "ring X nå"),
        ("Kari Hansensen og Anne-Kari Hansenberg", "Kari Hansensen og Anne-Kari Hansenberg"),
        ("ola.kari@example.no og kari@example.no.au", "ola.kari@example.no og kari@example.no.au"),
        ("190000111", "190000111"),
    ],
)
def test_name_in_a_text(text: str, clean: str) -> None:
    assert RULES.replaced(text, TEXT, "X") == clean


LETTERS = st.characters(categories=["Lu", "Ll"], max_codepoint=0x17F)
WORDS = st.lists(st.text(LETTERS, min_size=2), min_size=1, max_size=3)


@given(WORDS, st.text(max_size=40), st.text(max_size=40))
def test_name_goes_from_any_text(name: list[str], before: str, after: str) -> None:
    """What the rules find is gone afterwards, and the rest of the text stays."""
    rules = _Rules(Sought((" ".join(name),)))
    text = f"{before} | {'  '.join(name)} | {after}"
    clean = rules.replaced(text, TEXT, "9")
    assert not rules.anywhere.search(clean)
    assert "| 9 |" in clean


def test_database_is_asked_for_plain_letters_alone() -> None:
    """JSON writes other letters as codes."""
    assert _needles(Sought(("Åse Øyjord",), ("ase.oy@example.no",))) == ["example", "yjord"]
    assert _needles(Sought(("Åø",))) == [""]
