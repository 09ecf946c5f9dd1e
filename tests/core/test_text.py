import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mono_web.core.text import first_words, has_html, name_key, tidy_line, tidy_text, unstorable, words


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Møte på kaia\r\n\tmed Kari – «ja» 👩‍🔬", None),
        ("", None),
        ("a\x00b", "nul"),
        ("a\x07b", "control"),
        ("a\x0bb", "control"),
        ("a\x1bb", "control"),
        ("a\x7fb", "control"),
        ("a\x85b", "control"),
        ("a\x9fb", "control"),
        (f"a{chr(0xD83D)}b", "surrogate"),
        (f"a{chr(0xDFFF)}b", "surrogate"),
        ("fakt\u202egpj.ar", "bidi"),
        ("\u2066a\u2069", "bidi"),
        ("a\u200e", "bidi"),
        ("a\u200f", "bidi"),
        ("a\u061c", "bidi"),
        ("\u202e\x00", "nul"),
    ],
)
def test_sign_that_must_not_be_stored_is_named(text: str, kind: str | None) -> None:
    assert unstorable(text) == kind


def test_line_is_tidied() -> None:
    assert tidy_line("  Ra\u030ana \u00a0 Slagg\tAS\r\n") == "Råna Slagg AS"


def test_text_is_tidied_without_touching_its_inside() -> None:
    assert tidy_text("\r\n \n  - a  \r\n\r\n\r\n    b\t\rc\n\n") == "  - a\n\n\n    b\nc"


@settings(deadline=None)
@given(st.text())
def test_tidying_twice_changes_nothing_more(text: str) -> None:
    assert tidy_line(tidy_line(text)) == tidy_line(text)
    assert tidy_text(tidy_text(text)) == tidy_text(text)
    assert unicodedata.is_normalized("NFC", tidy_text(text))
    assert "\r" not in tidy_text(text)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Nordlys Testbetong AS", "nordlys testbetong"),
        ("NORDLYS  TESTBETONG A/S", "nordlys testbetong"),
        ("Nordlys-Testbetong, as.", "nordlys testbetong"),
        ("Equinor ASA", "equinor"),
        ("AS Rana Gruber", "rana gruber"),
        ("A/S Rana Gruber", "rana gruber"),
        ("Rana Gruber A.S", "rana gruber"),
        ("Ærlig Øl på Å AS", "ærlig øl på å"),
        ("Café Solé ANS", "cafe sole"),
        ("Hansen & Sønn DA", "hansen og sønn"),
        ("Hansen og Sønn", "hansen og sønn"),
        ("O’Brien Marine NUF", "obrien marine"),
        ("SF Studios AS", "sf studios"),
        ("Bodø Havn KF", "bodø havn"),
        ("Foss Advokat ENK", "foss advokat"),
        ("Helgeland Avfall IKS", "helgeland avfall"),
        ("Tine SA", "tine"),
        ("AS", "as"),
        ("Asa", "asa"),
        ("!!!", "!!!"),
        ("", ""),
    ],
)
def test_name_key(name: str, key: str) -> None:
    assert name_key(name) == key


def test_names_that_differ_in_a_norwegian_letter_stay_apart() -> None:
    assert len({name_key(name) for name in ("Bø AS", "Bo AS", "Bå AS", "Bæ AS")}) == 4


@settings(deadline=None)
@given(st.text())
def test_key_of_a_key_is_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
    assert name_key(f"  {name} ") == name_key(name)


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <SCRIPT src=x>",
        "</script>",
        "<img src=x>",
        "<iframe>",
        "<svg/onload=x>",
        "<style>",
        '<a href="x" onclick="y">',
        "<b onmouseover = x>",
        "[x](javascript:alert(1))",
        "[x]( JavaScript:alert(1))",
        "[x](<javascript:alert(1)>)",
        "[x](java&#115;cript:alert(1))",
        "[x]: javascript:alert(1)",
        "<javascript:alert(1)>",
        "[x](data:text/html,x)",
    ],
)
def test_html_that_does_something_is_noticed(text: str) -> None:
    assert has_html(f"Før {text} etter")


@pytest.mark.parametrize(
    "text",
    [
        "a < b og b > c",
        "<3",
        "<kari@example.org>",
        "<https://example.org/on=1>",
        "x <- y",
        "Vi bruker javascript: det er et språk",
        "<navn på kunde>",
        "5 < 6 on = 3",
        "[avtalen](https://example.org)",
        "<imgur>",
    ],
)
def test_ordinary_signs_are_no_html(text: str) -> None:
    assert not has_html(text)


def test_search_for_html_copes_with_long_runs() -> None:
    for run in ("<", "< ", "](", "<a ", "<a on", " on", "&lt;"):
        assert not has_html(run * 20_000)
        assert not has_html("<" + run * 20_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# Besøk\n\nVi **så** på [ovnen](https://example.org).", "Besøk Vi så på ovnen."),
        ("- a\n- b", "a b"),
        ("", ""),
        ("ord " * 14 + "orda", "ord " * 14 + "orda"),
        ("ord " * 20, "ord " * 14 + "ord…"),
        ("x" * 80, "x" * 59 + "…"),
        ("x" * 60, "x" * 60),
        ("Slagg, " * 20, "Slagg, " * 7 + "Slagg…"),
    ],
)
def test_first_words(text: str, expected: str) -> None:
    assert first_words(text) == expected


@settings(deadline=None)
@given(st.text(), st.integers(min_value=2, max_value=80))
def test_first_words_are_one_line_within_the_limit(text: str, limit: int) -> None:
    line = first_words(text, limit)
    assert len(line) <= limit
    assert line == " ".join(line.split())


def test_words_of_a_search() -> None:
    assert words('CO2-fangst, "Mo i Rana" på_kaia ÅSE') == [
        "co2",
        "fangst",
        "mo",
        "i",
        "rana",
        "på",
        "kaia",
        "åse",
    ]
    assert words(" *-() ") == []
