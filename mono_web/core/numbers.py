"""Organisation numbers, and national identity numbers that must not stand in a text.

Rules of the organisation number: Enhetsregisteret (nine digits, weights 3 2 7 6 5 4 3 2, modulus 11). Real
ones start with 8 or 9, the tax administration's synthetic ones with 2 or 3.
Rules of the identity number: Skatteetaten, the form that holds from 2032 included, in which the first check
digit leaves a rest of 0 to 3.
"""

import re
from typing import Literal, NamedTuple

from stdnum.exceptions import InvalidChecksum, ValidationError
from stdnum.no import mva, orgnr

NO_BREAK_SPACE = "\u00a0"

_SEPARATORS = re.compile(r"[\s.\-\u2010-\u2015\u200b\ufeff]+")
_NINE = re.compile(r"[0-9]{9}")
_ISSUED = ("2", "3", "8", "9")


class BadOrgnr(ValueError):
    """No organisation number; `reason` is "length", "check_digit" or "never_issued"."""

    def __init__(self, reason: Literal["length", "check_digit", "never_issued"], text: str) -> None:
        super().__init__(f"{reason}: {text[:40]!r}")
        self.reason = reason


def _bare(text: str) -> str:
    return mva.compact(_SEPARATORS.sub("", text)).removesuffix("MVA")


def parse_orgnr(text: str) -> str:
    """The nine digits, without the spaces, full stops, hyphens and "NO ... MVA" that people write with them.

    Raises BadOrgnr: "length" when nine digits do not remain, "check_digit" when modulus 11 fails,
    "never_issued" when no register starts a number with that digit.
    """
    number = _bare(text)
    if not _NINE.fullmatch(number):
        raise BadOrgnr("length", text)
    try:
        orgnr.validate(number)
    except InvalidChecksum:
        raise BadOrgnr("check_digit", text) from None
    except ValidationError:
        raise BadOrgnr("length", text) from None
    if not number.startswith(_ISSUED):
        raise BadOrgnr("never_issued", text)
    return number


def format_orgnr(number: str) -> str:
    """Nine digits in groups of three with no-break spaces; anything else comes back as it is."""
    if not _NINE.fullmatch(number):
        return number
    return NO_BREAK_SPACE.join((number[:3], number[3:6], number[6:]))


def looks_like_orgnr(text: str) -> bool:
    """Whether nine digits remain when separators are taken away: a number was meant, right or wrong."""
    return _NINE.fullmatch(_bare(text)) is not None


class Found(NamedTuple):
    """A place in a text: text[start:end]."""

    start: int
    end: int
    text: str


# Day 01-31 or +40 (D-number); month 01-12, +40 (H-number) or +80 (synthetic); year; five digits. Digits
# grouped 4.2.5, as bank accounts are, do not match, which is wanted.
_CANDIDATE = re.compile(
    r"(?<![0-9])(?:[04][1-9]|[1256][0-9]|[37][01])(?:[048][1-9]|[159][0-2])[0-9]{2}"
    r"[ .\-\u00a0\u202f]?[0-9]{5}(?![0-9])"
)
_K1_WEIGHTS = (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)
_K2_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_K1_RESTS = range(4)


def identity_numbers(text: str) -> list[Found]:
    """What looks like a national identity number, in the order of the text: a reason to warn, not to refuse.

    About one valid bank account in twelve that is written as eleven digits in a row looks the same.
    """
    return [
        Found(match.start(), match.end(), match[0])
        for match in _CANDIDATE.finditer(text)
        if _has_check_digits([int(sign) for sign in match[0] if sign.isdigit()])
    ]


def _has_check_digits(digits: list[int]) -> bool:
    def rest(weights: tuple[int, ...]) -> int:
        return sum(weight * digit for weight, digit in zip(weights, digits, strict=False)) % 11

    return rest(_K1_WEIGHTS) in _K1_RESTS and rest(_K2_WEIGHTS) == 0
