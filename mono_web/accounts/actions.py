"""Writes over people, roles and log-ins. They flush, never commit."""

from __future__ import annotations

import secrets
from datetime import date, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import update

from mono_web.accounts import queries
from mono_web.accounts.models import (
    KINDS_IN_CLUSTER,
    KINDS_IN_PROGRAMME,
    LINK_HOURS,
    LoginSession,
    PasswordLink,
    Person,
    Role,
)
from mono_web.core import audit, clock
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
# OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# Hash of a random word: an unknown account costs the same verification as a known one.
_nobody = _hasher.hash(secrets.token_hex(16))

# Only failed attempts count. In memory: MoNo is one process.
_throttle = MovingWindowRateLimiter(MemoryStorage())
_per_account = parse("10 per 5 minutes")
_per_address = parse("30 per 5 minutes")


class TooManyAttempts(DomainError):
    """This account or address has failed too often lately."""


def log_in(email: str, password: str, address: str) -> tuple[Person, str]:
    """Check a password and begin a log-in; returns the person and the token for the session cookie.

    Unknown accounts, accounts without a password, disabled ones and wrong passwords get the same answer
    after the same work: exactly one hash verification.
    """
    account = email.strip().lower()
    if not (_throttle.test(_per_account, account) and _throttle.test(_per_address, address)):
        raise TooManyAttempts(_l("Too many attempts. Try again in 5 minutes."))
    person = queries.person_by_email(account)
    right = _verify(person.password_hash if person and person.password_hash else _nobody, password)
    if person is None or not person.password_hash or person.disabled_at or not right:
        _throttle.hit(_per_account, account)
        _throttle.hit(_per_address, address)
        audit.note("log-in failed", "person", person.id if person else None)
        raise DomainError(_l("E-mail or password is wrong."))
    return person, begin_session(person)


def _verify(stored: str, password: str) -> bool:
    try:
        return _hasher.verify(stored, password[:LONGEST_PASSWORD])
    except (VerifyMismatchError, InvalidHashError):
        return False


def hash_password(password: str) -> str:
    """Hash a password after the one rule there is: its length. Costs some 50 ms: outside a transaction."""
    if len(password) < SHORTEST_PASSWORD:
        raise DomainError(_l("Use at least %(least)d characters", least=SHORTEST_PASSWORD), "password")
    if len(password) > LONGEST_PASSWORD:
        raise DomainError(_l("Use at most %(most)d characters", most=LONGEST_PASSWORD), "password")
    return _hasher.hash(password)


def rehash_if_needed(person: Person, password: str) -> None:
    """After a successful log-in: bring an old hash to today's parameters."""
    if person.password_hash and _hasher.check_needs_rehash(person.password_hash):
        person.password_hash = _hasher.hash(password)


def begin_session(person: Person) -> str:
    """A new log-in; returns its token."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        LoginSession(token_hash=queries.token_hash(token), person_id=person.id, started_at=clock.now())
    )
    db.session.flush()
    return token


def end_session(token: str) -> None:
    """Log out here."""
    session = db.session.get(LoginSession, queries.token_hash(token))
    if session is not None:
        session.ended_at = clock.now()


def end_other_sessions(person_id: int, keep_token: str = "") -> None:
    """Log a person out everywhere else."""
    db.session.execute(
        update(LoginSession)
        .where(
            LoginSession.person_id == person_id,
            LoginSession.ended_at.is_(None),
            LoginSession.token_hash != queries.token_hash(keep_token),
        )
        .values(ended_at=clock.now())
    )


def password_is_right(person: Person, password: str) -> bool:
    """Whether this is the person's present password."""
    return _verify(person.password_hash or _nobody, password)


def change_password(person: Person, new_hash: str, keep_token: str = "") -> None:
    """Set a new password; other log-ins end."""
    person.password_hash = new_hash
    end_other_sessions(person.id, keep_token)
    audit.note("password changed", "person", person.id)


def make_person(email: str, name: str, lang: str | None = None) -> Person:
    """A new account, without a password yet."""
    if queries.person_by_email(email) is not None:
        raise DomainError(_l("There is already an account with this e-mail"), "email")
    person = Person(email=email.strip().lower(), name=name.strip(), lang=lang, created_at=clock.now())
    db.session.add(person)
    db.session.flush()
    audit.note("person made", "person", person.id)
    return person


def make_link(person: Person, made_by: int | None) -> str:
    """A link for setting the password; returns its token, which is shown once. Older unused links end."""
    db.session.execute(
        update(PasswordLink)
        .where(PasswordLink.person_id == person.id, PasswordLink.used_at.is_(None))
        .values(expires_at=clock.now())
    )
    token = secrets.token_urlsafe(32)
    db.session.add(
        PasswordLink(
            token_hash=queries.token_hash(token),
            person_id=person.id,
            made_by=made_by,
            made_at=clock.now(),
            expires_at=clock.now() + timedelta(hours=LINK_HOURS),
        )
    )
    db.session.flush()
    audit.note("password link made", "person", person.id)
    return token


def use_link(token: str, new_hash: str) -> Person:
    """Set the password with a link: it is used up, and every log-in of the person ends."""
    link = queries.link_by_token(token)
    if link is None:
        raise DomainError(_l("The link is used or too old. Ask the administrator for a new one."))
    person = db.session.get_one(Person, link.person_id)
    link.used_at = clock.now()
    change_password(person, new_hash)
    person.link_used_at = clock.now()
    audit.note("password link used", "person", person.id)
    return person


def disable(person: Person) -> None:
    """Close an account: its rights and log-ins end at the next request. The last admin stays."""
    if set(queries.admins(clock.today())) <= {person.id}:
        raise DomainError(_l("This is the last administrator. Make another one first"))
    person.disabled_at = clock.now()
    end_other_sessions(person.id)
    audit.note("person disabled", "person", person.id)


def enable(person: Person) -> None:
    """Open a closed account again."""
    person.disabled_at = None
    audit.note("person enabled", "person", person.id)


def give_role(
    person: Person,
    kind: str,
    starts_on: date,
    ends_on: date | None = None,
    programme_id: int | None = None,
    cluster_id: int | None = None,
) -> Role:
    """Give a role from a day to a day."""
    if ends_on is not None and ends_on < starts_on:
        raise DomainError(_l("The last day is before the first"), "ends_on")
    if kind in (*KINDS_IN_PROGRAMME, *KINDS_IN_CLUSTER) and programme_id is None:
        raise DomainError(_l("Choose a programme"), "programme")
    if kind in KINDS_IN_CLUSTER and cluster_id is None:
        raise DomainError(_l("Choose a cluster"), "cluster")
    role = Role(
        person_id=person.id,
        kind=kind,
        programme_id=None if kind == "admin" else programme_id,
        cluster_id=cluster_id if kind in KINDS_IN_CLUSTER else None,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    db.session.add(role)
    db.session.flush()
    audit.note("role given", "person", person.id, detail=kind)
    return role


def end_role(role: Role, last_day: date) -> None:
    """Let a role end on a day (inclusive). The last admin's role does not end."""
    if role.kind == "admin" and not set(queries.admins(last_day + timedelta(days=1))) - {role.person_id}:
        raise DomainError(_l("This is the last administrator. Make another one first"), "ends_on")
    if last_day < role.starts_on:
        role.starts_on = last_day
    role.ends_on = last_day
    db.session.flush()
    audit.note("role ended", "person", role.person_id, detail=role.kind)
