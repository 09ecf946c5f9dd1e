"""Small pure functions on text: what may be stored, tidying, comparing names, first words."""

import html
import re
import unicodedata
from typing import Literal

from mono_web.core.markdown import plain

Unstorable = Literal["nul", "control", "surrogate", "bidi"]

# Tab, newline and carriage return are the only controls with a place in a text. The marks that turn the
# direction of writing can make a text read otherwise than it is stored; no language here needs them.
_UNSTORABLE: tuple[tuple[Unstorable, re.Pattern[str]], ...] = (
    ("nul", re.compile("\\x00")),
    ("control", re.compile("[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]")),
    ("surrogate", re.compile("[\\ud800-\\udfff]")),
    ("bidi", re.compile("[\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]")),
)


def unstorable(text: str) -> Unstorable | None:
    """The kind of the worst sign that must not be stored, or None when all of it may be."""
    return next((kind for kind, pattern in _UNSTORABLE if pattern.search(text)), None)


def tidy_line(text: str) -> str:
    """One line: composed (NFC), outer white space off, inner white space to one space."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tidy_text(text: str) -> str:
    """Several lines: composed (NFC), line ends as LF, spaces at line ends off, outer blank lines off."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip("\n")


# --- names of undertakings ----------------------------------------------------------------------------------

_FORMS = frozenset({"as", "asa", "da", "ans", "sa", "ba", "nuf", "enk", "kf", "iks", "sf"})
_SLASHED_AS = re.compile(r"\ba[/.]s\b")
_APOSTROPHES = re.compile("['’‘`\\u00b4]")
_NOT_WORD = re.compile(r"[\W_]+")


def name_key(name: str) -> str:
    """What two spellings of a company's name have in common, for comparing only.

    Case, accents, punctuation and the company form at the end ("AS" also in front) do not count; æ, ø, å do.
    "&" is "og". A name of signs alone is its own key.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    bare = _APOSTROPHES.sub("", _SLASHED_AS.sub("as", _without_accents(folded)))
    words = _NOT_WORD.sub(" ", bare.replace("&", " og ")).split()
    while len(words) > 1 and words[-1] in _FORMS:
        words.pop()
    while len(words) > 1 and words[0] == "as":
        words.pop(0)
    return " ".join(words) or " ".join(folded.split())


def _without_accents(text: str) -> str:
    signs = (sign if sign == "å" else unicodedata.normalize("NFD", sign) for sign in text)
    return "".join(part for sign in signs for part in sign if not unicodedata.combining(part))


# --- texts in Markdown --------------------------------------------------------------------------------------

_TAG = re.compile(
    r"</?(?:script|img|iframe|svg|style|object|embed|form|input|button|link|meta|base|video|audio|math)\b"
    r"|<[a-z][^<>]*[\s/\"']on[a-z]+\s*=",
    re.IGNORECASE,
)
_SCRIPT_LINK = re.compile(r"(?:\]\(|\]:|<)\s{0,9}<?\s{0,9}(?:javascript|vbscript|data)\s{0,9}:", re.IGNORECASE)
_FIRST_PART = 4000


def has_html(text: str) -> bool:
    """Whether a text holds HTML that does something (a script, a picture, a handler) or a link that runs one.

    It is shown as plain letters in any case; the answer is for telling the writer so. "a < b", "<3" and links
    in angle brackets are no HTML.
    """
    return bool(_TAG.search(text) or _SCRIPT_LINK.search(html.unescape(text)))


def first_words(text: str, limit: int = 60) -> str:
    """The beginning of a Markdown text: a line of at most `limit` signs, cut between words with "…"."""
    line = " ".join(plain(text[:_FIRST_PART]).split())
    if len(line) <= limit:
        return line
    head, space, _ = line[:limit].rpartition(" ")
    return (head if space else line[: limit - 1]).rstrip(" ,;:.–-") + "…"


def own_title(title: str, text: str) -> str:
    """The title that somebody gave a text; "" where it is only the first words of that text."""
    begun = title.split(maxsplit=1)
    if not begun or begun[0].rstrip("…") not in text[:_FIRST_PART]:  # most titles: nothing to be worked out
        return title
    return "" if title.rstrip("…") == first_words(text).rstrip("…") else title


_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> list[str]:
    """The words of a search, casefolded, in order, without signs."""
    return _WORD.findall(unicodedata.normalize("NFC", text).casefold())
