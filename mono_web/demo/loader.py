"""Builds the demonstration from the files in `content`, through the features' own actions.

The clock stands at the moment of each event, so that history, revisions, remarks, answers, follow-ups and
their ages are those of a year of real work. All days are counted back from today.
"""

from __future__ import annotations

import csv
import json
import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from mono_web.accounts import actions as accounts
from mono_web.accounts.models import Person
from mono_web.companies import actions as companies
from mono_web.core import clock, revisions
from mono_web.core.access import HeldRole, Viewer
from mono_web.core.db import db
from mono_web.demo.brokering import Broker
from mono_web.demo.days import working_day
from mono_web.demo.story import events
from mono_web.demo.telling import Teller
from mono_web.logbook import actions as logbook
from mono_web.programmes.models import Cluster, PriorityArea, Programme
from mono_web.research import actions as research

CONTENT = Path(__file__).parent / "content"
# The real start and end of the predecessor, counted from the year of the programme: second half of 2017 to 2020.
PREDECESSOR_YEARS = 4
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
MOVED = (
    "{source}\nThe days of this programme are moved for the demonstration: the real one is of {year}, "
    "here it runs today."
)


@dataclass(frozen=True)
class Account:
    """An account of the demonstration, as it is shown once. `roles` are (kind, name of the cluster or "")."""

    email: str
    name: str
    roles: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Opened:
    """What is shown once: the accounts and the one password they share."""

    accounts: tuple[Account, ...]
    password: str


def make_password() -> str:
    """Four groups that can be read aloud, without signs that look like others: some 79 bits."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(4)) for _ in range(4))


def _read(name: str) -> Any:
    return json.loads((CONTENT / name).read_text(encoding="utf-8"))


def load(password: str | None = None) -> Opened:
    """Fill an empty database with the demonstration. The caller commits. Without a password a random one is made."""
    password = password or make_password()
    today, settings = clock.today(), _read("settings.json")
    programmes = _programmes(settings["demo_programme"], today)
    begin = programmes[settings["demo_programme"]].starts_on
    with clock.at(_morning(begin)):
        clusters = {cluster.code: cluster for one in programmes.values() for cluster in one.clusters}
        viewers, accounts_made = _people(programmes, clusters, accounts.hash_password(password))
        numbers = _companies(clusters)
        research.seed_environments()
    teller = Teller(programmes, clusters, viewers, numbers, settings["reviewers"], today)
    _tell(teller, settings, today)
    Broker(list(viewers.values()), today).tell(_read("needs.json"))
    return Opened(accounts_made, password)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(8), tzinfo=clock.OSLO)


# --- programmes, people, undertakings -----------------------------------------------------------------------


def _programmes(running: str, today: date) -> dict[str, Programme]:
    """The programme runs from 1 January of the year a year ago, open-ended; its predecessor ended the day before."""
    facts = _read("facts.json")
    begin = date((today - timedelta(days=360)).year, 1, 1)
    known = {one["code"]: _cluster(one) for one in facts["clusters"]}
    made = {}
    for one in facts["programmes"]:
        is_running = one["code"] == running
        made[one["code"]] = programme = Programme(
            code=one["code"],
            name=f"{one['short_name']['value']} – {one['name']['value']}",
            starts_on=begin if is_running else date(begin.year - PREDECESSOR_YEARS, 7, 1),
            ends_on=None if is_running else begin - timedelta(days=1),
            budget_nok=one["awarded_nok"]["value"],
            funder=one["funder"]["value"],
            funder_ref=one["project_number"]["value"],
            source=MOVED.format(source=one["name"]["source"], year=one["year"]["value"]),
            clusters=[known[code] for code in one["clusters"]],
        )
        db.session.add(programme)
    db.session.flush()
    for area in facts["priority_areas"]:
        db.session.add(PriorityArea(programme_id=made[running].id, name=area["nb"], source=area["source"]))
    db.session.flush()
    return made


def _cluster(facts: dict[str, Any]) -> Cluster:
    return Cluster(
        code=facts["code"],
        name=facts["name"],
        other_names="; ".join(facts["other_names"]),
        host=facts["host"],
        place=facts["place"],
        source="\n".join(facts["sources"]),
    )


def _people(
    programmes: dict[str, Programme], clusters: dict[str, Cluster], password_hash: str
) -> tuple[dict[str, Viewer], tuple[Account, ...]]:
    """The accounts with their roles from the programme's first day, as the viewers who act in the story."""
    viewers, shown = {}, []
    for one in _read("people.json"):
        person = accounts.make_person(one["email"], one["name"], one["lang"])
        person.password_hash = password_hash
        held, named = [], []
        for role in one["roles"]:
            programme = programmes[role["programme"]] if role["programme"] else None
            cluster = clusters[role["cluster"]] if role["cluster"] else None
            given = accounts.give_role(
                person,
                role["kind"],
                clock.today(),
                None,
                programme.id if programme else None,
                cluster.id if cluster else None,
            )
            held.append(HeldRole(given.kind, given.programme_id, given.cluster_id))
            named.append((given.kind, cluster.name if cluster else ""))
        viewers[person.email] = Viewer(
            id=person.id, name=person.name, email=person.email, lang=person.lang, roles=tuple(held)
        )
        shown.append(Account(person.email, person.name, tuple(named)))
    return viewers, tuple(shown)


def _companies(clusters: dict[str, Cluster]) -> dict[str, Any]:
    """The undertakings by number. Their facts are those of the file; "clusters" may name several."""
    numbers = {}
    with (CONTENT / "companies.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            codes = row["clusters"].split(";")
            company = companies.record_company(
                row["display"],
                orgnr=row["orgnr"],
                form=row["form"],
                municipality=row["municipality"],
                municipality_code=row["municipality_number"],
                more_clusters=[clusters[code].id for code in codes],
                source="import",
            ).company
            company.employees = int(row["employees"]) if row["employees"] else None
            company.industry_code, company.industry_vintage = row["industry_code"], row["industry_vintage"]
            if first := revisions.at(companies.SUBJECT, company.id, company.revision):
                first.fields = companies.as_fields(company)
            numbers[row["orgnr"]] = company.id
    db.session.flush()
    return numbers


# --- the year -----------------------------------------------------------------------------------------------


def _tell(teller: Teller, settings: dict[str, Any], today: date) -> None:
    """Let everything happen in the order it happened, across all entries; periods are closed in the evening."""
    with (CONTENT / "entries.jsonl").open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    told = [event for row in rows for event in events(row, today)]
    closings = [
        (datetime.combine(working_day(today, one["closed_day"]), time(17), tzinfo=clock.OSLO), one)
        for one in settings["closed_periods"]
    ]
    for event in sorted(told, key=lambda one: (one.at, one.entry, one.order)):
        while closings and closings[0][0] < event.at:
            _close(teller, *closings.pop(0), today)
        with clock.at(event.at):
            teller.tell(event)
    for closing in closings:
        _close(teller, *closing, today)


def _close(teller: Teller, at: datetime, period: dict[str, Any], today: date) -> None:
    with clock.at(at):
        logbook.close_period(
            teller.viewers[period["closed_by"]],
            teller.programmes[period["programme"]].id,
            today - timedelta(days=period["from_day"]),
            today - timedelta(days=period["to_day"]),
        )


def set_password(password: str) -> None:
    """Give every account of the demonstration this password. The caller commits."""
    hashed = accounts.hash_password(password)
    for person in db.session.scalars(select(Person)):
        accounts.change_password(person, hashed)
