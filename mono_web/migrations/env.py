"""How migrations run: on the connection that core.schema hands over, foreign keys off while tables are rebuilt."""

from __future__ import annotations

from importlib import import_module
from typing import Literal

from alembic import context

from mono_web.app import FEATURES
from mono_web.core.db import Base, Moment
from mono_web.core.fulltext import is_own_table

for _feature in FEATURES:
    import_module(f"mono_web.{_feature}.views")  # every model is known then


def _include(_object: object, name: str | None, type_: str, _reflected: bool, _compare_to: object) -> bool:
    """Autogenerate must not drop the tables of the full-text index."""
    return not (type_ == "table" and is_own_table(name or ""))


def _render(type_: str, thing: object, _context: object) -> str | Literal[False]:
    """A moment is an ordinary DateTime in the schema, so that versions do not depend on our code."""
    return "sa.DateTime()" if type_ == "type" and isinstance(thing, Moment) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    include_object=_include,
    render_item=_render,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
