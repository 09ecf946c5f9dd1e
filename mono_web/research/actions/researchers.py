"""Writes over researchers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from mono_web.core import audit, clock, fulltext, revisions, stale
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.text import name_key, tidy_line
from mono_web.research import themes
from mono_web.research.models import RESEARCHER, Environment, Researcher

_FACTS = ("name", "environment", "unit")


def researcher_fields(researcher: Researcher) -> dict[str, Any]:
    """A researcher as a revision keeps them: JSON values only."""
    return {
        "name": researcher.name,
        "environment": str(researcher.environment_id or ""),
        "unit": researcher.unit,
        "link": researcher.link,
        "themes": list(researcher.themes),
    }


def record_researcher(
    fields: Mapping[str, Any], made_by: int, *, nva_uri: str = "", fetched_on: date | None = None
) -> Researcher:
    """Put a researcher into the directory; `nva_uri` and the day where the fields came from NVA."""
    researcher = Researcher(
        source="nva" if nva_uri else "typed",
        nva_uri=nva_uri,
        fetched_on=(fetched_on or clock.today()) if nva_uri else None,
        created_at=clock.now(),
        created_by=made_by,
    )
    _write(researcher, fields)
    db.session.add(researcher)
    db.session.flush()
    _keep(researcher, made_by)
    audit.note("researcher made", RESEARCHER, researcher.id)
    return researcher


def save_researcher(viewer: Viewer, researcher: Researcher, fields: Mapping[str, Any], base_rev: int) -> list[str]:
    """Save a form that was filled from revision `base_rev`; `fields` has the keys of `researcher_fields`.

    Returns the names of fields that somebody else had changed meanwhile and that stay. Raises StaleError.
    """
    before = researcher_fields(researcher)
    wanted, taken = stale.merged(RESEARCHER, researcher.id, researcher.revision, base_rev, before, fields)
    _write(researcher, wanted)
    if any(wanted[name] != before[name] for name in _FACTS):
        researcher.source, researcher.fetched_on = "typed", None
    db.session.flush()
    _keep(researcher, viewer.id)
    audit.note("researcher changed", RESEARCHER, researcher.id)
    return taken


def _write(researcher: Researcher, wanted: Mapping[str, Any]) -> None:
    researcher.name = tidy_line(wanted["name"])
    researcher.name_key = name_key(researcher.name)
    researcher.environment_id = UUID(wanted["environment"]) if wanted["environment"] else None
    researcher.unit, researcher.link = wanted["unit"], wanted["link"]
    researcher.themes = themes.tidied(wanted["themes"])


def _keep(researcher: Researcher, by: int) -> None:
    """Store the revision and let search follow."""
    researcher.revision = revisions.keep(RESEARCHER, researcher.id, by, researcher_fields(researcher)).number
    db.session.flush()
    home = db.session.get(Environment, researcher.environment_id) if researcher.environment_id else None
    parts = [home.name if home else "", researcher.unit, *researcher.themes]
    day = clock.local(researcher.created_at).date()
    fulltext.put(RESEARCHER, researcher.id, day, researcher.name, parts)
