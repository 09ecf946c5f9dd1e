"""Rows of needs: the list and the columns with their filters, and what others than the whole readers see.

Longest without movement first. Each state is read along its own index and cut at the page, and the pieces are put
together: a page costs the same however many needs there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Date,
    Select,
    Uuid,
    and_,
    bindparam,
    case,
    exists,
    func,
    or_,
    select,
    tuple_,
    union_all,
)

from mono_web.accounts.models import Person, Role
from mono_web.companies.models import Company
from mono_web.core import clock, fulltext
from mono_web.core.access import Viewer
from mono_web.core.db import Moment, db
from mono_web.followups.models import FollowUp
from mono_web.needs import policy
from mono_web.needs.models import COLUMNS, DONE, LIVE, STATES, STILL_DAYS, SUBJECT, Match, Need
from mono_web.programmes.models import Cluster
from mono_web.research.models import Environment, Researcher

PAGE = 25
MOST_COUNTED = 100
OPEN = tuple(state for state in STATES if state not in DONE)
Key = tuple[datetime, UUID]
SharedKey = tuple[date, UUID]


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to. Empty means all, but for `states`: none chosen are the open ones.

    theme  as it is compared (models.Need.theme_key)
    """

    states: tuple[str, ...] = ()
    theme: str = ""
    area: int | None = None
    cluster: int | None = None
    mine: bool = False
    ownerless: bool = False
    company: UUID | None = None
    words: str = ""

    def names(self) -> tuple[str, ...]:
        """Which conditions the list has beside its states."""
        return tuple(name for name in _CONDITIONS if getattr(self, name, None))


class NeedRow(NamedTuple):
    """A line of the list, or a card of the columns.

    partner     the environment (or the researcher without one) of the match that has come furthest
    step_done   the next step was done: it is no next step any more
    """

    id: UUID
    title: str
    company_id: UUID
    company: str
    state: str
    partner: str | None
    new_knowledge: bool | None
    scheme: str
    next_step: str
    next_step_date: date | None
    step_done: bool
    moved_at: datetime
    owner: str | None
    cluster: str
    confidential: bool


@dataclass(frozen=True)
class Page:
    """Rows; where there are more, `after` is the key to ask with."""

    rows: list[NeedRow]
    after: Key | None = None


class Outline(NamedTuple):
    """A need as the manager of its cluster sees it."""

    id: UUID
    title: str
    state: str
    moved_at: datetime


class Shared(NamedTuple):
    """A need as others see it once its abstract is released."""

    id: UUID
    abstract: str
    theme: str
    cluster: str
    released_on: date


_FURTHEST = case({state: place for place, state in enumerate(LIVE)}, value=Match.state)
_PARTNER = (
    select(func.coalesce(Environment.name, Researcher.name))
    .select_from(Match)
    .outerjoin(Environment, Environment.id == Match.environment_id)
    .outerjoin(Researcher, Researcher.id == Match.researcher_id)
    .where(Match.need_id == Need.id, Match.state.in_(LIVE))
    .order_by(_FURTHEST.desc(), Match.moved_at.desc(), Match.id)
    .limit(1)
    .correlate(Need)
    .scalar_subquery()
)
_COLUMNS = (
    Need.id, Need.title, Need.company_id, Company.name, Need.state, _PARTNER, Need.new_knowledge, Need.scheme,
    Need.next_step, Need.next_step_date, FollowUp.done_at.is_not(None), Need.moved_at, Person.name, Cluster.name,
    Need.confidential,
)  # fmt: skip
_TODAY: BindParameter[date] = bindparam("today")
_OWNED = exists().where(
    Role.person_id == Need.owner_id,
    Role.kind == "broker",
    Role.programme_id == Need.programme_id,
    Role.cluster_id == Need.cluster_id,
    Role.starts_on <= _TODAY,
    or_(Role.ends_on.is_(None), Role.ends_on >= _TODAY),
    Person.id == Role.person_id,
    Person.disabled_at.is_(None),
)
_CONDITIONS: dict[str, Any] = {
    "theme": Need.theme_key == bindparam("theme"),
    "area": Need.priority_area_id == bindparam("area"),
    "cluster": Need.cluster_id == bindparam("cluster"),
    "mine": Need.owner_id == bindparam("me"),
    "ownerless": ~_OWNED,
    "company": Need.company_id == bindparam("company"),
    "words": Need.id.in_(fulltext.matching(SUBJECT)),
    "still": Need.moved_at < bindparam("still", type_=Moment),
    "home": Need.cluster_id == bindparam("home"),
}
_AFTER = tuple_(Need.moved_at, Need.id) > tuple_(
    bindparam("after_at", type_=Moment), bindparam("after_id", type_=Uuid)
)  # fmt: skip


