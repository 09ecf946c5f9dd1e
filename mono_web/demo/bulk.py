"""Bulk data for measuring: many entries of one programme, the same for the same seed and day.

Written past the actions, table by table, since it is the amount that counts here. What the actions would
have left stands all the same: revisions, acts, remarks, follow-ups and documents of the full text.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from time import monotonic
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert

from mono_web.accounts import actions as accounts
from mono_web.companies import actions as companies
from mono_web.companies.models import Company, company_cluster
from mono_web.core import clock
from mono_web.core.db import begin_immediate, db
from mono_web.core.fulltext import Document
from mono_web.core.revisions import Revision
from mono_web.core.text import name_key
from mono_web.demo.bulk_entries import Row, Writer, documents
from mono_web.demo.words import Prose
from mono_web.followups.models import FollowUp
from mono_web.logbook.models import Entry, EntryCompany
from mono_web.programmes.models import Cluster, Programme
from mono_web.remarks.models import Act, Remark

BATCH = 5000
YEARS = 3
CLUSTERS = ("act", "betong", "bginn", "alge")
BROKERS_IN_CLUSTER = 2
TABLES = (Entry, EntryCompany, Revision, Act, Remark, FollowUp, Document)


@dataclass(frozen=True)
class Seeded:
    """What was made, in how many seconds, and the one password of the accounts."""

    entries: int
    companies: int
    remarks: int
    waiting: int
    seconds: float
    emails: tuple[str, ...]
    password: str


@dataclass(frozen=True)
class Place:
    """The programme, and who works in it: (cluster id, broker id) pairs, and the mentor."""

    programme_id: int
    brokers: tuple[tuple[int, int], ...]
    mentor_id: int


def seed(entries: int, seed: int = 1, told: Callable[[int], None] | None = None) -> Seeded:
    """Fill an empty database with so many entries; commits as it goes. `told` hears how many are done."""
    began = monotonic()
    chance = random.Random(seed)
    prose = Prose(chance)
    password = secrets.token_urlsafe(12)
    today = clock.today()
    begin_immediate()
    place, emails = _people(today, accounts.hash_password(password))
    about = _companies(max(50, entries // 20), place, prose, today)
    db.session.commit()
    writer = Writer(chance, prose, place.programme_id, place.brokers, place.mentor_id, about, today)
    days = _days(entries, chance, today)
    counts = {"remarks": 0, "waiting": 0}
    for start in range(0, entries, BATCH):
        rows = [writer.row(day, start + at, entries) for at, day in enumerate(days[start : start + BATCH])]
        _store(rows)
        counts["remarks"] += sum(len(row.of[Remark]) for row in rows)
        counts["waiting"] += sum(row.waits for row in rows)
        if told:
            told(start + len(rows))
    return Seeded(entries, len(about), counts["remarks"], counts["waiting"], monotonic() - began, emails, password)


def _days(entries: int, chance: random.Random, today: date) -> list[date]:
    """Working days of three years, oldest first: the full text is then written in the order of its keys."""
    days = [today - timedelta(days=back) for back in range(YEARS * 365, 0, -1)]
    return sorted(chance.choices([day for day in days if day.weekday() < 5], k=entries))


def _store(rows: list[Row]) -> None:
    begin_immediate()
    for table in TABLES:
        if values := [value for row in rows for value in row.of[table]]:
            db.session.execute(insert(cast(Table, table.__table__)), values)
    db.session.commit()


def _people(today: date, password_hash: str) -> tuple[Place, tuple[str, ...]]:
    """A programme, its clusters, and the accounts of bulk.example."""
    begin = today - timedelta(days=YEARS * 365 + 30)
    clusters = [Cluster(code=code, name=f"{code.capitalize()} (bulk)") for code in CLUSTERS]
    programme = Programme(code="bulk", name="Bulk data", starts_on=begin, clusters=clusters)
    db.session.add(programme)
    db.session.flush()
    emails: list[str] = []

    def person(name: str, kind: str, cluster: Cluster | None = None) -> int:
        made = accounts.make_person(f"{name}@bulk.example", name.capitalize(), "nb")
        made.password_hash = password_hash
        accounts.give_role(made, kind, begin, None, programme.id, cluster.id if cluster else None)
        emails.append(made.email)
        return made.id

    brokers = [
        (cluster.id, person(f"broker{place * BROKERS_IN_CLUSTER + one + 1}", "broker", cluster))
        for place, cluster in enumerate(clusters)
        for one in range(BROKERS_IN_CLUSTER)
    ]
    mentor = person("mentor", "mentor")
    for name in ("lead", "observer", "admin"):
        person(name, name)
    db.session.flush()
    return Place(programme.id, tuple(brokers), mentor), tuple(emails)


def _companies(count: int, place: Place, prose: Prose, today: date) -> list[tuple[UUID, str]]:
    """Invented undertakings, each in one cluster, without numbers: no real one can be meant."""
    chance = prose.chance
    made = [(new_id(chance), f"{prose.title()} {number + 1} AS") for number in range(count)]
    at = datetime.combine(today - timedelta(days=YEARS * 365 + 20), time(8), tzinfo=clock.OSLO)
    common: dict[str, Any] = {"form": "AS", "municipality": "Rana", "municipality_code": "1833", "source": "import"}
    place_of = {key: chance.choice(sorted({cluster for cluster, _ in place.brokers})) for key, _ in made}
    values = [{"id": key, "name": name, "name_key": name_key(name), "created_at": at, **common} for key, name in made]
    db.session.execute(insert(Company), values)
    db.session.execute(
        insert(company_cluster), [{"company_id": key, "cluster_id": cluster} for key, cluster in place_of.items()]
    )
    kept = [
        {
            "subject_type": companies.SUBJECT, "subject_id": key, "number": 1, "author_id": companies.NOBODY, "at": at,
            "private": False, "fields": {**_BARE, "name": name, "clusters": [place_of[key]]},
        }
        for key, name in made
    ]  # fmt: skip
    db.session.execute(insert(Revision), kept)
    day = clock.local(at).date()
    indexed = documents(day, [(companies.SUBJECT, key, name, "Rana") for key, name in made])
    db.session.execute(insert(Document), indexed)
    return made


_BARE: dict[str, Any] = {
    "orgnr": None, "form": "AS", "country": "", "employees": None, "industry_code": "", "industry_vintage": "",
    "industry_name": "", "website": "", "municipality": "1833 Rana", "status": "", "status_on": None,
    "parent_orgnr": "", "note": "",
}  # fmt: skip


def new_id(chance: random.Random) -> UUID:
    """A random id, the same for the same seed."""
    return UUID(int=chance.getrandbits(128), version=4)
