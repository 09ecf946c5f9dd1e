import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mono_web.core.numbers import (
    BadOrgnr,
    Found,
    format_orgnr,
    identity_numbers,
    looks_like_orgnr,
    parse_orgnr,
)

DATA = Path(__file__).parent / "data"


def vectors(name: str) -> list[dict[str, str]]:
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


VERDICTS = {
    "923609015": "check_digit",
    "833286602": "check_digit",
    "920000070": "check_digit",
    "92360901": "length",
    "9236090161": "length",
    "000000000": "never_issued",
    "123456785": "never_issued",
}


@pytest.mark.parametrize("vector", vectors("orgnr_testvektorer.csv"), ids=lambda vector: vector["inn"])
def test_orgnr_vector(vector: dict[str, str]) -> None:
    if vector["inn"] in VERDICTS:
        with pytest.raises(BadOrgnr) as error:
            parse_orgnr(vector["inn"])
        assert error.value.reason == VERDICTS[vector["inn"]]
    else:
        assert vector["dom"].startswith("gyldig")
        assert parse_orgnr(vector["inn"]) in {"923609016", "974760673", "310279323"}


@pytest.mark.parametrize(
    "text",
    [
        "923-609-016",
        "no 923609016",
        "923609016MVA",
        "923\u202f609\u202f016",
        "\t923609016\n",
        "923 609 016 mva",
    ],
)
def test_orgnr_is_read_whatever_stands_around_it(text: str) -> None:
    assert parse_orgnr(text) == "923609016"


@pytest.mark.parametrize("text", ["", "NO", "MVA", "Equinor", "٩٢٣٦٠٩٠١٦", "923609016x", "²23609016"])
def test_text_that_is_not_nine_digits_has_the_wrong_length(text: str) -> None:
    with pytest.raises(BadOrgnr) as error:
        parse_orgnr(text)
    assert error.value.reason == "length"
    assert not looks_like_orgnr(text)


def test_a_wrong_number_still_looks_like_one() -> None:
    assert looks_like_orgnr("NO 923 609 015 MVA")
    assert not looks_like_orgnr("4000 0001")


def test_orgnr_is_written_in_groups_that_do_not_break() -> None:
    assert format_orgnr("923609016") == "923\u00a0609\u00a0016"
    assert format_orgnr("92360901") == "92360901"
    assert parse_orgnr(format_orgnr("923609016")) == "923609016"


@settings(deadline=None)
@given(st.text())
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = parse_orgnr(text)
    except BadOrgnr:
        return
    assert len(number) == 9
    assert looks_like_orgnr(text)


@settings(deadline=None)
@given(st.integers(min_value=200_000_000, max_value=999_999_999))
def test_one_changed_digit_never_passes(number: int) -> None:
    try:
        good = parse_orgnr(str(number))
    except BadOrgnr:
        return
    for place in range(9):
        wrong = f"{good[:place]}{(int(good[place]) + 1) % 10}{good[place + 1 :]}"
        with pytest.raises(BadOrgnr):
            parse_orgnr(wrong)


@pytest.mark.parametrize("vector", vectors("fnr_testvektorer_syntetiske.csv"), ids=lambda vector: vector["type"])
def test_identity_number_vector_is_found(vector: dict[str, str]) -> None:
    number = vector["nummer"]
    for written in (
        number,
        f"{number[:6]} {number[6:]}",
        f"{number[:6]}-{number[6:]}",
        f"{number[:6]}\u00a0{number[6:]}",
    ):
        text = f"Kari ({written}) ringte."
        assert identity_numbers(text) == [Found(6, 6 + len(written), written)]
        assert text[6 : 6 + len(written)] == written


def test_several_identity_numbers_are_found_in_order() -> None:
    found = identity_numbers("01819010001, 41819010186 og\n01419010029.")
    assert [place.text for place in found] == ["01819010001", "41819010186", "01419010029"]


@pytest.mark.parametrize(
    "text",
    [
        "0181.90.10001",  # as bank accounts are grouped
        "0181 90 10001",
        "01819010002",  # second check digit
        "01819010101",  # first check digit
        "00819010001",  # no day 00
        "01939010001",  # no month 93
        "101819010001",  # twelve digits
        "018190100010",
        "923609016",
        "+47 40 00 00 01",
        "0181901 0001",
        "",
    ],
)
def test_other_numbers_do_not_warn(text: str) -> None:
    assert identity_numbers(text) == []