def _pieces(states: tuple[str, ...], names: tuple[str, ...], paged: bool) -> CompoundSelect[Any]:
    """(id, moved_at) of each state's first needs."""
    conditions = [policy.VISIBLE, *(_CONDITIONS[name] for name in names), *([_AFTER] if paged else [])]
    pieces = [
        select(Need.id, Need.moved_at)
        .where(Need.state == state, *conditions)
        .order_by(Need.moved_at, Need.id)
        .limit(bindparam("limit"))
        .subquery()
        for state in states
    ]
    return union_all(*(select(piece) for piece in pieces))


@lru_cache(maxsize=256)
def _statement(states: tuple[str, ...], names: tuple[str, ...], paged: bool, whole: bool) -> Select[Any]:
    picked = _pieces(states, names, paged).subquery()
    statement = (
        select(*_COLUMNS)
        .select_from(picked)
        .join(Need, Need.id == picked.c.id)
        .outerjoin(Company, Company.id == Need.company_id)
        .outerjoin(Person, Person.id == Need.owner_id)
        .outerjoin(Cluster, Cluster.id == Need.cluster_id)
        .outerjoin(FollowUp, and_(FollowUp.subject_type == SUBJECT, FollowUp.subject_id == Need.id))
        .order_by(picked.c.moved_at, picked.c.id)
    )
    return statement if whole else statement.limit(bindparam("limit"))


def _home_of(viewer: Viewer) -> int | None:
    """The one cluster whose needs are all that a person reads: the list then goes along that cluster's index."""
    if viewer.has("mentor", "lead"):
        return None
    clusters = {cluster_id for _programme, cluster_id in viewer.places("broker")}
    return clusters.pop() if len(clusters) == 1 else None


def _asked(viewer: Viewer, filters: Filters, *more: str) -> tuple[tuple[str, ...], dict[str, Any]]:
    """The names of the conditions, and the values of all of them."""
    names, home = (*filters.names(), *more), _home_of(viewer)
    if home is not None:
        names = (*names, "home")
    values = {
        **policy.visible_params(viewer),
        "today": clock.today(),
        "home": home,
        "theme": filters.theme,
        "area": filters.area,
        "cluster": filters.cluster,
        "company": filters.company,
        "expression": fulltext.match_expression(filters.words) or '""',
        "still": clock.now() - timedelta(days=STILL_DAYS),
    }
    known = {*policy.visible_params(viewer), *(name for name in names if name in values)}
    known |= {"expression"} if "words" in names else set()
    known |= {"today"} if "ownerless" in names else set()
    return names, {name: values[name] for name in known}


def needs_for(viewer: Viewer, filters: Filters, after: Key | None = None, size: int = PAGE) -> Page:
    """A page of the list, longest without movement first, by key. One statement."""
    names, values = _asked(viewer, filters)
    if after:
        values["after_at"], values["after_id"] = after
    statement = _statement(filters.states or OPEN, names, after is not None, False)
    found = db.session.connection().execute(statement, {**values, "limit": size + 1}).all()
    rows = [NeedRow._make(row) for row in found[:size]]
    return Page(rows, (rows[-1].moved_at, rows[-1].id) if len(found) > size else None)


