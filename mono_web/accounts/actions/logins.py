"""Passwords, log-ins and links. Hashing costs some 50 ms and never runs inside a transaction."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from sqlalchemy import update

from mono_web.accounts import queries
from mono_web.accounts.models import LINK_HOURS, LoginSession, PasswordLink, Person
from mono_web.core import audit, clock
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
LONGEST_EMAIL = 200
# OWASP's parameters for argon2id: 19 MiB, two passes, one lane.
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# In two threads of their own: each thread that hashes keeps its 19 MiB, and the server has eight.
_hashing = ThreadPoolExecutor(max_workers=2, thread_name_prefix="hashing")
# Hash of a random word that nobody knows: an unknown account costs the same verification as a known one.
_nobody = "$argon2id$v=19$m=19456,t=2,p=1$Oifpytcm2vpS+gtU4Q0FOQ$9C31tQKk7ufQ+yT7REJZLniVzoaxEJ//0zV6G5gLaEE"

# Only failed attempts count, and those whose end is not known yet. In memory: MoNo is one process.
_failures = MemoryStorage()
_throttle = MovingWindowRateLimiter(_failures)
_per_account = parse("10 per 5 minutes")
_per_address = parse("30 per 5 minutes")
_counting = Lock()
_under_way: Counter[tuple[RateLimitItem, str]] = Counter()


class TooManyAttempts(DomainError):
    """This account or address has failed too often lately."""


@dataclass(frozen=True)
class Checked:
    """A password that was right: whose it is, the stored hash, and a new one where that is of an older kind."""

    person_id: int
    stored: str
    renewed: str | None


def forget_failures() -> None:
    """Begin counting failed log-ins anew. For tests, which share the process."""
    _failures.reset()


# --- passwords ----------------------------------------------------------------------------------------------


def check_password(email: str, password: str, address: str) -> Checked:
    """Check a password, before `begin_write`: ends the transaction it read in, then hashes.

    Unknown accounts, accounts without a password, disabled ones and wrong passwords get the same answer
    after the same work: exactly one hash verification.
    """
    account = email.strip().lower()[:LONGEST_EMAIL]
    with _attempt(account, address) as failed:
        known = queries.account_by_email(account)
        db.session.rollback()
        stored = known.password_hash if known and known.password_hash else _nobody
        right = _verify(stored, password)
        if known is None or not known.password_hash or known.disabled or not right:
            failed()
            audit.note_of_strangers("log-in failed", "person", known.id if known else None)
            raise _wrong()
    return Checked(known.id, stored, _hash(password) if _hasher.check_needs_rehash(stored) else None)


@contextmanager
def _attempt(account: str, address: str) -> Iterator[Callable[[], None]]:
    """One attempt within what is left for the account and the address; yields what counts it as failed.

    It is reserved until its end is known, so that attempts at the same time cannot all use the last one. Beyond the
    limit of an address each account has one attempt from there until its own failure is forgotten.
    """
    kept = ((_per_account, account), (_per_address, address))
    with _counting:
        full, spent = _left(*kept[0]) <= 0, _left(*kept[1]) <= 0
        # Others may fail from the same address, as behind a proxy: an account that has not failed itself is checked.
        if full or (spent and _left(*kept[0]) < _per_account.amount):
            # Translators: bokmål: For mange forsøk. Prøv igjen om 5 minutter.
            raise TooManyAttempts(_l("Too many attempts. Try again in 5 minutes."))
        _under_way.update(kept)

    def failed() -> None:
        with _counting:
            for one in kept:
                _throttle.hit(*one)

    try:
        yield failed
    finally:
        with _counting:
            _under_way.subtract(kept)
            for one in kept:
                if not _under_way[one]:
                    del _under_way[one]


def _left(limit: RateLimitItem, of: str) -> int:
    """How many attempts are left of a limit, those under way taken off."""
    return int(_throttle.get_window_stats(limit, of).remaining) - _under_way[(limit, of)]


def check_own_password(email: str, password: str, address: str) -> Checked:
    """The same for a person who is logged in and gives their present password."""
    try:
        return check_password(email, password, address)
    except TooManyAttempts:
        raise
    except DomainError as error:
        raise DomainError(_l("The present password is wrong"), "old_password") from error


def _wrong() -> DomainError:
    # Translators: bokmål: E-post eller passord stemmer ikke.
    return DomainError(_l("E-mail or password is wrong."), "password")


def _verify(stored: str, password: str) -> bool:
    try:
        return _hashing.submit(_hasher.verify, stored, password[: LONGEST_PASSWORD + 1]).result()
    except (VerificationError, InvalidHashError):
        return False


def hash_password(password: str) -> str:
    """Hash a password after the one rule there is: its length."""
    if len(password) < SHORTEST_PASSWORD:
        raise DomainError(_l("Use at least %(least)d characters", least=SHORTEST_PASSWORD), "password")
    if len(password) > LONGEST_PASSWORD:
        raise DomainError(_l("Use at most %(most)d characters", most=LONGEST_PASSWORD), "password")
    return _hash(password)


def _hash(password: str) -> str:
    return _hashing.submit(_hasher.hash, password).result()


def change_password(person: Person, new_hash: str, keep_token: str = "") -> None:
    """Set a new password; other log-ins and links end."""
    person.password_hash = new_hash
    end_other_sessions(person.id, keep_token)
    end_links(person.id)
    audit.note("password changed", "person", person.id)


# --- log-ins ------------------------------------------------------------------------------------------------


def log_in(checked: Checked) -> tuple[str, datetime | None]:
    """Begin a log-in after `check_password`.

    Returns the token for the session cookie and, once, the moment the password was set by a link.
    """
    person = db.session.get_one(Person, checked.person_id)
    if person.disabled_at is not None or person.password_hash != checked.stored:
        raise _wrong()
    if checked.renewed:
        person.password_hash = checked.renewed
    told, person.link_used_at = person.link_used_at, None
    token = begin_session(person)
    audit.note("logged in", "person", person.id)
    return token, told


def begin_session(person: Person) -> str:
    """A new log-in; returns its token."""
    token = secrets.token_urlsafe(32)
    db.session.add(LoginSession(token_hash=queries.token_hash(token), person_id=person.id, started_at=clock.now()))
    db.session.flush()
    return token


def log_out(person_id: int, token: str) -> None:
    """End the log-in here."""
    end_session(token)
    audit.note("logged out", "person", person_id)


def end_session(token: str) -> None:
    """End one log-in."""
    session = db.session.get(LoginSession, queries.token_hash(token))
    if session is not None and session.ended_at is None:
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


# --- links --------------------------------------------------------------------------------------------------


def make_link(person: Person, made_by: int | None) -> str:
    """A link for setting the password; returns its token, which is shown once. Older unused links end."""
    if person.disabled_at is not None:
        raise DomainError(_l("The account is closed. Open it first"))
    end_links(person.id)
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


def end_links(person_id: int) -> None:
    """Unused links of a person lead nowhere from now on."""
    db.session.execute(
        update(PasswordLink)
        .where(
            PasswordLink.person_id == person_id,
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > clock.now(),
        )
        .values(expires_at=clock.now())
    )


def use_link(token: str, new_hash: str) -> Person:
    """Set the password with a link: it is used up, and every log-in of the person ends."""
    link = queries.link_by_token(token)
    if link is None:
        raise DomainError(_l("The link is used or too old. Ask the administrator for a new one."))
    person = db.session.get_one(Person, link.person_id)
    link.used_at = clock.now()
    db.session.flush()
    change_password(person, new_hash)
    person.link_used_at = clock.now()
    audit.note("password link used", "person", person.id)
    return person


def refuse_link() -> None:
    """Somebody tried to set a password with a link that leads nowhere."""
    audit.note_of_strangers("password link refused")
