"""`mono-web refresh`: what the registers outside say now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mono_web.cli_common import instance_option, working_on

if TYPE_CHECKING:
    from mono_web.companies.actions.refresh import Asked

# After so many in a row without an answer the others are left for another day.
GIVEN_UP = 3
NO_REPLY = ("off", "unreachable", "slow", "busy", "broken")


@click.group()
def refresh() -> None:
    """Ask the registers outside anew."""


@refresh.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, take nothing. This is so without --take, too.")
@click.option("--take", is_flag=True, help="Take what has changed, but for what a person has written.")
@instance_option
def companies(dry_run: bool, take: bool, instance: Path | None) -> None:
    """Ask Enhetsregisteret for every undertaking with a number. Exits 1 where it did not answer."""
    if dry_run and take:
        raise click.UsageError("--dry-run and --take exclude each other.")
    from mono_web.companies.actions import refresh as actions
    from mono_web.core.db import db
    from mono_web.core.i18n import in_language

    with working_on(instance) as app, in_language("en"):
        ask = actions.patiently(app.config["SETTINGS"].brreg_url)
        rows, silent, changed, asked = actions.numbered(), 0, 0, 0
        db.session.rollback()
        for one in actions.ask_all(ask, rows):
            asked += 1
            silent = silent + 1 if one.state in NO_REPLY else 0
            changed += _tell(one, take=take)
            if silent == GIVEN_UP or one.state == "off":
                break
    click.echo(f"{asked} of {len(rows)} asked, {changed} {'taken' if take else 'changed'}.")
    if silent:
        raise click.exceptions.Exit(1)


def _tell(asked: Asked, *, take: bool) -> bool:
    """Print what the register says of one, and take it where that is wished; says whether something changed."""
    from mono_web.companies.actions import changes, take_changes
    from mono_web.companies.models import Company
    from mono_web.core.db import begin_immediate, db

    if asked.sentence:
        click.echo(f"{asked.title}: {asked.sentence}", err=asked.told is None)
    if asked.told is None:
        return False
    if take:
        begin_immediate()
    company = db.session.get(Company, asked.company_id)
    if company is None:
        db.session.rollback()
        return False
    found = changes(company, asked.told.facts)
    for change in found:
        kept = ", kept: written by a person" if take and change.by_hand else ""
        click.echo(f"{asked.title}: {change.name}: {_words(change.old)} -> {_words(change.new)}{kept}")
    chosen = [change.name for change in found if not change.by_hand]
    if take:
        take_changes(None, company, asked.told, chosen)
        db.session.commit()
    else:
        db.session.rollback()
    return bool(chosen if take else found)


def _words(values: dict[str, Any]) -> str:
    return " ".join(str(value) for value in values.values() if value not in (None, "")) or "unknown"
