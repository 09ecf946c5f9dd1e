"""What the subcommands share: the option for the instance, and the application opened over it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from flask import Flask

    from mono_web.config import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


def instance_option(command: Command) -> Command:
    """--instance."""
    folder = click.Path(file_okay=False, path_type=Path)
    return click.option("--instance", type=folder, help="Folder with the database. [MONO_INSTANCE, ./instance]")(
        command
    )


def settings_of(instance: Path | None = None, **given: object) -> Settings:
    """Settings of this process: options first, then the environment."""
    from mono_web.config import load

    return load(instance, **given)


@contextmanager
def working_on(instance: Path | None) -> Iterator[Flask]:
    """The application over the instance, inside its context; commits at the end, unless something was raised."""
    from mono_web.app import create_app, prepare
    from mono_web.core.db import db
    from mono_web.core.errors import DomainError
    from mono_web.server import dispose

    app = create_app(settings_of(instance))
    prepare(app)
    try:
        with app.app_context():
            yield app
            db.session.commit()
    except DomainError as error:
        raise click.ClickException(_in_english(app, error)) from error
    finally:
        dispose(app)


def _in_english(app: Flask, error: Exception) -> str:
    """The sentence of a domain error; the command line speaks English."""
    from mono_web.core.i18n import in_language

    with app.app_context(), in_language("en"):
        return str(getattr(error, "sentence", error))
