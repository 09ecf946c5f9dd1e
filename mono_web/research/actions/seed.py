"""The list of environments that comes with MoNo (environments.csv; sources in SOURCES.md)."""

from __future__ import annotations

import csv
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from sqlalchemy import select

from mono_web.core.db import db
from mono_web.core.text import name_key
from mono_web.research import themes
from mono_web.research.actions.environments import record_environment
from mono_web.research.models import Environment

LIST = Path(__file__).parents[1] / "environments.csv"


class Seeded(NamedTuple):
    """How many environments of the list were put into the directory, and how many it had already."""

    made: int
    known: int


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, str], ...]:
    with LIST.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def seed_environments() -> Seeded:
    """Put those of the list into the directory that are not there: told by number, by id in NVA, or by name.

    What is there stays as it is, whoever wrote it. The list says nothing of approval, and no day of a check.
    """
    there = _known()
    made = 0
    for row in _rows():
        keys = {key for key in (row["orgnr"], row["cristin_id"], name_key(row["name"])) if key}
        if keys & there:
            continue
        there |= keys
        fields = {
            "name": row["name"],
            "orgnr": row["orgnr"] or None,
            "kind": row["kind"],
            "cristin_id": row["cristin_id"],
            "municipality": row["place"],
            "themes": themes.parted(row["themes"]),
            "note": row["remark"],
        }
        record_environment(fields, None, "list")
        made += 1
    return Seeded(made, len(_rows()) - made)


def _known() -> set[str]:
    rows = db.session.execute(select(Environment.orgnr, Environment.cristin_id, Environment.name_key))
    return {value for row in rows for value in row if value}
