"""Reads over people and roles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import and_, bindparam, column, func, or_, select, table
from sqlalchemy.orm import selectinload

from mono_web.accounts import policy
from mono_web.accounts.models import LoginSession, PasswordLink, Person, Role
from mono_web.core import clock
from mono_web.core.access import HeldRole, Viewer
from mono_web.core.audit import AuditLine
from mono_web.core.db import db

MOST_PEOPLE = 100
AUDIT_PAGE = 50
# Use keeps a log-in alive, but not for ever: a laptop that somebody took is logged out in the end. Two weeks of
# travelling fit in.
LONGEST_LOG_IN = timedelta(days=14)

# Programmes and clusters come later in the line of features. A role points at their tables (models.py), and what
# they are called is read from there.
_programme = table("programme", column("id"), column("name"), column("starts_on"))
_cluster = table("cluster", column("id"), column("name"))
_programme_cluster = table("programme_cluster", column("programme_id"), column("cluster_id"))

_HELD = and_(Role.starts_on <= bindparam("today"), or_(Role.ends_on.is_(None), Role.ends_on >= bindparam("today")))
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
        LoginSession.started_at > bindparam("since"),
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
_HOLDERS_IN_CLUSTER = _HOLDERS.where(Role.cluster_id == bindparam("cluster"))
_BY_EMAIL = select(Person).where(Person.email == bindparam("email"))
_NAMES = select(Person.id, Person.name).where(Person.id.in_(bindparam("ids", expanding=True)))


class Account(NamedTuple):
    """What a log-in needs to know before anything is locked."""

    id: int
    password_hash: str | None
    disabled: bool


class RoleLine(NamedTuple):
    """A role with the names of what it is bound to; `when` is "now", "coming" or "earlier"."""

    role: Role
    programme: str
    cluster: str
    when: str


class PeoplePage(NamedTuple):
    """People of a list, the roles they hold today, and whether there are more people than are shown."""

    people: list[Person]
    roles: dict[int, list[RoleLine]]
    more: bool


class AuditPage(NamedTuple):
    """Lines of the audit log, newest first; `before` is the key of what comes next."""

    lines: list[AuditLine]
    before: int | None
    names: dict[int, str]


def token_hash(token: str) -> str:
    """How tokens of log-ins and links are stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def viewer_for(token: str) -> Viewer | None:
    """The person of a log-in with the roles they hold today; None when it ended or is too old, or they are disabled."""
    # Plain rows, as at every request: the session's own way of loading costs as much again.
    given = {"token_hash": token_hash(token), "today": clock.today(), "since": clock.now() - LONGEST_LOG_IN}
    rows = db.session.connection().execute(_VIEWER, given).all()
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
    statement = _HOLDERS if cluster_id is None else _HOLDERS_IN_CLUSTER
    given = {"today": clock.today(), "programme": programme_id, "kinds": list(kinds), "cluster": cluster_id}
    return [(row[0], row[1]) for row in db.session.connection().execute(statement, given)]


# --- one account --------------------------------------------------------------------------------------------


def person_by_email(email: str) -> Person | None:
    """An account by its address, whatever the case."""
    return db.session.scalar(_BY_EMAIL, {"email": email.strip().lower()})


def account_by_email(email: str) -> Account | None:
    """The same as plain values, which outlive the transaction they were read in."""
    row = db.session.execute(
        select(Person.id, Person.password_hash, Person.disabled_at).where(Person.email == email)
    ).first()
    return Account(row[0], row[1], row[2] is not None) if row else None


def own_account(viewer: Viewer) -> Person:
    """The account of the one who asks."""
    return db.session.get_one(Person, viewer.id, options=[selectinload(Person.roles)])


def link_by_token(token: str) -> PasswordLink | None:
    """A link that may still be used, of an account that is open."""
    link = db.session.get(PasswordLink, token_hash(token))
    if link is None or link.used_at is not None or link.expires_at <= clock.now():
        return None
    return link if db.session.get_one(Person, link.person_id).disabled_at is None else None


def email_of(person_id: int) -> str:
    """The address of an account."""
    return db.session.get_one(Person, person_id).email


# --- the administration -------------------------------------------------------------------------------------


def person_for(viewer: Viewer, person_id: int) -> Person | None:
    """One person, in the administration."""
    return db.session.scalar(
        policy.visible_to(viewer)
        .where(Person.id == person_id)
        .options(selectinload(Person.roles))
        .execution_options(populate_existing=True)
    )