def columns_for(viewer: Viewer, filters: Filters, size: int = PAGE) -> dict[str, Page]:
    """The same beside each other: a page of each state, those of the way there when none is chosen. One statement."""
    states = filters.states or COLUMNS
    names, values = _asked(viewer, filters)
    found: dict[str, list[NeedRow]] = {state: [] for state in states}
    statement = _statement(states, names, False, True)
    for row in db.session.connection().execute(statement, {**values, "limit": size + 1}):
        found[row.state].append(NeedRow._make(row))
    return {
        state: Page(rows[:size], (rows[size - 1].moved_at, rows[size - 1].id) if len(rows) > size else None)
        for state, rows in found.items()
    }


def still_count(viewer: Viewer, filters: Filters) -> int:
    """How many of the list nobody has moved for so many days, to 100 at most."""
    names, values = _asked(viewer, filters, "still")
    counted = select(func.count()).select_from(_pieces(filters.states or OPEN, names, False).subquery())
    number = db.session.scalar(counted, {**values, "limit": MOST_COUNTED}) or 0
    return min(number, MOST_COUNTED)


# --- what others see ------------------------------------------------------------------------------------------


def outlines_for(viewer: Viewer, after: Key | None = None, size: int = PAGE) -> tuple[list[Outline], Key | None]:
    """Title and state of the needs of the clusters a person manages, and the key of the next page."""
    wanted = (
        policy.titles_visible_to(viewer)
        .with_only_columns(Need.id, Need.title, Need.state, Need.moved_at)
        .where(Need.cluster_id.in_(sorted({cluster for _programme, cluster in viewer.places("cluster_manager")})))
        .where(Need.state.in_(OPEN))
        .order_by(Need.moved_at, Need.id)
        .limit(size + 1)
    )
    if after:
        wanted = wanted.where(_AFTER).params(after_at=after[0], after_id=after[1])
    rows = [Outline._make(row) for row in db.session.execute(wanted)]
    return rows[:size], (rows[size - 1].moved_at, rows[size - 1].id) if len(rows) > size else None


def shared_for(
    viewer: Viewer, theme: str = "", cluster: int | None = None, after: SharedKey | None = None, size: int = PAGE
) -> tuple[list[Shared], SharedKey | None]:
    """Released abstracts, the latest first, and the key of the next page.

    There is no search by words here: the full text holds the whole need, and a hit would tell what is not shared.
    """
    wanted = _shared(viewer).where(Need.programme_id.in_(policy.abstract_params(viewer)["members"]))
    if theme:
        wanted = wanted.where(Need.theme_key == theme)
    if cluster is not None:
        wanted = wanted.where(Need.cluster_id == cluster)
    if after:
        key = tuple_(bindparam("after_on", after[0], Date), bindparam("after_id", after[1], Uuid))
        wanted = wanted.where(tuple_(Need.abstract_released_on, Need.id) < key)
    wanted = wanted.order_by(Need.abstract_released_on.desc(), Need.id.desc()).limit(size + 1)
    rows = [Shared._make(row) for row in db.session.execute(wanted)]
    return rows[:size], (rows[size - 1].released_on, rows[size - 1].id) if len(rows) > size else None


def shared_one(viewer: Viewer, shared_id: UUID) -> Shared | None:
    """One released abstract."""
    row = db.session.execute(_shared(viewer).where(Need.id == shared_id)).first()
    return Shared._make(row) if row else None


def _shared(viewer: Viewer) -> Select[Any]:
    columns = (Need.id, Need.abstract, Need.theme, Cluster.name, Need.abstract_released_on)
    named = policy.abstracts_visible_to(viewer).join(Cluster, Cluster.id == Need.cluster_id)
    return named.with_only_columns(*columns)  # type: ignore[return-value]  # rows of columns
