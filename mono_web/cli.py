"""The `mono-web` command. Each subcommand is thin; what is heavy is imported by the one that needs it.

Exit codes: 0 done, 1 not done (said in words), 2 asked for in a way that is not understood.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mono_web.cli_common import Command, instance_option, settings_of, working_on
from mono_web.cli_people import user
from mono_web.cli_refresh import refresh

if TYPE_CHECKING:
    from mono_web.config import Settings
    from mono_web.demo.loader import Opened
    from mono_web.logbook.actions.transfer import Report

LATER = ("companies", "contacts", "needs", "applications")
LEAST_FREE = 500 * 1024 * 1024


def address_options(command: Command) -> Command:
    """--host and --port."""
    host = click.option("--host", help="Address to listen on. [MONO_HOST, 127.0.0.1]")
    port = click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. [MONO_PORT, 8000]")
    return host(port(command))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="mono-web")
def cli() -> None:
    """MoNo: the logbook of a regional innovation programme."""


cli.add_command(user)
cli.add_command(refresh)


# --- serving ------------------------------------------------------------------------------------------------


@cli.command()
@address_options
@instance_option
def serve(host: str | None, port: int | None, instance: Path | None) -> None:
    """Serve MoNo. Brings the database to today's schema first, after a backup."""
    from mono_web.server import Switch, log_plainly, tell_code

    log_plainly()
    settings = settings_of(instance, host=host, port=port)
    switch = Switch(settings)
    if switch.shows_demonstration:
        click.echo("Nothing is set up here yet, so this is the demonstration that was opened before.")
        click.echo("Its accounts were shown then. The administrator of the demonstration can delete it.")
    _serve(switch, settings, lambda: tell_code(switch))


@cli.command()
@address_options
@instance_option
def demo(host: str | None, port: int | None, instance: Path | None) -> None:
    """Serve the demonstration from a folder of its own (default: demo/ in the instance)."""
    from mono_web.server import demonstration_settings, holds_demonstration, log_plainly, make_demonstration

    log_plainly()
    settings = settings_of(host=host, port=port)
    settings = demonstration_settings(settings, instance.resolve() if instance else settings.instance / "demo")
    opened = None
    if not holds_demonstration(settings.instance):
        if settings.instance.exists() and any(settings.instance.iterdir()):
            raise click.ClickException(f"{settings.instance} holds something else. Name an empty or a new folder.")
        from mono_web.demo import loader

        click.echo("Making the demonstration; this takes some seconds ...")
        opened = make_demonstration(settings, loader.load)
    _serve_demonstration(settings, opened)


def _serve_demonstration(settings: Settings, opened: Opened | None) -> None:
    from mono_web.app import create_app, prepare
    from mono_web.core.db import db
    from mono_web.demo import loader

    app = create_app(settings)
    prepare(app)
    if opened:
        _show_accounts(opened)
    elif settings.demo_password:
        with app.app_context():
            loader.set_password(settings.demo_password)
            db.session.commit()
        click.echo("All accounts now have the password of MONO_DEMO_PASSWORD.")
    else:
        click.echo(f"The accounts were shown when {settings.instance} was made. To see new ones, delete the folder.")
    _serve(app, settings, lambda: None)


def _show_accounts(opened: Opened) -> None:
    click.echo(f"\nAccounts of the demonstration. All have the password  {opened.password}  (shown this once)\n")
    for account in opened.accounts:
        roles = ", ".join(f"{kind} ({cluster})" if cluster else kind for kind, cluster in account.roles)
        click.echo(f"    {account.email:<24}{account.name:<22}{roles}")
    click.echo()


def _serve(application: Any, settings: Settings, tell: Callable[[], None]) -> None:
    from mono_web.server import serve as run

    def ready(address: str) -> None:
        tell()
        click.echo(f"MoNo is at {address}    (Ctrl+C ends it)")

    try:
        run(application, settings, ready)
    except OSError as error:
        raise click.ClickException(f"cannot listen on {settings.host}:{settings.port}: {error}") from error
    click.echo("MoNo has ended.")


# --- data ---------------------------------------------------------------------------------------------------


