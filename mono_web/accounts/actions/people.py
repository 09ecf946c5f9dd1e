"""Accounts, their wishes, and roles from day to day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import or_, select

from mono_web.accounts import queries
from mono_web.accounts.actions.logins import end_links, end_other_sessions
from mono_web.accounts.models import KINDS_IN_CLUSTER, KINDS_IN_PROGRAMME, Person, Role
from mono_web.core import audit, clock
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l


class _Days(NamedTuple):
    first: date
    last: date | None


# --- accounts -----------------------------------------------------------------------------------------------


def make_person(email: str, name: str, lang: str | None = None) -> Person:
    """A new account, without a password yet."""
    _refuse_taken(email)
    person = Person(email=email.strip().lower(), name=name.strip(), lang=lang or None, created_at=clock.now())
    db.session.add(person)
    db.session.flush()
    audit.note("person made", "person", person.id)
    return person


def save_person(person: Person, email: str, name: str, lang: str | None) -> None:
    """Change name, address or language. The last save stands; the log says which of them changed."""
    _refuse_taken(email, but=person.id)
    values = {"email": email.strip().lower(), "name": name.strip(), "lang": lang or None}
    changed = [field for field, value in values.items() if getattr(person, field) != value]
    for field, value in values.items():
        setattr(person, field, value)
    db.session.flush()
    if changed:
        audit.note("person changed", "person", person.id, detail=", ".join(changed))


def _refuse_taken(email: str, but: int | None = None) -> None:
    other = queries.person_by_email(email)
    if other is not None and other.id != but:
        raise DomainError(_l("There is already an account with this e-mail"), "email")


def choose_settings(person: Person, lang: str | None, color_scheme: str | None, *, shortcuts: bool) -> None:
    """A person's own wishes; None means what the browser says."""
    person.lang = lang or None
    person.color_scheme = color_scheme or None
    person.shortcuts = shortcuts
    db.session.flush()


def choose_language(person: Person, lang: str) -> None:
    """The language alone."""
    person.lang = lang
    db.session.flush()


def disable(person: Person) -> None:
    """Close an account: its rights, log-ins and links end at the next request. The last admin stays."""
    if person.disabled_at is not None:
        return
    _keep_an_admin([role for role in queries.admin_roles() if role.person_id != person.id])
    person.disabled_at = clock.now()
    end_other_sessions(person.id)
    end_links(person.id)
    audit.note("person disabled", "person", person.id)


def enable(person: Person) -> None:
    """Open a closed account again."""
    person.disabled_at = None
    audit.note("person enabled", "person", person.id)


# --- roles --------------------------------------------------------------------------------------------------


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
    role = Role(
        person_id=person.id,
        kind=kind,
        programme_id=None if kind == "admin" else programme_id,
        cluster_id=cluster_id if kind in KINDS_IN_CLUSTER else None,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    _refuse_nowhere(role)
    _refuse_twice(role)
    db.session.add(role)
    db.session.flush()
    audit.note("role given", "person", person.id, detail=kind)
    return role


def _refuse_nowhere(role: Role) -> None:
    """A role has the place that its kind needs."""
    if role.kind in (*KINDS_IN_PROGRAMME, *KINDS_IN_CLUSTER) and role.programme_id is None:
        raise DomainError(_l("Choose a programme"), "programme")
    if role.kind in KINDS_IN_CLUSTER and role.cluster_id is None:
        raise DomainError(_l("Choose a cluster"), "cluster")
    if role.cluster_id is not None and not queries.is_place(role.programme_id, role.cluster_id):
        raise DomainError(_l("This cluster is not part of the programme"), "cluster")


def _refuse_twice(role: Role) -> None:
    """Two rows for one role would leave rights behind when one of them ends."""
    same = select(Role.id).where(
        Role.person_id == role.person_id,
        Role.kind == role.kind,
        Role.programme_id.is_not_distinct_from(role.programme_id),
        Role.cluster_id.is_not_distinct_from(role.cluster_id),
        or_(Role.ends_on.is_(None), Role.ends_on >= role.starts_on),
    )
    if role.ends_on is not None:
        same = same.where(Role.starts_on <= role.ends_on)
    if db.session.scalar(same.limit(1)) is not None:
        raise DomainError(_l("The person has this role already on some of these days"), "starts_on")


def end_role(role: Role, last_day: date) -> None:
    """Let a role end on a day (inclusive). One that has not yet been held may be taken away altogether."""
    today = clock.today()
    if role.ends_on is not None and role.ends_on < today:
        raise DomainError(_l("The role has already ended"), "ends_on")
    never_held = last_day < role.starts_on
    if never_held and role.starts_on < today:
        raise DomainError(_l("The last day is before the first"), "ends_on")
    if role.kind == "admin":
        others = [_Days(one.starts_on, one.ends_on) for one in queries.admin_roles() if one.id != role.id]
        _keep_an_admin(others if never_held else [*others, _Days(role.starts_on, last_day)])
    if never_held:
        db.session.delete(role)
    else:
        role.ends_on = last_day
    db.session.flush()
    audit.note("role ended", "person", role.person_id, detail=role.kind)


def _keep_an_admin(after: Iterable[_Days | Role]) -> None:
    """Refuse a change after which a day comes without an admin, earlier than one would have come anyway."""
    before = _first_day_without(_days(queries.admin_roles()))
    then = _first_day_without(_days(after))
    if then is not None and (before is None or then < before):
        raise DomainError(_l("This is the last administrator. Make another one first"), "ends_on")


def _days(roles: Iterable[_Days | Role]) -> list[_Days]:
    return [_Days(one.starts_on, one.ends_on) if isinstance(one, Role) else one for one in roles]


def _first_day_without(spans: list[_Days]) -> date | None:
    """The first day from today on that no span covers; None when the last one is open."""
    day = clock.today()
    while True:
        held = [span for span in spans if span.first <= day and (span.last is None or span.last >= day)]
        if not held:
            return day
        if any(span.last is None for span in held):
            return None
        day = max(span.last for span in held if span.last is not None) + timedelta(days=1)
