from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mono_web.core.dates import Prefer, UnreadableDate, parse_date

WEDNESDAY = date(2021, 11, 10)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("11.11.2021", date(2021, 11, 11)),
        ("1.2.2021", date(2021, 2, 1)),
        ("1.2.21", date(2021, 2, 1)),
        ("01/02/2021", date(2021, 2, 1)),
        ("1-2-21", date(2021, 2, 1)),
        ("1 2 2021", date(2021, 2, 1)),
        (" 1. 2. 2021. ", date(2021, 2, 1)),
        ("1.\u00a02.\u00a02021", date(2021, 2, 1)),
        ("01022021", date(2021, 2, 1)),
        ("010221", date(2021, 2, 1)),
        ("2021-02-01", date(2021, 2, 1)),
        ("2021/2/1", date(2021, 2, 1)),
        ("31.12.99", date(1999, 12, 31)),
        ("1.1.90", date(1990, 1, 1)),
        ("1.1.89", date(2089, 1, 1)),
        ("29.02.2020", date(2020, 2, 29)),
    ],
)
def test_date_written_in_full(text: str, expected: date) -> None:
    assert parse_date(text, WEDNESDAY) == expected


@pytest.mark.parametrize(
    ("text", "past", "future"),
    [
        ("9.11", date(2021, 11, 9), date(2022, 11, 9)),
        ("10.11", WEDNESDAY, WEDNESDAY),
        ("10.11.", WEDNESDAY, WEDNESDAY),
        ("11/11", date(2020, 11, 11), date(2021, 11, 11)),
        ("29.02", date(2020, 2, 29), date(2024, 2, 29)),
        ("10. nov", WEDNESDAY, WEDNESDAY),
        ("2. des.", date(2020, 12, 2), date(2021, 12, 2)),
    ],
)
def test_date_without_year_is_the_nearest_in_the_preferred_direction(text: str, past: date, future: date) -> None:
    assert parse_date(text, WEDNESDAY) == past
    assert parse_date(text, WEDNESDAY, "future") == future


def test_leap_day_is_found_across_the_year_2100() -> None:
    assert parse_date("29.02", date(2100, 12, 31)) == date(2096, 2, 29)
    with pytest.raises(UnreadableDate) as error:
        parse_date("29.02", date(2097, 1, 1), "future")
    assert error.value.reason == "unreadable"  # 2104 lies outside the years that are read


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (("i dag", "I dag", "idag", "today", " i  dag "), 0),
        (("i går", "igår", "yesterday", "i ga\u030ar"), -1),
        (("i forgårs", "iforgårs", "i førgår"), -2),
        (("i morgen", "imorgen", "i morgon", "tomorrow"), 1),
        (("i overmorgen", "i overmorgon"), 2),
    ],
)
def test_near_day(texts: tuple[str, ...], days: int) -> None:
    for text in texts:
        assert parse_date(text, WEDNESDAY) == WEDNESDAY + timedelta(days=days)


@pytest.mark.parametrize(
    ("texts", "past", "future"),
    [
        (("mandag", "Måndag", "monday", "man", "mån", "mon", "ma", "mo", "man."), 8, 15),
        (("tirsdag", "tysdag", "tuesday", "tir", "tys", "tue", "ti", "ty", "tirs"), 9, 16),
        (("onsdag", "wednesday", "ons", "wed", "on"), 10, 17),
        (("torsdag", "thursday", "tor", "thu", "to", "tors"), 4, 11),
        (("fredag", "friday", "fre", "fri", "fr"), 5, 12),
        (("lørdag", "laurdag", "saturday", "lør", "lau", "sat", "lø"), 6, 13),
        (("søndag", "sundag", "sunday", "søn", "sun", "sø"), 7, 14),
    ],
)
def test_weekday_is_the_last_one_or_the_next(texts: tuple[str, ...], past: int, future: int) -> None:
    for text in texts:
        assert parse_date(text, WEDNESDAY) == date(2021, 11, past)
        assert parse_date(text, WEDNESDAY, "future") == date(2021, 11, future)


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("10. januar 2021", 1),
        ("10 Jan 2021", 1),
        ("10.februar 21", 2),
        ("10 mars 2021", 3),
        ("10 march 2021", 3),
        ("10. april 2021", 4),
        ("10 mai 2021", 5),
        ("10 may 2021", 5),
        ("10. juni 2021", 6),
        ("10 july, 2021", 7),
        ("10 aug. 2021", 8),
        ("10 sept 2021", 9),
        ("10. okt. 2021", 10),
        ("10 october 2021", 10),
        ("10. november 2021", 11),
        ("10 dec 2021", 12),
        ("10 desember 2021", 12),
    ],
)
def test_month_by_name(text: str, month: int) -> None:
    assert parse_date(text, WEDNESDAY) == date(2021, month, 10)


@pytest.mark.parametrize(
    "text", ["31.02", "31.02.2021", "29.02.2021", "0.5.2021", "32.1", "1.13", "32131999", "31. nov"]
)
def test_day_that_no_calendar_has_is_impossible(text: str) -> None:
    with pytest.raises(UnreadableDate) as error:
        parse_date(text, WEDNESDAY)
    assert error.value.reason == "impossible"


@pytest.mark.parametrize(
    "text",
    ["", " ", "snart", "11", "1011", "11.11.1989", "1.1.2101", "11.11.021", "10. novum", "10 xyz 2021",
     "to dager", "2021-W45", "20211110", "\u0661\u0661.11.2021", "1.2.3.4", "11.11.2021\x00", "9" * 200],
)  # fmt: skip
def test_anything_else_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableDate) as error:
        parse_date(text, WEDNESDAY)
    assert error.value.reason == "unreadable"


@settings(deadline=None)
@given(day=DAYS, today=DAYS)
def test_every_day_comes_back_in_every_full_form(day: date, today: date) -> None:
    for form in ("%d.%m.%Y", "%d/%m/%Y", "%d %m %Y", "%d%m%Y", "%Y-%m-%d"):
        assert parse_date(day.strftime(form), today) == day


@settings(deadline=None)
@given(text=st.text(), today=DAYS, prefer=st.sampled_from(["past", "future"]))
def test_any_text_is_a_date_in_range_or_refused(text: str, today: date, prefer: Prefer) -> None:
    try:
        found = parse_date(text, today, prefer)
    except UnreadableDate:
        return
    assert 1990 <= found.year <= 2100


@settings(deadline=None)
@given(day=DAYS, today=st.dates(min_value=date(2000, 1, 1), max_value=date(2080, 1, 1)))
def test_day_and_month_lie_on_the_preferred_side_of_today(day: date, today: date) -> None:
    text = f"{day.day}.{day.month}"
    assert parse_date(text, today, "past") <= today <= parse_date(text, today, "future")
