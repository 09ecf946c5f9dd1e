"""Reading NVA (Nasjonalt vitenarkiv, Sikt): persons and units, as its API for Cristin tells them.

Shapes: /person?name=&organization= (a page with "hits"), /person/{id}, /organization/{id}. Any part may be missing or
of another kind. Contact details are in the answer and are not read: MoNo keeps no fetched phone number or e-mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mono_web.core import outside
from mono_web.core.outside import NoAnswerError
from mono_web.core.text import tidy_line, unstorable
from mono_web.research import themes

HITS = 10
_BASE = r"https?://[a-z0-9.-]+(?::[0-9]+)?/(?:[\w.-]+/)*"
_PERSON = re.compile(_BASE + r"person/([0-9]{1,12})", re.ASCII)
_UNIT = re.compile(_BASE + r"organization/([0-9]{1,9}(?:\.[0-9]{1,9}){3})", re.ASCII)
_LANGUAGES = ("nb", "nn", "en")
_DEEPEST = 10


@dataclass(frozen=True)
class Found:
    """A person in NVA.

    id      what NVA calls them within its own address
    uri     the whole address, by which they are known
    role    what they are at their first active place of work
    units   ids of the units they work at, active ones alone, such as "185.11.0.0"
    orcid   to tell namesakes apart
    """

    id: str
    uri: str
    name: str
    role: str = ""
    units: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    orcid: str = ""

    @property
    def institutions(self) -> tuple[str, ...]:
        """Ids of the institutions the units belong to, each once."""
        return tuple(dict.fromkeys(institution_of(unit) for unit in self.units))


@dataclass(frozen=True)
class Unit:
    """A unit: its own name, and the ids of itself and of what it is part of, upwards."""

    name: str
    ids: tuple[str, ...]


def institution_of(unit: str) -> str:
    """185.11.0.0 belongs to 185.0.0.0."""
    return f"{unit.partition('.')[0]}.0.0.0"


def is_person(uri: str) -> bool:
    """Whether this is an address as NVA gives them to persons."""
    return _PERSON.fullmatch(uri) is not None


# --- asking -------------------------------------------------------------------------------------------------


def search(base: str, name: str, organization: str = "") -> list[Found]:
    """The first persons that NVA finds. Raises NoAnswerError."""
    query: dict[str, str | int] = {"name": name, "page": 1, "results": HITS}
    if organization:
        query["organization"] = organization
    answer = outside.ask(base, "/person", query)
    if answer.status != 200 or not isinstance(answer.body, Mapping):
        raise NoAnswerError("unreadable")
    return people_of(answer.body)


def person(base: str, person_id: str) -> Found | None:
    """One person; None where NVA knows none. Raises NoAnswerError."""
    answer = outside.ask(base, f"/person/{person_id}")
    if answer.status in (404, 410):
        return None
    found = person_of(answer.body) if answer.status == 200 else None
    if found is None:
        raise NoAnswerError("unreadable")
    return found


def unit(base: str, unit_id: str) -> Unit | None:
    """One unit; None where NVA knows none. Raises NoAnswerError."""
    answer = outside.ask(base, f"/organization/{unit_id}")
    return unit_of(answer.body) if answer.status == 200 else None


# --- reading ------------------------------------------------------------------------------------------------


def people_of(body: Any) -> list[Found]:
    """The persons on a page of a search, each once; what cannot be read is left out."""
    hits = _part(body, "hits")
    found = [person_of(hit) for hit in hits] if isinstance(hits, list) else []
    return list({one.uri: one for one in found if one is not None}.values())[:HITS]


def person_of(body: Any) -> Found | None:
    """A person, or None where there is no address or no name to know them by."""
    uri = _text(_part(body, "id"), 300)
    known = _PERSON.fullmatch(uri)
    name = _name(body)
    if known is None or not name:
        return None
    places = [place for place in _items(body, "affiliations") if _part(place, "active") is not False]
    units = (_UNIT.fullmatch(_text(_part(place, "organization"), 300)) for place in places)
    roles = (_label(_part(_part(place, "role"), "labels"), 120) for place in places)
    return Found(
        id=known[1],
        uri=uri,
        name=name,
        role=next((role for role in roles if role), ""),
        units=tuple(dict.fromkeys(unit[1] for unit in units if unit)),
        themes=tuple(themes.tidied(_label(_part(word, "label"), 80) for word in _items(body, "keywords"))),
        orcid=_identifier(body, "ORCID"),
    )


def unit_of(body: Any) -> Unit | None:
    """A unit, or None where it has no name in any language."""
    name = _label(_part(body, "labels"), 200)
    ids = tuple(dict.fromkeys(_ids(body)))
    return Unit(name, ids) if name else None


def _ids(body: Any, depth: int = 0) -> Iterator[str]:
    if known := _UNIT.fullmatch(_text(_part(body, "id"), 300)):
        yield known[1]
    for above in _items(body, "partOf") if depth < _DEEPEST else ():
        yield from _ids(above, depth + 1)


def _name(body: Any) -> str:
    """The names a person prefers go before those of the population register."""
    names = {_text(_part(one, "type"), 40): _text(_part(one, "value"), 100) for one in _items(body, "names")}
    first = names.get("PreferredFirstName") or names.get("FirstName", "")
    last = names.get("PreferredLastName") or names.get("LastName", "")
    return tidy_line(f"{first} {last}")


def _identifier(body: Any, kind: str) -> str:
    for one in _items(body, "identifiers"):
        if _part(one, "type") == kind:
            return _text(_part(one, "value"), 40)
    return ""


def _label(labels: Any, longest: int) -> str:
    """A text that is told in several languages: ours first, then any."""
    if not isinstance(labels, Mapping):
        return ""
    told = [labels.get(lang) for lang in _LANGUAGES] + list(labels.values())
    return next((text for text in (_text(one, longest) for one in told) if text), "")


def _part(body: Any, name: str) -> Any:
    return body.get(name) if isinstance(body, Mapping) else None


def _items(body: Any, name: str) -> list[Any]:
    part = _part(body, name)
    return part if isinstance(part, list) else []


def _text(value: Any, longest: int) -> str:
    """A text as it may be kept; anything else is nothing."""
    return tidy_line(value)[:longest].strip() if isinstance(value, str) and not unstorable(value) else ""