@cli.command("import")
@click.argument("kind", type=click.Choice(("logbook", *LATER)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, change nothing.")
@click.option("--partial", is_flag=True, help="Take what can be taken, leave out the other rows.")
@instance_option
def import_(kind: str, file: Path, dry_run: bool, partial: bool, instance: Path | None) -> None:
    """Read a CSV file; all or nothing unless --partial. Exits 1 where a row was not taken."""
    if kind in LATER:
        raise click.UsageError(f"{kind} cannot be imported yet; so far only logbook can.")
    from mono_web.core.i18n import in_language
    from mono_web.logbook.actions.transfer import import_logbook

    with working_on(instance) as app, in_language("en"):
        key = app.config["SECRET_KEY"]
        report = import_logbook(file.read_bytes(), file.name, key, dry_run=dry_run, partial=partial)
        _tell_import(report, dry_run)
    if report.refused:
        raise click.exceptions.Exit(1)


def _tell_import(report: Report, dry_run: bool) -> None:
    """What the file was taken for, a line for each row that was not taken, and the sum."""
    if report.encoding:
        click.echo(f"Read as {report.encoding}, separator {report.separator!r}.")
    if report.unread:
        click.echo(f"Columns that were not read: {', '.join(report.unread)}")
    for refusal in report.refused:
        place = f"line {refusal.row}" + (f", {refusal.column}" if refusal.column else "")
        click.echo(f"{place}: {refusal.sentence}", err=True)
    done = "taken" if report.written else "would be taken" if dry_run else "not taken, since others were refused"
    click.echo(f"{report.taken} rows {done}, {report.skipped} known already, {len(report.refused)} refused.")


@cli.command()
@click.option("--entries", type=click.IntRange(1), required=True, help="How many log entries.")
@click.option("--seed", "seed_", type=int, default=1, show_default=True, help="The same seed gives the same data.")
@instance_option
def seed(entries: int, seed_: int, instance: Path | None) -> None:
    """Fill an empty instance with invented bulk data, for measuring."""
    with working_on(instance) as app:
        from mono_web.demo import bulk

        if not app.extensions["mono_first_run"].is_empty():
            raise click.ClickException("this instance is in use. Bulk data goes into an empty one only.")
        made = bulk.seed(entries, seed_, told=lambda done: click.echo(f"  {done} entries"))
    click.echo(
        f"{made.entries} entries, {made.companies} undertakings, {made.remarks} remarks, {made.waiting} in the queue"
        f" in {made.seconds:.1f} s"
    )
    click.echo(f"Accounts: {', '.join(made.emails)}\nPassword of all of them: {made.password}")


# --- care ---------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@instance_option
def backup(file: Path, instance: Path | None) -> None:
    """Copy the database to FILE while it may be in use, with a manifest (FILE.json) beside it."""
    import hashlib
    import json

    from mono_web.core import clock, db

    database = settings_of(instance).database
    if not database.exists():
        raise click.ClickException(f"there is no database in {database.parent}")
    if file.exists():
        raise click.ClickException(f"{file} exists already")
    db.backup(database, file)
    with file.open("rb") as copy:
        digest = hashlib.file_digest(copy, "sha256").hexdigest()
    manifest = {"file": file.name, "bytes": file.stat().st_size, "sha256": digest, "at": clock.now().isoformat()}
    file.with_name(f"{file.name}.json").write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    click.echo(f"{file}: {manifest['bytes']} bytes, sha256 {digest}")


@cli.command()
@instance_option
def doctor(instance: Path | None) -> None:
    """Look at the instance: is the database sound and of today's schema, is there room on the disk."""
    import shutil

    from mono_web.core import db, schema

    database = settings_of(instance).database
    if not database.exists():
        raise click.ClickException(f"there is no database in {database.parent}")
    problems = [f"database: {problem}" for problem in db.integrity(database)]
    if (present := schema.present(database)) != (newest := schema.newest()):
        problems.append(f"schema: {present}, this version wants {newest}; `mono-web serve` brings it up to date")
    free = shutil.disk_usage(database.parent).free
    if free < LEAST_FREE:
        problems.append(f"disk: only {free // 2**20} MiB are free")
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo(f"{database} is sound, schema {present}, {free // 2**30} GiB free.")


def main() -> None:
    """Entry point of the installed command."""
    cli(prog_name="mono-web")
