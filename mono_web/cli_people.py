"""`mono-web user`: accounts without the web."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mono_web.cli_common import instance_option, working_on

if TYPE_CHECKING:
    from mono_web.accounts.models import Person

ROLES = ("broker", "mentor", "lead", "cluster_manager", "observer", "admin")


@click.group()
def user() -> None:
    """Accounts without the web."""


_from_stdin = click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _person(email: str) -> Person:
    from mono_web.accounts import queries

    person = queries.person_by_email(email)
    if person is None:
        raise click.ClickException(f"there is no account {email}")
    return person


@user.command("add")
@click.argument("email")
@click.option("--name", required=True, help="Name of the person.")
@click.option("--role", "kinds", multiple=True, type=click.Choice(ROLES), help="May be given several times.")
@click.option("--programme", help="Code of the programme of the roles.")
@click.option("--cluster", help="Code of the cluster of the roles.")
@_from_stdin
@instance_option
def user_add(
    email: str, name: str, kinds: tuple[str, ...], programme: str | None, cluster: str | None,
    password_stdin: bool, instance: Path | None,
) -> None:  # fmt: skip
    """Make an account, with roles from today on."""
    from mono_web.accounts import actions
    from mono_web.core import clock

    if "@" not in email:
        raise click.UsageError("EMAIL must be an e-mail address.")
    password = _password(password_stdin)
    with working_on(instance):
        hashed = actions.hash_password(password)
        person = actions.make_person(email, name)
        person.password_hash = hashed
        place = _place(programme, cluster)
        for kind in kinds:
            actions.give_role(person, kind, clock.today(), None, *place)
        click.echo(f"{person.email} is made.")


def _place(programme: str | None, cluster: str | None) -> tuple[int | None, int | None]:
    """Ids of a programme and a cluster by their codes."""
    from sqlalchemy import select

    from mono_web.core.db import db
    from mono_web.programmes.models import Cluster, Programme

    found = []
    for model, code in ((Programme, programme), (Cluster, cluster)):
        key = db.session.scalar(select(model.id).where(model.code == code)) if code else None
        if code and key is None:
            raise click.ClickException(f"there is no {model.__name__.lower()} {code}")
        found.append(key)
    return found[0], found[1]


@user.command("list")
@instance_option
def user_list(instance: Path | None) -> None:
    """All accounts with their roles."""
    from sqlalchemy import select

    from mono_web.accounts.models import Person
    from mono_web.core.db import db

    with working_on(instance):
        for person in db.session.scalars(select(Person).order_by(Person.email)):
            roles = ", ".join(f"{role.kind} {role.starts_on}–{role.ends_on or ''}".rstrip("–") for role in person.roles)
            closed = "  (disabled)" if person.disabled_at else ""
            click.echo(f"{person.email:<32}{person.name:<28}{roles}{closed}")


@user.command("disable")
@click.argument("email")
@instance_option
def user_disable(email: str, instance: Path | None) -> None:
    """Close an account: its rights and log-ins end at the next request."""
    from mono_web.accounts import actions

    with working_on(instance):
        actions.disable(_person(email))
        click.echo(f"{email} is disabled.")


@user.command("set-password")
@click.argument("email")
@_from_stdin
@instance_option
def user_set_password(email: str, password_stdin: bool, instance: Path | None) -> None:
    """Give an account a new password; its log-ins end."""
    from mono_web.accounts import actions

    password = _password(password_stdin)
    with working_on(instance):
        person = _person(email)
        actions.change_password(person, actions.hash_password(password))
        click.echo(f"{email} has a new password.")
