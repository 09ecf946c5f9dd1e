"""Writes over environments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from mono_web.core import audit, clock, fulltext, revisions, stale
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.text import name_key, tidy_line
from mono_web.research import queries, themes
from mono_web.research.models import ENVIRONMENT, Environment

# Who a revision is by when nobody wrote it.
NOBODY = 0
NVA_ORGANIZATION = "https://api.nva.unit.no/cristin/organization/"
_PLAIN = ("name", "short_name", "orgnr", "kind", "cristin_id", "municipality", "url", "approved", "note")
_EMPTY: dict[str, Any] = {
    **dict.fromkeys((*_PLAIN, "parent"), ""), "orgnr": None, "approved": None, "themes": (), "checked_on": None,
}  # fmt: skip
_FACTS = ("name", "orgnr", "kind", "cristin_id", "municipality", "parent")


def environment_fields(environment: Environment) -> dict[str, Any]:
    """An environment as a revision keeps it: JSON values only."""
    return {
        **{name: getattr(environment, name) for name in _PLAIN},
        "parent": str(environment.parent_id or ""),
        "themes": list(environment.themes),
        "checked_on": environment.checked_on.isoformat() if environment.checked_on else None,
    }


def record_environment(fields: Mapping[str, Any], made_by: int | None, source: str = "typed") -> Environment:
    """Put an environment into the directory; `fields` has keys of `environment_fields`, the name at least."""
    _refuse_known_number(fields.get("orgnr"), None)
    environment = Environment(source=source, created_at=clock.now(), created_by=made_by, name="", name_key="")
    _write(environment, {**_EMPTY, **fields})
    db.session.add(environment)
    db.session.flush()
    _keep(environment, made_by or NOBODY)
    audit.note("environment made", ENVIRONMENT, environment.id)
    return environment


def save_environment(viewer: Viewer, environment: Environment, fields: Mapping[str, Any], base_rev: int) -> list[str]:
    """Save a form that was filled from revision `base_rev`; `fields` has the keys of `environment_fields`.

    Returns the names of fields that somebody else had changed meanwhile and that stay. Raises StaleError where the
    same field was changed on both sides, and DomainError for a number that another one has, or a circle of parts.
    """
    before = environment_fields(environment)
    wanted, taken = stale.merged(ENVIRONMENT, environment.id, environment.revision, base_rev, before, fields)
    _refuse_known_number(wanted["orgnr"], environment)
    _refuse_circle(wanted["parent"], environment)
    _write(environment, wanted)
    if any(wanted[name] != before[name] for name in _FACTS):
        environment.source = "typed"
    db.session.flush()
    _keep(environment, viewer.id)
    audit.note("environment changed", ENVIRONMENT, environment.id)
    return taken


def _refuse_known_number(orgnr: str | None, but: Environment | None) -> None:
    other = queries.by_number(orgnr) if orgnr else None
    if other is not None and other is not but:
        raise DomainError(_l("This number is registered already: %(name)s", name=other.name), "orgnr")


def _refuse_circle(parent: str, environment: Environment) -> None:
    above = db.session.get(Environment, UUID(parent)) if parent else None
    while above is not None:
        if above is environment:
            raise DomainError(_l("An environment cannot be part of itself or of one of its parts"), "parent")
        above = db.session.get(Environment, above.parent_id) if above.parent_id else None


def _write(environment: Environment, wanted: Mapping[str, Any]) -> None:
    for name in _PLAIN:
        setattr(environment, name, wanted[name])
    environment.orgnr = wanted["orgnr"] or None
    environment.name = tidy_line(environment.name)
    environment.name_key = name_key(environment.name)
    environment.nva_uri = f"{NVA_ORGANIZATION}{environment.cristin_id}" if environment.cristin_id else ""
    environment.parent_id = UUID(wanted["parent"]) if wanted["parent"] else None
    environment.themes = themes.tidied(wanted["themes"])
    environment.theme_keys = themes.keys(environment.themes)
    environment.checked_on = date.fromisoformat(wanted["checked_on"]) if wanted["checked_on"] else None


def _keep(environment: Environment, by: int) -> None:
    """Store the revision and let search follow."""
    kept = revisions.keep(ENVIRONMENT, environment.id, by, environment_fields(environment))
    environment.revision = kept.number
    db.session.flush()
    parts = [
        environment.short_name, environment.orgnr or "", environment.kind, environment.municipality,
        *environment.themes, environment.note,
    ]  # fmt: skip
    fulltext.put(ENVIRONMENT, environment.id, clock.local(environment.created_at).date(), environment.name, parts)
