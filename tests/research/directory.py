"""Records of the directory, for the tests of this folder."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask import Flask

from mono_web.core.db import db
from mono_web.research import actions
from mono_web.research.models import Environment
from tests import factories as make

BLANK = {
    "name": "", "short_name": "", "orgnr": "", "kind": "", "part_of": "", "municipality": "", "approved": "unknown",
    "themes": "", "url": "", "cristin_id": "", "note": "", "checked_on": "",
}  # fmt: skip
EMPTY = {"name": "", "environment": "", "unit": "", "themes": "", "link": ""}


def environment(app: Flask, name: str = "Ranfjord Tareforsk", **fields: Any) -> UUID:
    """A stored environment."""
    with app.app_context():
        found = actions.record_environment({"name": name, **fields}, None).id
        db.session.commit()
        return found


def researcher(app: Flask, name: str = "Tone Tareforsker", home: UUID | None = None, **fields: Any) -> UUID:
    """A stored researcher."""
    given = {"name": name, "environment": str(home or ""), "unit": "", "link": "", "themes": [], **fields}
    with app.app_context():
        found = actions.record_researcher(given, make.person(make.BROKER).id).id
        db.session.commit()
        return found


def stored(app: Flask, environment_id: UUID) -> Environment:
    """It as it stands now."""
    with app.app_context():
        return db.session.get_one(Environment, environment_id)


def names_in(page: str) -> list[str]:
    """The titles of the rows."""
    return re.findall(r'<a class="title"[^>]*>([^<]+)</a>', page)