def people_for(viewer: Viewer, words: str = "") -> PeoplePage:
    """People by name whose name or address holds all the words, with their roles.

    Compared here and not in SQL, since SQLite knows no capital Å; there are tens of people, not thousands.
    """
    rows = db.session.execute(policy.visible_to(viewer).with_only_columns(Person.id, Person.name, Person.email))
    wanted = words.casefold().split()
    found = [row.id for row in rows if all(word in f"{row.name} {row.email}".casefold() for word in wanted)]
    shown = found[:MOST_PEOPLE]
    people = list(
        db.session.scalars(policy.visible_to(viewer).where(Person.id.in_(shown)).options(selectinload(Person.roles)))
    )
    held: dict[int, list[RoleLine]] = {person.id: [] for person in people}
    for line in role_lines(role for person in people for role in person.roles):
        if line.when == "now":
            held[line.role.person_id].append(line)
    return PeoplePage(people, held, len(found) > len(shown))


def role_for(viewer: Viewer, role_id: int) -> Role | None:
    """One role, in the administration."""
    if not policy.can_read_people(viewer):
        return None
    return db.session.get(Role, role_id, populate_existing=True)


def role_lines(roles: Iterable[Role]) -> list[RoleLine]:
    """Roles with names and whether they are held now, come or have been; in that order."""
    given = list(roles)
    programmes, clusters, today = dict(programme_names()), dict(cluster_names()), clock.today()
    lines = [
        RoleLine(
            role,
            programmes.get(role.programme_id or 0, ""),
            clusters.get(role.cluster_id or 0, ""),
            _when(role, today),
        )
        for role in given
    ]
    order = ("now", "coming", "earlier")
    return sorted(lines, key=lambda line: (order.index(line.when), line.role.starts_on, line.role.id))


def _when(role: Role, today: date) -> str:
    if role.ends_on is not None and role.ends_on < today:
        return "earlier"
    return "coming" if role.starts_on > today else "now"


def programme_names() -> list[tuple[int, str]]:
    """(id, name) of all programmes, newest first."""
    rows = db.session.execute(
        select(_programme.c.id, _programme.c.name).order_by(_programme.c.starts_on.desc(), _programme.c.id)
    )
    return [(row[0], row[1]) for row in rows]


def cluster_names() -> list[tuple[int, str]]:
    """(id, name) of all clusters, by name."""
    rows = db.session.execute(select(_cluster.c.id, _cluster.c.name).order_by(_cluster.c.name))
    return [(row[0], row[1]) for row in rows]


def is_place(programme_id: int | None, cluster_id: int | None) -> bool:
    """Whether the cluster takes part in the programme."""
    found = db.session.execute(
        select(_programme_cluster.c.cluster_id).where(
            _programme_cluster.c.programme_id == programme_id, _programme_cluster.c.cluster_id == cluster_id
        )
    ).first()
    return found is not None


def names_of(ids: Iterable[int]) -> dict[int, str]:
    """Names by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    rows = db.session.connection().execute(_NAMES, {"ids": list(wanted)})
    return {row[0]: row[1] for row in rows}


def audit_for(viewer: Viewer, person_id: int | None = None, before: int | None = None) -> AuditPage:
    """The audit log without notes and confidential readings; of one person: what they did and what befell them."""
    if not policy.can_read_audit(viewer):
        return AuditPage([], None, {})
    lines = select(AuditLine).where(AuditLine.verb != "read confidential").order_by(AuditLine.id.desc())
    # A private note is absent from every other person's view, this one too.
    lines = lines.where(AuditLine.subject_type.is_distinct_from("note"))
    if person_id is not None:
        about = and_(AuditLine.subject_type == "person", AuditLine.subject_id == str(person_id))
        lines = lines.where(or_(AuditLine.person_id == person_id, about))
    if before is not None:
        lines = lines.where(AuditLine.id < before)
    found = list(db.session.scalars(lines.limit(AUDIT_PAGE + 1)))
    shown = found[:AUDIT_PAGE]
    named = {line.person_id for line in shown if line.person_id}
    named |= {int(line.subject_id) for line in shown if line.subject_type == "person" and line.subject_id}
    return AuditPage(shown, shown[-1].id if len(found) > len(shown) else None, names_of(named))


# --- the last admin -----------------------------------------------------------------------------------------


def admins(on: date) -> list[int]:
    """Ids of the people who are admins on a day and not disabled."""
    return sorted({role.person_id for role in admin_roles() if _covers(role, on)})


def admin_roles() -> list[Role]:
    """Every admin's role of an account that is open."""
    return list(
        db.session.scalars(
            select(Role).join(Person).where(Role.kind == "admin", Person.disabled_at.is_(None)).order_by(Role.id)
        )
    )


def _covers(role: Role, day: date) -> bool:
    return role.starts_on <= day and (role.ends_on is None or role.ends_on >= day)


def anybody() -> bool:
    """Whether there is an account at all: an instance without one is empty."""
    return bool(db.session.scalar(select(func.count()).select_from(select(Person.id).limit(1).subquery())))
