"""Reads and writes hours worked; inside the program they are always whole minutes.

"2,5" and "2.5" are hours, "1:30" and "1t30" hours and minutes, "90 min" minutes. "1.30" is a decimal number
(1.3 hours, 78 minutes): a full stop never stands for a colon here, since half of the files that are imported
write decimals with it.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

MOST_MINUTES = 24 * 60
LONGEST_TEXT = 40

_FRACTIONS = {"½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75")}
_HOUR = r"(?:t(?:\.|imer|imar|ime|im)?|h(?:\.|ours|our|rs|r)?)"
_MINUTE = r"(?:m(?:in(?:utter|uttar|utes|utt|ute|s|\.)?)?)"

_DECIMAL = re.compile(rf"([0-9]*)(?:[,.]([0-9]+))?\s?{_HOUR}?")
_FRACTION = re.compile(rf"([0-9]*)\s?([½¼¾])\s?{_HOUR}?")
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])")
_PARTS = re.compile(rf"([0-9]+)\s?{_HOUR}\s?(?:og\s|and\s)?\s?([0-9]{{1,2}})\s?{_MINUTE}?")
_MINUTES = re.compile(rf"([0-9]+)\s?{_MINUTE}")
_SIGN = re.compile(r"[-\u2212\u2013]\s?")


class UnreadableHours(ValueError):
    """The text is no number of hours; `reason` says how: "unreadable", "negative", "too_many" (over 24)."""

    def __init__(self, reason: Literal["unreadable", "negative", "too_many"], text: str) -> None:
        super().__init__(f"{reason}: {text[:LONGEST_TEXT]!r}")
        self.reason = reason


def parse_hours(text: str) -> int:
    """Minutes, 0 to 1440; decimals are rounded to the nearest whole minute, halves upwards.

    Raises UnreadableHours.
    """
    plain = " ".join(text.casefold().split())
    sign = _SIGN.match(plain)
    minutes = _minutes(plain[sign.end() :] if sign else plain) if len(plain) <= LONGEST_TEXT else None
    if minutes is None:
        raise UnreadableHours("unreadable", text)
    if sign:
        raise UnreadableHours("negative", text)
    if minutes > MOST_MINUTES:
        raise UnreadableHours("too_many", text)
    return minutes


def _minutes(plain: str) -> int | None:
    if minutes := _MINUTES.fullmatch(plain):
        return int(minutes[1])
    if parts := _CLOCK.fullmatch(plain) or _PARTS.fullmatch(plain):
        return int(parts[1]) * 60 + int(parts[2]) if int(parts[2]) < 60 else None
    if fraction := _FRACTION.fullmatch(plain):
        return _rounded(Decimal(fraction[1] or "0") + _FRACTIONS[fraction[2]])
    if (decimal := _DECIMAL.fullmatch(plain)) and (decimal[1] or decimal[2]):
        return _rounded(Decimal(f"{decimal[1] or '0'}.{decimal[2] or '0'}"))
    return None


def _rounded(hours: Decimal) -> int:
    return int(hours * 60 + Decimal("0.5"))


def format_minutes(minutes: int, decimal_sign: str = ",") -> str:
    """Hours with one decimal at least and two at most: 150 is "2,5", 180 is "3,0", 80 is "1,33"."""
    hours = (Decimal(minutes) / 60).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
    whole, decimals = str(hours).split(".")
    return f"{whole}{decimal_sign}{decimals[0]}{decimals[1].rstrip('0')}"


def minutes_as_decimal(minutes: int) -> str:
    """Hours for a file: "1.33" for 80 minutes.

    Two decimals are enough: they are off by 0.3 minutes at most, so parse_hours gives the same minutes back.
    """
    return format_minutes(minutes, decimal_sign=".")
