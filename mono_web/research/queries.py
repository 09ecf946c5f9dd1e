"""Reads over the R&D directory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from mono_web.core import fulltext
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.text import name_key
from mono_web.research import policy, themes
from mono_web.research.models import ENVIRONMENT, RESEARCHER, Environment, Researcher

PAGE = 25
SUGGESTIONS = 8
LEAST_RESEARCHERS = 4  # of the suggestions, where that many fit
MOST_CHOICES = 1_000
SHORTEST_NUMBER = 3
APPROVED = {"yes": True, "no": False, "unknown": None}
_AFTER_ALL = "\U0010ffff"
Row = TypeVar("Row", Environment, Researcher)


class Page(NamedTuple, Generic[Row]):
    """A stretch of a list by name. `after` is the key of the next page, empty on the last one."""

    rows: list[Row]
    after: str


class Choice(NamedTuple):
    """What a match can be made with: kind "environment" or "researcher", and what tells it from its namesakes."""

    kind: str
    id: UUID
    name: str
    detail: str


def environment_for(viewer: Viewer, environment_id: UUID) -> Environment | None:
    """One environment, with the one it is part of."""
    wanted = policy.visible_to(viewer).where(Environment.id == environment_id)
    return db.session.scalar(wanted.options(joinedload(Environment.parent)))


def researcher_for(viewer: Viewer, researcher_id: UUID) -> Researcher | None:
    """One researcher, with their environment."""
    wanted = policy.researchers_visible_to(viewer).where(Researcher.id == researcher_id)
    return db.session.scalar(wanted.options(joinedload(Researcher.environment)))


def environments_for(viewer: Viewer, typed: str = "", theme: str = "", approved: str = "", after: str = "") -> (
    Page[Environment]
):  # fmt: skip
    """The directory by name, a page at a time; `approved` is a key of APPROVED or nothing."""
    wanted = policy.visible_to(viewer).options(selectinload(Environment.parent))
    if typed.strip():
        wanted = _narrowed(wanted, typed)
    if theme.strip():
        wanted = wanted.where(Environment.theme_keys.contains(themes.keys([theme]), autoescape=True))
    if approved in APPROVED:
        wanted = wanted.where(Environment.approved.is_(APPROVED[approved]))
    return _page(wanted, Environment, policy.visible_to(viewer), after)


def researchers_for(viewer: Viewer, typed: str = "", environment_id: UUID | None = None, after: str = "") -> (
    Page[Researcher]
):  # fmt: skip
    """Researchers by name, a page at a time; of one environment where it is given."""
    visible = policy.researchers_visible_to(viewer)
    wanted = visible.options(selectinload(Researcher.environment))
    if environment_id is not None:
        wanted = wanted.where(Researcher.environment_id == environment_id)
    if typed.strip():
        ways = [_begins(Researcher.name_key, name_key(typed))]
        if expression := fulltext.match_expression(typed):
            ways.append(Researcher.id.in_(fulltext.matching(RESEARCHER)))
            wanted = wanted.params(expression=expression)
        wanted = wanted.where(or_(*ways))
    return _page(wanted, Researcher, visible, after)


def _page(wanted: Select[Row], model: type[Row], visible: Select[Row], after: str) -> Page[Row]:
    if start := _read_key(visible, model, after):
        wanted = wanted.where(tuple_(model.name_key, model.id) > tuple_(start.name_key, start.id))
    rows = list(db.session.scalars(wanted.order_by(model.name_key, model.id).limit(PAGE + 1)))
    return Page(rows[:PAGE], str(rows[PAGE - 1].id) if len(rows) > PAGE else "")


def _read_key(visible: Select[Row], model: type[Row], after: str) -> Row | None:
    """The last record of the page before, whose id stands in the address."""
    try:
        return db.session.scalar(visible.where(model.id == UUID(after)))
    except ValueError:
        return None


def _narrowed(wanted: Select[Environment], typed: str) -> Select[Environment]:
    digits = "".join(typed.split())
    ways = [_begins(Environment.name_key, name_key(typed))]
    if digits.isdecimal() and digits.isascii() and len(digits) >= SHORTEST_NUMBER:
        ways.append(_begins(Environment.orgnr, digits))
    if expression := fulltext.match_expression(typed):
        ways.append(Environment.id.in_(fulltext.matching(ENVIRONMENT)))
        wanted = wanted.params(expression=expression)
    return wanted.where(or_(*ways))


def _begins(column: InstrumentedAttribute[Any], start: str) -> ColumnElement[bool]:
    """A range, since LIKE goes along no index here."""
    return and_(column >= start, column < start + _AFTER_ALL)


def parts_of(viewer: Viewer, environment: Environment) -> list[Environment]:
    """The environments that are part of this one, by name."""
    wanted = policy.visible_to(viewer).where(Environment.parent_id == environment.id)
    return list(db.session.scalars(wanted.order_by(Environment.name_key, Environment.id).limit(MOST_CHOICES)))


def choices_for(viewer: Viewer) -> list[tuple[UUID, str]]:
    """Every environment by name, for a list to choose from."""
    wanted = policy.visible_to(viewer).with_only_columns(Environment.id, Environment.name)
    rows = db.session.execute(wanted.order_by(Environment.name_key, Environment.id).limit(MOST_CHOICES))
    return [(one, name) for one, name in rows]


def themes_for(viewer: Viewer) -> list[str]:
    """The themes that environments have, in the spelling met first, in alphabetical order."""
    wanted = policy.visible_to(viewer).with_only_columns(Environment.themes).where(Environment.theme_keys != "")
    found: dict[str, str] = {}
    for themes_of_one in db.session.scalars(wanted.order_by(Environment.name_key, Environment.id)):
        for theme in themes_of_one:
            found.setdefault(themes.key(theme), theme)
    return [found[key] for key in sorted(found)]


def suggestions(viewer: Viewer, typed: str) -> list[Choice]:
    """What to offer while somebody types what a need is matched with; at most 8, environments first. Two queries."""
    if not name_key(typed):
        return []
    environments = [
        Choice(ENVIRONMENT, one.id, one.name, " · ".join(part for part in (one.short_name, one.municipality) if part))
        for one in _suggested(policy.visible_to(viewer), Environment, ENVIRONMENT, typed)
    ]
    visible = policy.researchers_visible_to(viewer).options(joinedload(Researcher.environment))
    researchers = [
        Choice(RESEARCHER, one.id, one.name, " · ".join(part for part in (_home(one), one.unit) if part))
        for one in _suggested(visible, Researcher, RESEARCHER, typed)
    ]
    room = SUGGESTIONS - min(len(researchers), LEAST_RESEARCHERS)
    return [*environments[:room], *researchers][:SUGGESTIONS]


def _home(researcher: Researcher) -> str:
    return researcher.environment.name if researcher.environment else ""


def _suggested(visible: Select[Row], model: type[Row], subject: str, typed: str) -> list[Row]:
    begins = _begins(model.name_key, name_key(typed))
    ways = [begins]
    wanted = visible
    if expression := fulltext.match_expression(typed):
        ways.append(model.id.in_(fulltext.matching(subject)))
        wanted = wanted.params(expression=expression)
    wanted = wanted.where(or_(*ways)).order_by(case((begins, 0), else_=1), model.name_key, model.id)
    return list(db.session.scalars(wanted.limit(SUGGESTIONS)))


# --- what is known already, whoever asks --------------------------------------------------------------------


def by_number(orgnr: str) -> Environment | None:
    """The environment with this number (nine digits): numbers are unique."""
    return db.session.scalar(select(Environment).where(Environment.orgnr == orgnr))


def namesakes(name: str, but: UUID | None = None) -> list[Environment]:
    """Environments of the same name; at most 8."""
    wanted = select(Environment).where(Environment.name_key == name_key(name))
    if but is not None:
        wanted = wanted.where(Environment.id != but)
    return list(db.session.scalars(wanted.order_by(Environment.name, Environment.id).limit(SUGGESTIONS)))


def researcher_namesakes(name: str, but: UUID | None = None) -> list[Researcher]:
    """Researchers of the same name; at most 8."""
    wanted = select(Researcher).where(Researcher.name_key == name_key(name)).options(joinedload(Researcher.environment))
    if but is not None:
        wanted = wanted.where(Researcher.id != but)
    return list(db.session.scalars(wanted.order_by(Researcher.id).limit(SUGGESTIONS)))


def by_nva_uri(uri: str) -> Researcher | None:
    """The researcher who was taken from this address in NVA; the first one where there are several."""
    wanted = select(Researcher).where(Researcher.nva_uri == uri) if uri else None
    return None if wanted is None else db.session.scalar(wanted.order_by(Researcher.created_at).limit(1))


def by_nva_uris(uris: Iterable[str]) -> dict[str, Researcher]:
    """The researchers who were taken from these addresses in NVA."""
    found = db.session.scalars(select(Researcher).where(Researcher.nva_uri.in_([one for one in uris if one])))
    return {one.nva_uri: one for one in found}


def by_cristin_ids(ids: Iterable[str]) -> dict[str, Environment]:
    """The environments with these ids in Cristin and NVA."""
    found = db.session.scalars(select(Environment).where(Environment.cristin_id.in_([one for one in ids if one])))
    return {one.cristin_id: one for one in found}
