"""Reads a date as people type it: "10.11", "i går", "man", "10. nov", "2021-11-10".

Pure: the present day comes in as an argument. The words are those of the three languages of the interface
(bokmål, nynorsk, English); which one a person uses makes no difference, since no word means two things.
"""

import re
import unicodedata
from datetime import date, timedelta
from typing import Literal

Prefer = Literal["past", "future"]

# A date outside these years is a slip of the keyboard in this domain.
FIRST_YEAR = 1990
LAST_YEAR = 2100
LONGEST_TEXT = 60

_NEAR = {
    "iforgårs": -2, "iførgår": -2, "iførgårs": -2, "iforgår": -2,
    "igår": -1, "yesterday": -1,
    "idag": 0, "today": 0,
    "imorgen": 1, "imorgon": 1, "tomorrow": 1,
    "iovermorgen": 2, "iovermorgon": 2,
}  # fmt: skip

_WEEKDAYS = (
    ("mandag", "måndag", "monday"),
    ("tirsdag", "tysdag", "tuesday"),
    ("onsdag", "wednesday"),
    ("torsdag", "thursday"),
    ("fredag", "friday"),
    ("lørdag", "laurdag", "saturday"),
    ("søndag", "sundag", "sunday"),
)

_MONTHS = (
    ("januar", "january"),
    ("februar", "february"),
    ("mars", "march"),
    ("april",),
    ("mai", "may"),
    ("juni", "june"),
    ("juli", "july"),
    ("august",),
    ("september",),
    ("oktober", "october"),
    ("november",),
    ("desember", "december"),
)


def _with_short_forms(names: tuple[tuple[str, ...], ...], lengths: tuple[int, ...]) -> dict[str, int]:
    """Each name and its first letters, to the place of the name in its list."""
    return {
        form: place
        for place, words in enumerate(names)
        for word in words
        for form in (word, *(word[:length] for length in lengths))
    }


_WEEKDAY_OF = _with_short_forms(_WEEKDAYS, (2, 3, 4))
_MONTH_OF = _with_short_forms(_MONTHS, (3, 4))

_GAP = r"(?:\s*[./-]\s*|\s+)"
_ISO = re.compile(rf"([0-9]{{4}}){_GAP}([0-9]{{1,2}}){_GAP}([0-9]{{1,2}})")
_NUMERIC = re.compile(rf"([0-9]{{1,2}}){_GAP}([0-9]{{1,2}})(?:{_GAP}([0-9]{{4}}|[0-9]{{2}}))?\.?")
_COMPACT = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{4}|[0-9]{2})")
_NAMED = re.compile(r"([0-9]{1,2})\s?\.?\s?([^\W\d_]{3,9})\.?(?:,?\s?([0-9]{4}|[0-9]{2}))?")


class UnreadableDate(ValueError):
    """No date: `reason` is "unreadable", or "impossible" for a day that no calendar has (31.02)."""

    def __init__(self, reason: Literal["unreadable", "impossible"], text: str) -> None:
        super().__init__(f"{reason}: {text[:LONGEST_TEXT]!r}")
        self.reason = reason


def parse_date(text: str, today: date, prefer: Prefer = "past") -> date:
    """The date that the text means on the day `today`.

    A date without a year is the nearest one in the preferred direction, today included: the latest 10.11 not
    after today for "past", the earliest not before it for "future". A weekday is the most recent such day
    (today included) for "past", and the next one (today not included) for "future". Two-digit years
    90 to 99 lie in the 1990s, all others in the 2000s.

    Raises UnreadableDate for anything else and for years outside 1990 to 2100.
    """
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().split())
    found = _by_word(plain, today, prefer) if len(plain) <= LONGEST_TEXT else None
    if found is None:
        day, month, year = _fields(plain, text)
        found = _in_year(day, month, year, text) if year else _nearest(day, month, today, prefer, text)
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise UnreadableDate("unreadable", text)
    return found


def _by_word(plain: str, today: date, prefer: Prefer) -> date | None:
    near = _NEAR.get(plain.replace(" ", ""))
    if near is not None:
        return today + timedelta(days=near)
    weekday = _WEEKDAY_OF.get(plain.removesuffix("."))
    if weekday is None:
        return None
    if prefer == "past":
        return today - timedelta(days=(today.weekday() - weekday) % 7)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _fields(plain: str, text: str) -> tuple[int, int, int | None]:
    """Day, month and, when it was written, the year with its century."""
    if len(plain) <= LONGEST_TEXT:
        if iso := _ISO.fullmatch(plain):
            year, month, day = iso.groups()
            return int(day), int(month), _checked(int(year), text)
        if numeric := _NUMERIC.fullmatch(plain) or _COMPACT.fullmatch(plain):
            day, month, written = numeric.groups()
            return int(day), int(month), _century(written, text)
        if (named := _NAMED.fullmatch(plain)) and named[2] in _MONTH_OF:
            return int(named[1]), _MONTH_OF[named[2]] + 1, _century(named[3], text)
    raise UnreadableDate("unreadable", text)


def _century(written: str | None, text: str) -> int | None:
    if written is None:
        return None
    year = int(written)
    if len(written) == 2:
        year += 1900 if year >= FIRST_YEAR % 100 else 2000
    return _checked(year, text)


def _checked(year: int, text: str) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise UnreadableDate("unreadable", text)
    return year


def _in_year(day: int, month: int, year: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise UnreadableDate("impossible", text) from None


def _nearest(day: int, month: int, today: date, prefer: Prefer, text: str) -> date:
    # Eight years reach over 2100, which is no leap year, so that 29.02 is found from everywhere.
    step = -1 if prefer == "past" else 1
    for year in range(today.year, today.year + 9 * step, step):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if (found <= today) if prefer == "past" else (found >= today):
            return found
    raise UnreadableDate("impossible", text)
