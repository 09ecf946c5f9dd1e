import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mono_web.core.hours import UnreadableHours, format_minutes, minutes_as_decimal, parse_hours


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2", 120),
        ("2,5", 150),
        ("2.5", 150),
        (",5", 30),
        ("1:30", 90),
        ("01:05", 65),
        ("1.30", 78),
        ("1t30", 90),
        ("1 t 30 min", 90),
        ("1 t. 5", 65),
        ("1 time og 30 minutter", 90),
        ("1h30m", 90),
        ("2 hours and 15 minutes", 135),
        ("90 min", 90),
        ("90min.", 90),
        ("2 timer", 120),
        ("2 timar", 120),
        ("1 time", 60),
        ("2,5 t", 150),
        ("½", 30),
        ("1½", 90),
        ("1 ½ time", 90),
        ("¼", 15),
        ("¾ t", 45),
        (" 2 ", 120),
        ("2\u00a0timer", 120),
        ("0", 0),
        ("24", 1440),
        ("24:00", 1440),
        ("1440 min", 1440),
        ("0,008", 0),
        ("0,0084", 1),
        ("1,333333333333", 80),
        ("0,025", 2),
    ],
)
def test_hours_become_whole_minutes(text: str, minutes: int) -> None:
    assert parse_hours(text) == minutes


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "unreadable"),
        (" ", "unreadable"),
        ("to", "unreadable"),
        (",", "unreadable"),
        ("t", "unreadable"),
        ("min", "unreadable"),
        ("1:60", "unreadable"),
        ("1:5", "unreadable"),
        ("1 t 75 min", "unreadable"),
        ("1,5,5", "unreadable"),
        ("2 3", "unreadable"),
        ("2 uker", "unreadable"),
        ("+2", "unreadable"),
        ("1e1", "unreadable"),
        ("٢", "unreadable"),
        ("-x", "unreadable"),
        ("9" * 200, "unreadable"),
        ("-2", "negative"),
        ("−1,5", "negative"),
        ("- 90 min", "negative"),
        ("25", "too_many"),
        ("24:01", "too_many"),
        ("1441 min", "too_many"),
        ("9" * 30, "too_many"),
    ],
)
def test_what_is_no_number_of_hours_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(UnreadableHours) as error:
        parse_hours(text)
    assert error.value.reason == reason


@pytest.mark.parametrize(
    ("minutes", "written"),
    [
        (0, "0,0"),
        (1, "0,02"),
        (80, "1,33"),
        (75, "1,25"),
        (90, "1,5"),
        (150, "2,5"),
        (180, "3,0"),
        (6000, "100,0"),
    ],
)
def test_minutes_are_written_as_hours(minutes: int, written: str) -> None:
    assert format_minutes(minutes) == written


def test_every_number_of_minutes_of_a_day_comes_back_from_both_forms() -> None:
    minutes = list(range(1441))
    assert [parse_hours(minutes_as_decimal(m)) for m in minutes] == minutes
    assert [parse_hours(format_minutes(m)) for m in minutes] == minutes
    assert minutes_as_decimal(80) == "1.33"


@settings(deadline=None)
@given(st.text() | st.from_regex(r"[0-9 ,.:½tmin-]{1,12}", fullmatch=True))
def test_any_text_is_minutes_of_a_day_or_refused(text: str) -> None:
    try:
        minutes = parse_hours(text)
    except UnreadableHours:
        return
    assert 0 <= minutes <= 1440
