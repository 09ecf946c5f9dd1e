"""Reads over people and roles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import selectinload

from mono_web.accounts import policy
from mono_web.accounts.models import LoginSession, PasswordLink, Person, Role
from mono_web.core import clock
from mono_web.core.access import HeldRole, Viewer
from mono_web.core.db import db

_HELD = and_(
    Role.starts_on <= bindparam("today"), or_(Role.ends_on.is_(None), Role.ends_on >= bindparam("today"))
)
_VIEWER = (
    select(
        Person.id, Person.name, Person.email, Person.lang, Person.color_scheme, Person.shortcuts,
        Role.kind, Role.programme_id, Role.cluster_id,
    )
    .select_from(LoginSession)
    .join(Person, Person.id == LoginSession.person_id)
    .outerjoin(Role, and_(Role.person_id == Person.id, _HELD))
    .where(
        LoginSession.token_hash == bindparam("token_hash"),
        LoginSession.ended_at.is_(None),
        Person.disabled_at.is_(None),
    )
    .order_by(Role.id)
)  # fmt: skip
_HOLDERS = (
    select(Person.id, Person.name)
    .distinct()
    .join(Role, Role.person_id == Person.id)
    .where(_HELD, Person.disabled_at.is_(None), Role.programme_id == bindparam("programme"))
    .where(Role.kind.in_(bindparam("kinds", expanding=True)))
    .order_by(Person.name, Person.id)
)


def token_hash(token: str) -> str:
    """How tokens of log-ins and links are stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def viewer_for(token: str) -> Viewer | None:
    """The person of a log-in with the roles they hold today; None when it ended or the account is disabled."""
    rows = db.session.execute(_VIEWER, {"token_hash": token_hash(token), "today": clock.today()}).all()
    if not rows:
        return None
    person_id, name, email, lang, scheme, shortcuts, *_ = rows[0]
    roles = tuple(HeldRole(*row[6:]) for row in rows if row[6])
    return Viewer(
        id=person_id, name=name, email=email, token=token, lang=lang, color_scheme=scheme,
        shortcuts=shortcuts, roles=roles,
    )  # fmt: skip


def holders(kinds: Sequence[str], programme_id: int, cluster_id: int | None = None) -> list[tuple[int, str]]:
    """(id, name) of the people who hold one of these roles today, in one cluster where it is given."""
    statement = _HOLDERS if cluster_id is None else _HOLDERS.where(Role.cluster_id == cluster_id)
    given = {"today": clock.today(), "programme": programme_id, "kinds": list(kinds)}
    return [(row.id, row.name) for row in db.session.execute(statement, given)]


def person_by_email(email: str) -> Person | None:
    """An account by its address, whatever the case."""
    return db.session.scalar(select(Person).where(Person.email == email.strip().lower()))


def person_for(viewer: Viewer, person_id: int) -> Person | None:
    """One person, in the administration."""
    return db.session.scalar(
        policy.visible_to(viewer).where(Person.id == person_id).options(selectinload(Person.roles))
    )


def people_for(viewer: Viewer) -> list[Person]:
    """Everybody, by name, with their roles."""
    return list(db.session.scalars(policy.visible_to(viewer).options(selectinload(Person.roles))))


def role_for(viewer: Viewer, role_id: int) -> Role | None:
    """One role, in the administration."""
    if not policy.can_read_people(viewer):
        return None
    return db.session.get(Role, role_id)


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Names by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = db.session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def link_by_token(token: str) -> PasswordLink | None:
    """A link that may still be used."""
    link = db.session.get(PasswordLink, token_hash(token))
    usable = link is not None and link.used_at is None and link.expires_at > clock.now()
    return link if usable else None


def admins(on: date) -> list[int]:
    """Ids of the people who are admins on a day and not disabled."""
    rows = db.session.scalars(
        select(Role.person_id)
        .distinct()
        .join(Person)
        .where(
            Role.kind == "admin",
            Person.disabled_at.is_(None),
            Role.starts_on <= on,
            or_(Role.ends_on.is_(None), Role.ends_on >= on),
        )
    )
    return list(rows)


def anybody() -> bool:
    """Whether there is an account at all: an instance without one is empty."""
    return bool(db.session.scalar(select(func.count()).select_from(select(Person.id).limit(1).subquery())))
