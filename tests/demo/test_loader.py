"""The demonstration as it stands after it was built: what the files promise is what the database holds."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import distinct, func, select

from mono_web.accounts import actions as accounts
from mono_web.accounts.models import Person
from mono_web.app import create_app, prepare
from mono_web.companies import actions as companies
from mono_web.companies.models import Company
from mono_web.config import Settings
from mono_web.core import clock, revisions
from mono_web.core.db import db
from mono_web.core.fulltext import Document
from mono_web.core.revisions import Revision
from mono_web.demo import loader
from mono_web.demo.loader import CONTENT, Opened
from mono_web.followups.models import FollowUp
from mono_web.logbook.models import MEETINGS, SUBJECT, Entry, EntryCompany
from mono_web.needs.models import STATES, Match, Need
from mono_web.programmes.models import PriorityArea, Programme
from mono_web.remarks.models import Act, Answer, Note, Remark
from mono_web.research.models import Environment

# A Saturday in the middle of winter: days that fall on a weekend, and hours of the day that are over.
NOW = datetime(2027, 1, 16, 12, 30, tzinfo=clock.OSLO)
PASSWORD = "demonstrasjon 2027"
ROWS = [json.loads(line) for line in (CONTENT / "entries.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Opened]]:
    """The demonstration, built once."""
    app = create_app(Settings(instance=tmp_path_factory.mktemp("demo"), testing=True, demonstration=True))
    prepare(app)
    with app.app_context(), clock.at(NOW):
        opened = loader.load(PASSWORD)
        db.session.commit()
    yield app, opened
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(autouse=True)
def inside(built: tuple[Flask, Opened]) -> Iterator[None]:
    """Every test asks the same database, on the day it was built."""
    with built[0].app_context(), clock.at(NOW):
        yield


def steps(do: str) -> int:
    """How often the files say that something was done."""
    return sum(step["do"] == do for row in ROWS for step in row["review"])


def count(model: type) -> int:
    """Rows of a table."""
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_states_are_those_of_the_files() -> None:
    states = Counter(db.session.scalars(select(Entry.state)))
    assert sum(states.values()) == len(ROWS)
    assert (states["draft"], states["returned"], states["withdrawn"]) == (6, 5, 3)
    assert states["locked"] > 0
    mentor = select(Person.id).where(Person.email == "mentor@mono.example").scalar_subquery()
    waiting = select(func.count()).where(Entry.state.in_(("submitted", "in_review", "answered")))
    assert db.session.scalar(waiting.where(Entry.author_id != mentor)) == 7


def test_everything_that_was_done_is_there() -> None:
    verbs = Counter(db.session.scalars(select(Act.verb)))
    for do, verb in (("return", "returned"), ("take_back", "taken_back"), ("withdraw", "withdrawn"),
                     ("send", "sent"), ("send_back", "sent_back"), ("accept", "accepted"),
                     ("addendum", "addendum")):  # fmt: skip
        assert verbs[verb] == steps(do), do
    assert count(Remark) == steps("remark")
    assert count(Note) == steps("note")
    answered = sum("answer" in step for row in ROWS for step in row["review"])
    assert count(Answer) == answered
    assert count(Document) == len(ROWS) + count(Company) + count(Environment) + count(Need)


def test_revisions_tell_each_save() -> None:
    edited = sum(step["do"] == "edit" for row in ROWS for step in row["review"])
    kept = select(func.count()).select_from(Revision).where(Revision.subject_type == SUBJECT)
    assert db.session.scalar(kept) == len(ROWS) + steps("send") + edited


def test_revisions_of_undertakings_say_what_is_known() -> None:
    for company in db.session.scalars(select(Company)):
        first = revisions.at(companies.SUBJECT, company.id, company.revision)
        assert first is not None
        assert first.fields == companies.as_fields(company)
        assert company.clusters


def test_followups_are_open_or_done_as_told() -> None:
    told = [row for row in ROWS if row["next_step"] and any(step["do"] == "send" for step in row["review"])]
    withdrawn = [row for row in told if any(step["do"] == "withdraw" for step in row["review"])]
    done = db.session.scalar(select(func.count()).where(FollowUp.done_at.is_not(None)))
    assert done == sum(row["next_step_done"] is not None for row in told)
    of_entries = db.session.scalar(select(func.count()).where(FollowUp.subject_type == SUBJECT))
    assert of_entries is not None
    assert len(told) - len(withdrawn) <= of_entries <= len(told)


def test_needs_stand_on_every_step_of_the_way() -> None:
    assert set(db.session.scalars(select(Need.state))) == set(STATES)
    assert set(db.session.scalars(select(Match.state))) == {"contacted", "meeting", "agreed", "declined"}
    assert db.session.scalars(select(Need.id).where(Need.source_id.is_(None))).all() == []
    invented = db.session.scalars(select(Environment.name).join(Match, Match.environment_id == Environment.id))
    assert all("oppdiktet" in name for name in invented)


def test_more_than_75_undertakings_were_met() -> None:
    met = db.session.scalar(
        select(func.count(distinct(EntryCompany.company_id)))
        .join(Entry, Entry.id == EntryCompany.entry_id)
        .where(Entry.kind.in_(MEETINGS), Entry.held == "yes", Entry.state.not_in(("draft", "withdrawn")))
    )
    assert met is not None
    assert met >= 76


def test_everything_happened_on_working_days_and_before_now() -> None:
    moments = [
        *db.session.scalars(select(Act.at)),
        *db.session.scalars(select(Remark.made_at)),
        *db.session.scalars(select(Answer.made_at)),
        *db.session.scalars(select(Revision.at)),
    ]
    for moment in map(clock.local, moments):
        assert moment <= NOW
        assert moment.weekday() < 5
        assert 8 <= moment.hour <= 17
    assert all(day.weekday() < 5 for day in db.session.scalars(select(Entry.date)))


def test_acts_of_an_entry_are_in_order() -> None:
    last: dict[object, datetime] = {}
    for subject, at in db.session.execute(select(Act.subject_id, Act.at).order_by(Act.id)):
        assert at >= last.get(subject, at)
        last[subject] = at


def test_ages_are_real() -> None:
    entry = db.session.scalars(select(Entry).where(Entry.state == "submitted").order_by(Entry.turn_since)).first()
    assert entry is not None
    assert entry.turn_since < NOW - timedelta(days=1)
    assert entry.created_at <= entry.turn_since


def test_programmes_say_that_their_days_are_moved() -> None:
    running = db.session.scalars(select(Programme).where(Programme.code == "mono-2021")).one()
    before = db.session.scalars(select(Programme).where(Programme.code == "mofi-2017")).one()
    assert "moved for the demonstration" in running.source
    assert (f"{running.starts_on}", running.ends_on) == ("2026-01-01", None)
    assert before.ends_on == running.starts_on - timedelta(days=1)
    assert running.funder_ref == "322343"
    assert {cluster.code for cluster in running.clusters} == {"act", "betong", "bginn", "alge"}
    assert count(PriorityArea) == 4
    first = db.session.scalar(select(func.min(Entry.date)))
    assert first is not None
    assert running.starts_on <= first


def test_accounts_are_shown_and_their_password_works(built: tuple[Flask, Opened]) -> None:
    opened = built[1]
    assert {account.email.partition("@")[0] for account in opened.accounts} == {
        "act", "betong", "bginn", "alge", "mentor", "leder", "klynge", "observator", "admin",
    }  # fmt: skip
    for account in opened.accounts:
        assert accounts.check_password(account.email, opened.password, "test").person_id
    mentor = next(account for account in opened.accounts if account.email.startswith("mentor"))
    assert mentor.roles == (("mentor", ""), ("broker", "ACT Cluster"))


def test_content_is_beside_the_loader() -> None:
    assert Path(loader.__file__).parent / "content" == CONTENT
