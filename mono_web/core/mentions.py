"""Where a person is named: looking through the texts of every feature, and putting a neutral word in the name's place.

Each feature registers, once, from app.py, its tables that hold what people write (`Holder`). A place is a record and
a part of it: *people*, the name as one of those who took part, or *text*, the name anywhere else. What the one who
asks may not read is counted and never shown. `redact` is the one exception to "nothing is erased": it goes through
the record, all its versions, unsaved texts and texts that were not stored, and full text follows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Text, or_, select

from mono_web.core import audit
from mono_web.core.access import Viewer
from mono_web.core.db import Base, db
from mono_web.core.revisions import Conflict, Revision, WorkingCopy

PEOPLE, TEXT = "people", "text"
_AROUND = 80  # signs that are shown on each side of a name in a long text
_STORED: tuple[type[Revision] | type[WorkingCopy] | type[Conflict], ...] = (Revision, WorkingCopy, Conflict)


@dataclass(frozen=True)
class Sought:
    """Whom to look for.

    names      today's name first, then those of earlier versions
    home       the undertaking they work for
    namesakes  undertakings where somebody else has the same name
    but        a record that is not looked at: their own
    """

    names: tuple[str, ...]
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    home: UUID | None = None
    namesakes: frozenset[UUID] = frozenset()
    but: UUID | None = None

    @property
    def is_full_name(self) -> bool:
        """Whether the name tells a person from others; a first name alone does not."""
        return len(self.names[0].split()) > 1


class Shown(NamedTuple):
    """A record as the one who asks may see it. `reads`: the confidential record whose text its lines are."""

    title: str
    address: str
    day: date
    reads: tuple[str, UUID] | None = None


class Line(NamedTuple):
    """A field that holds the name: what stands before and after it."""

    label: str
    before: str
    found: str
    after: str


class Place(NamedTuple):
    """A record that names the person. `kind` is the word it is registered by, `called` the one that people read.

    certain  nothing to decide: it is this person
    shown    None where the one who asks may not read the record; then there are no lines either
    older    in how many versions and unsaved texts the name stands beside the record itself
    """

    kind: str
    called: str
    part: str
    id: Any
    certain: bool
    shown: Shown | None
    lines: list[Line]
    older: int

    @property
    def key(self) -> str:
        """How a form names the place."""
        return f"{self.kind}:{self.part}:{self.id}"


@dataclass(frozen=True)
class Holder:
    """A table that holds what people write.

    called        what a person calls one of its records
    free          columns of text
    people        columns that list people by name
    subject_type  under which type its versions are kept; "" where it has none
    shown         (viewer, ids) -> those that this person may read
    about         ids -> the undertakings that each is about
    changed       called with a record whose text was changed: full text follows
    labels        what the columns are called
    """

    model: type[Base]
    called: Callable[[], str]
    free: tuple[str, ...]
    shown: Callable[[Viewer, Collection[Any]], Mapping[Any, Shown]]
    labels: Callable[[], Mapping[str, str]]
    people: tuple[str, ...] = ()
    subject_type: str = ""
    about: Callable[[Collection[Any]], Mapping[Any, Collection[UUID]]] = field(default=lambda _ids: {})
    changed: Callable[[Any], None] = field(default=lambda _record: None)


_holders: dict[str, Holder] = {}


def register(holders: Mapping[str, Holder]) -> None:
    """Make the tables of a feature known, by the word for one of their records."""
    _holders.update(holders)


# --- the rules of recognition ---------------------------------------------------------------------------------


class _Rules:
    """What counts as the name: exactly one of those who took part, or anywhere in a text."""

    def __init__(self, sought: Sought) -> None:
        name = _spaced(sought.names[0])
        ends = r"\s*(?:$|[;,/&+\n(])|\s+(?:[–-]\s|(?:og|and|samt)\b)"
        self.exact = re.compile(rf"(^|[;,/&+\n]|\b(?:og|and|samt)\b)(\s*)({name})(?={ends})", re.IGNORECASE)
        ways = [rf"(?<![\w@]){_spaced(one)}(?=(?:['’]?s)?(?![\w@]))" for one in _longest_first(sought.names)]
        ways += [rf"(?<![\w.+-]){re.escape(one)}(?![\w-]|\.\w)" for one in _longest_first(sought.emails)]
        self.anywhere = re.compile("|".join(ways), re.IGNORECASE)
        self.numbers = [pattern for one in sought.phones if (pattern := _number(one))]

    def replaced(self, text: str, part: str, word: str) -> str:
        """The text with the neutral word. Where a text is cleaned, the telephone number goes too."""
        if part == PEOPLE:
            return self.exact.sub(lambda met: f"{met[1]}{met[2]}{word}", text)
        for pattern in (self.anywhere, *self.numbers):
            text = pattern.sub(lambda _met: word, text)
        return text


def _longest_first(terms: Iterable[str]) -> list[str]:
    return sorted(dict.fromkeys(term for term in terms if term.strip()), key=len, reverse=True)


def _spaced(name: str) -> str:
    return r"\s+".join(re.escape(word) for word in name.split())


def _number(phone: str) -> re.Pattern[str] | None:
    digits = re.sub(r"^(?:\+|00)47", "", re.sub(r"[^0-9+]", "", phone)).lstrip("+")
    if len(digits) < 8:
        return None
    return re.compile(r"(?<![0-9+])(?:(?:\+|00)[0-9]{1,3}[\s.-]*)?" + r"[\s.-]*".join(digits) + r"(?![0-9])")


def _needles(sought: Sought) -> list[str]:
    """For each term a part that the database can find by itself: plain letters, as JSON writes the others otherwise.

    An empty one finds everything, which is right for a name without a plain letter.
    """
    terms = [*sought.names, *sought.emails]
    return sorted({max(re.findall(r"[A-Za-z0-9]+", term) or [""], key=len) for term in terms if term.strip()})


# --- looking --------------------------------------------------------------------------------------------------


@dataclass
class _Found:
    """What was found of one record, by part."""

    lines: dict[str, list[Line]] = field(default_factory=lambda: {PEOPLE: [], TEXT: []})
    older: dict[str, int] = field(default_factory=lambda: {PEOPLE: 0, TEXT: 0})

    def parts(self) -> Iterator[str]:
        return (part for part in (PEOPLE, TEXT) if self.lines[part] or self.older[part])


def find(viewer: Viewer, sought: Sought) -> list[Place]:
    """Every place that names the person: what is certain first, then what can be read, the newest first."""
    rules, needles = _Rules(sought), _needles(sought)
    places = [place for kind, holder in _holders.items() for place in _of(kind, holder, viewer, sought, rules, needles)]
    return sorted(places, key=_order)


def _order(place: Place) -> tuple[Any, ...]:
    day = place.shown.day.toordinal() if place.shown else 0
    return (not place.certain, -day, place.kind, place.part, str(place.id))


def _of(
    kind: str, holder: Holder, viewer: Viewer, sought: Sought, rules: _Rules, needles: Sequence[str]
) -> Iterator[Place]:
    found = _look(holder, rules, needles)
    found.pop(sought.but, None)
    if not found:
        return
    shown, about = holder.shown(viewer, list(found)), holder.about(list(found))
    for record_id, one in found.items():
        seen = shown.get(record_id)
        for part in one.parts():
            certain = part == PEOPLE and _is_them(sought, about.get(record_id, ()))
            lines = one.lines[part] if seen else []
            yield Place(kind, holder.called(), part, record_id, certain, seen, lines, one.older[part])


def _is_them(sought: Sought, about: Collection[UUID]) -> bool:
    """Who took part is this person where the record is about their undertaking; and elsewhere by their full name,
    unless somebody else of that name works there."""
    if sought.home in about:
        return True
    return sought.is_full_name and sought.namesakes.isdisjoint(about)


def _look(holder: Holder, rules: _Rules, needles: Sequence[str]) -> dict[Any, _Found]:
    found: dict[Any, _Found] = {}
    labels = holder.labels()
    columns = [getattr(holder.model, name) for name in (*holder.people, *holder.free)]
    wanted = or_(*(column.icontains(needle) for column in columns for needle in needles))
    for record in db.session.scalars(select(holder.model).where(wanted)):
        for name in (*holder.people, *holder.free):
            text = getattr(record, name) or ""
            for part in _parts_of(text, name in holder.people, rules):
                pattern = rules.exact if part == PEOPLE else rules.anywhere
                line = _line(str(labels.get(name, name)), text, pattern, whole=name in holder.people)
                found.setdefault(record.id, _Found()).lines[part].append(line)  # type: ignore[attr-defined]  # every model has an id
    for record_id, fields in _stored(holder.subject_type, needles):
        for part in _parts_of_fields(holder, fields, rules):
            found.setdefault(record_id, _Found()).older[part] += 1
    return found


def _parts_of(text: str, lists_people: bool, rules: _Rules) -> Iterator[str]:
    if lists_people and rules.exact.search(text):
        yield PEOPLE
        text = rules.exact.sub(r"\1\2", text)
    if rules.anywhere.search(text):
        yield TEXT


def _parts_of_fields(holder: Holder, fields: Mapping[str, Any], rules: _Rules) -> set[str]:
    return {
        part
        for name in (*holder.people, *holder.free)
        for text in _texts(fields.get(name))
        for part in _parts_of(text, name in holder.people, rules)
    }


def _texts(value: Any) -> list[str]:
    """A version holds a text, an unsaved form a list of them."""
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]


def _stored(subject_type: str, needles: Sequence[str]) -> Iterator[tuple[UUID, Mapping[str, Any]]]:
    if not subject_type:
        return
    for model in _STORED:
        written = model.fields.cast(Text)
        wanted = or_(*(written.icontains(needle) for needle in needles))
        yield from db.session.execute(
            select(model.subject_id, model.fields).where(model.subject_type == subject_type, wanted)
        )


def _line(label: str, text: str, pattern: re.Pattern[str], *, whole: bool) -> Line:
    met = pattern.search(text)
    assert met is not None
    start, end = met.span(3) if pattern.groups else met.span()
    before, after = text[:start], text[end:]
    if not whole and len(before) > _AROUND:
        before = "…" + before[-_AROUND:]
    if not whole and len(after) > _AROUND:
        after = after[:_AROUND] + "…"
    return Line(label, before, text[start:end], after)


# --- replacing ------------------------------------------------------------------------------------------------


def redact(sought: Sought, places: Iterable[Place], word: str) -> int:
    """Put the word in the name's place, in the records and in all that is stored of them. Returns how many places.

    Each place leaves a line in the audit log, without the name.
    """
    rules = _Rules(sought)
    wanted: dict[str, dict[Any, list[str]]] = {}
    for place in places:
        wanted.setdefault(place.kind, {}).setdefault(place.id, []).append(place.part)
    for kind, parts in wanted.items():
        _redact(_holders[kind], parts, rules, word)
        for record_id, names in parts.items():
            for part in names:
                audit.note("name replaced", kind, record_id, part)
    return sum(len(names) for parts in wanted.values() for names in parts.values())


def rewrite(
    subject_type: str, ids: Collection[UUID], change: Callable[[UUID, Mapping[str, Any]], dict[str, Any]]
) -> None:
    """Change what is stored of some records: versions, unsaved texts, and texts that met another one."""
    for model in _STORED:
        kept = select(model).where(model.subject_type == subject_type, model.subject_id.in_(ids))
        for row in cast("Iterable[Revision | WorkingCopy | Conflict]", db.session.scalars(kept)):
            row.fields = change(row.subject_id, row.fields)


def _redact(holder: Holder, parts: Mapping[Any, Sequence[str]], rules: _Rules, word: str) -> None:
    if holder.subject_type:
        rewrite(holder.subject_type, list(parts), lambda one, fields: _cleaned(holder, fields, parts[one], rules, word))
    key = holder.model.id  # type: ignore[attr-defined]  # every model has one
    for record in db.session.scalars(select(holder.model).where(key.in_(list(parts)))):
        before = {name: getattr(record, name) or "" for name in (*holder.people, *holder.free)}
        clean = _cleaned(holder, before, parts[record.id], rules, word)  # type: ignore[attr-defined]  # likewise
        for name, text in clean.items():
            if text != before[name]:
                setattr(record, name, text)
        db.session.flush()
        holder.changed(record)
    db.session.flush()


def _cleaned(
    holder: Holder, fields: Mapping[str, Any], parts: Sequence[str], rules: _Rules, word: str
) -> dict[str, Any]:
    """The fields with the word in them; what is not text, and other fields, stay as they are."""
    clean = dict(fields)
    for part in sorted(parts):  # first those who took part, then what is left of the text
        for name in holder.people if part == PEOPLE else (*holder.people, *holder.free):
            value = clean.get(name)
            if isinstance(value, str):
                clean[name] = rules.replaced(value, part, word)
            elif isinstance(value, list):
                clean[name] = [rules.replaced(one, part, word) if isinstance(one, str) else one for one in value]
    return clean
