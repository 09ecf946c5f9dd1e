"""The world of the role matrix: one entry of every state and audience, with a marker word in every text.

A marker is "zq", what it stands in, and the name of the entry: `zqtextcluster` is in the text of the entry
"cluster". Whoever sees a marker has read that text, wherever it turned up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from mono_web.accounts import actions as accounts
from mono_web.companies import actions as companies
from mono_web.companies.models import Company
from mono_web.core import clock, revisions
from mono_web.core.db import db
from mono_web.followups.models import FollowUp
from mono_web.logbook import actions as logbook
from mono_web.logbook import queries as logbook_queries
from mono_web.logbook.actions import uploads
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.needs import actions as needs
from mono_web.programmes.models import Cluster, PriorityArea, Programme
from mono_web.remarks import actions as remarks
from mono_web.research import actions as research
from tests import factories as make
from tests.factories import World

# A word that stands in every entry: a search for it finds all that a person may find.
COMMON = "fellesordet"
FIELDS = ("title", "text", "outcome", "participants", "next")
FILE = "date;kind;company;hours;title;text\n2024-03-01;visit;Ranfjord Slagg AS;1;zqfile;zqfile\n"
NOTE_AUDIENCES = ("only_me", "author_mentor", "mentors_leads", "cluster", "programme")


@dataclass
class Built:
    """What was built, by the names that the matrix uses."""

    world: World
    entries: dict[str, UUID] = field(default_factory=dict)
    remarks: dict[str, UUID] = field(default_factory=dict)
    notes: dict[str, UUID] = field(default_factory=dict)
    followups: dict[str, UUID] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    unsaved: UUID = field(default_factory=uuid4)
    link: str = ""
    handover: str = ""
    upload: UUID = field(default_factory=uuid4)
    contact: UUID = field(default_factory=uuid4)
    environment: UUID = field(default_factory=uuid4)
    researcher: UUID = field(default_factory=uuid4)
    double: UUID = field(default_factory=uuid4)
    merging: UUID = field(default_factory=uuid4)
    needs: dict[str, UUID] = field(default_factory=dict)
    matches: dict[str, UUID] = field(default_factory=dict)


def marked(name: str, world: World, **changed: Any) -> dict[str, Any]:
    """The content of an entry with its markers."""
    return {
        "title": f"zqtitle{name} {COMMON}",
        "text": f"zqtext{name} {COMMON}",
        "outcome": f"zqoutcome{name}",
        "participants": f"zqparticipants{name}",
        "next_step": f"zqnext{name}",
        "next_step_date": clock.today(),
        "companies": (world.company,),
        **changed,
    }


def build(folder: Path) -> Built:
    """Make everything; files go into the instance folder. The caller commits."""
    world = make.build_world()
    built = Built(world)
    _entries(built)
    _left_behind(built)
    _reviews(built)
    _notes(built)
    _unsaved(built)
    _contact(built)
    _doubles(built)
    _directory(built)
    _needs(built)
    for followup in db.session.query(FollowUp):
        name = next(name for name, one in built.entries.items() if one == followup.subject_id)
        built.followups[name] = followup.id
    built.versions = {name: db.session.get_one(Entry, one).revision for name, one in built.entries.items()}
    empty = Cluster(code="tom", name="Tom klynge")
    programme = db.session.get_one(Programme, world.programme)
    programme.clusters.append(empty)
    area = PriorityArea(programme_id=world.programme, name="Havbruk")
    db.session.add(area)
    db.session.flush()
    built.ids = {
        "programme": world.programme,
        "predecessor": world.predecessor,
        "act": world.act,
        "betong": world.betong,
        "empty": empty.id,
        "area": area.id,
        "person": make.person(make.STRANGER).id,
        "taker": make.person(make.OTHER_BROKER).id,
        "role": make.person(make.OTHER_MANAGER).roles[0].id,
    }
    author = make.person(make.BROKER).id
    built.upload = uploads.keep_upload(folder / "uploads", author, "zqfile.csv", FILE.encode()).id
    built.link = accounts.make_link(make.person(make.STRANGER), None)
    return built


def _draft(built: Built, name: str, by: str = make.BROKER, **changed: Any) -> Entry:
    """A draft that held other words before."""
    world = built.world
    first = marked(name, world, **{**changed, "text": f"zqbefore{name}"})
    entry = make.draft(world, by, **first)
    now = make.content(world, **marked(name, world, **changed))
    logbook.save_entry(make.viewer(by), entry, now, entry.revision)
    built.entries[name] = entry.id
    return entry


def _sent(built: Built, name: str, by: str = make.BROKER, **changed: Any) -> Entry:
    entry = _draft(built, name, by, **changed)
    logbook.send_entry(make.viewer(by), entry)
    return entry


def _entries(built: Built) -> None:
    world, mine = built.world, built.entries
    draft, sent = partial(_draft, built), partial(_sent, built)
    mentor = make.viewer(make.MENTOR)
    draft("draft", audience="programme", new_companies=({"name": "zqcompanydraft AS"},))
    sent("sent")
    sent("cluster", audience="cluster")
    sent("programme", audience="programme")
    sent("confidential", audience="programme", confidential=True)
    logbook.withdraw(make.viewer(make.BROKER), sent("withdrawn", audience="programme"), "zqreasonwithdrawn")
    logbook.start_reading(mentor, sent("reading"))
    logbook.return_entry(mentor, sent("returned", audience="cluster"), "zqreasonreturned")
    answered = sent("answered")
    logbook.return_entry(mentor, answered, "zqreasonanswered")
    logbook.send_entry(make.viewer(make.BROKER), answered)
    accepted = sent("accepted", audience="programme")
    logbook.accept_entry(mentor, accepted)
    logbook.add_addendum(make.viewer(make.BROKER), accepted, "zqaddendumaccepted")
    locked = sent("locked", audience="cluster", date=make.day(90))
    logbook.accept_entry(mentor, locked)
    logbook.close_period(make.viewer(make.LEAD), world.programme, make.day(100), make.day(80))
    sent("mentors", make.MENTOR)
    sent("others", make.OTHER_BROKER, cluster_id=world.betong, audience="cluster", companies=(world.other_company,))
    sent("former", make.PREDECESSOR_BROKER, programme_id=world.predecessor, audience="programme")
    _moved_audience(world, mine, sent("widened"), sent("tightened", audience="programme"))
    assert locked.state == "locked"


def _doubles(built: Built) -> None:
    """The author's undertaking once more under another name, and once more, merged already."""
    world = built.world
    one, two = (
        companies.record_company(name, municipality="Rana", cluster_id=world.act).company
        for name in ("Slagg i Ranfjord AS", "Ranfjord Slaggverk AS")
    )
    kept = db.session.get_one(Company, world.company)
    built.double = one.id
    built.merging = companies.merge_companies(make.viewer(make.BROKER), kept, two, {}).id


def _left_behind(built: Built) -> None:
    """A broker whose role has ended: a draft, a returned entry, and one that a broker of another cluster took over."""
    world, mentor = built.world, make.viewer(make.MENTOR)
    gone = accounts.make_person(make.GONE, "Gunn Gått", "en")
    accounts.give_role(gone, "broker", make.day(200), None, world.programme, world.act)
    author = make.viewer(make.GONE)
    _draft(built, "kept", make.GONE)
    left, taken = _sent(built, "left", make.GONE), _sent(built, "taken", make.GONE)
    subject = (SUBJECT, taken.id)
    for audience in ("only_me", "author_mentor"):
        text = f"zqnotetaken{audience.replace('_', '')}"
        built.notes[f"taken-{audience}"] = remarks.make_note(author, subject, audience, text).id
    built.remarks["taken"] = remarks.make_remark(mentor, subject, "question", "zqremarktaken", "text").id
    for entry, name in ((left, "left"), (taken, "taken")):
        logbook.return_entry(mentor, entry, f"zqreason{name}")
    accounts.end_role(gone.roles[0], make.day(1))
    lead = make.viewer(make.LEAD)
    built.handover = f"{world.programme}-{gone.id}"
    former = logbook_queries.former_for(lead, built.handover)
    assert former is not None
    logbook.hand_over(lead, former, [taken.id], make.person(make.OTHER_BROKER).id)
    note = remarks.make_note(mentor, subject, "author_mentor", "zqnotetakenoverauthormentor")
    built.notes["takenover-author_mentor"] = note.id


def _moved_audience(world: World, mine: dict[str, UUID], widened: Entry, tightened: Entry) -> None:
    author = make.viewer(make.BROKER)
    old = make.content(world, **marked("widened", world, text="zqoldwidened"))
    logbook.save_entry(author, widened, old, widened.revision)
    new = make.content(world, **marked("widened", world))
    logbook.save_entry(author, widened, new, widened.revision)
    logbook.change_audience(author, widened, "cluster", False, confirmed=True)
    logbook.change_audience(author, tightened, "mentor_lead", False, confirmed=False)
    assert {"widened", "tightened"} <= set(mine)


def _reviews(built: Built) -> None:
    """A remark with an answer on entries that others than the reviewers may read too."""
    mentor, author = make.viewer(make.MENTOR), make.viewer(make.BROKER)
    for name in ("cluster", "returned"):
        key = (SUBJECT, built.entries[name])
        remark = remarks.make_remark(mentor, key, "question", f"zqremark{name}", "text")
        remarks.answer(author, remark, f"zqanswer{name}")
        built.remarks[name] = remark.id


def _notes(built: Built) -> None:
    for audience in NOTE_AUDIENCES:
        for entry, by in (("programme", make.BROKER), ("reading", make.MENTOR)):
            name = f"{entry}-{audience}"
            text = f"zqnote{entry}{audience.replace('_', '')}"
            note = remarks.make_note(make.viewer(by), (SUBJECT, built.entries[entry]), audience, text)
            built.notes[name] = note.id


def _unsaved(built: Built) -> None:
    """Working copies of a saved and of a never saved entry, and a text that met another one."""
    author = make.viewer(make.BROKER)
    for record, text in ((built.entries["programme"], "zqcopyprogramme"), (built.unsaved, "zqcopyunsaved")):
        fields = {"text": [text], "title": [f"{text} {COMMON}"], "record_id": [str(record)]}
        revisions.put_working_copy(SUBJECT, record, author.id, 1, fields)
    entry = built.entries["programme"]
    db.session.add(revisions.conflict_row(SUBJECT, entry, author.id, 1, 2, {"text": "zqconflictprogramme"}))
    db.session.flush()


def _directory(built: Built) -> None:
    """An environment with a researcher, and a part of it."""
    author = make.person(make.BROKER).id
    facts = {"name": "Ranfjord Tareforsk", "themes": ["tare"], "note": "zqenvironment"}
    home = research.record_environment(facts, author)
    research.record_environment({"name": "Tarelaboratoriet", "parent": str(home.id), "approved": True}, author)
    fields = {"name": "Tone Tareforsker", "environment": str(home.id), "unit": "zqresearcher", "link": "", "themes": []}
    built.environment, built.researcher = home.id, research.record_researcher(fields, author).id


def _needs(built: Built) -> None:
    """A need of each kind, with markers in what stands in it; "open" is made of a passage that its cluster cannot read.

    The owner of "alone" has no role any more.
    """
    world = built.world
    act, betong = (world.programme, world.act), (world.programme, world.betong)
    for name, by, place in (
        ("open", make.BROKER, act), ("shared", make.BROKER, act), ("secret", make.BROKER, act),
        ("others", make.OTHER_BROKER, betong), ("alone", make.COLLEAGUE, act),
    ):  # fmt: skip
        who = make.viewer(by)
        company = world.company if place == act else world.other_company
        fields = {
            "title": f"zqneedtitle{name} {COMMON}", "description": f"zqneedtext{name}", "theme": "Tare",
            "priority_area_id": None, "trl": None, "scheme": "", "abstract": f"zqneedabstract{name}",
            "confidential": name == "secret", "next_step": "", "next_step_date": None,
        }  # fmt: skip
        source = (SUBJECT, built.entries["sent"]) if name == "open" else None
        need = needs.record_need(who, place, company, fields, source, "zqneedquote")
        built.needs[name] = need.id
        match = needs.propose_match(who, need, built.environment, None, f"zqneedmatch{name}")
        built.matches[name] = match.id
        if name in ("shared", "others"):
            needs.release_abstract(who, need, f"zqneedconsent{name}")
        if name == "alone":
            need.owner_id = make.person(make.GONE).id
    db.session.flush()


def _contact(built: Built) -> None:
    """A contact that should be looked at, with an older version."""
    author = make.viewer(make.BROKER)
    facts = {"name": "zqcontactname", "role": "zqcontactbefore", "email": "zqcontactmail@mono.test"}
    company = db.session.get_one(Company, built.world.company)
    contact = companies.record_contact(author.id, company, {**facts, "review_on": yesterday().isoformat()})
    companies.save_contact(author, contact, {"role": "zqcontactrole", "legal_basis": "zqcontactbasis"}, 1)
    built.contact = contact.id


def yesterday() -> Any:
    """The day before today."""
    return clock.today() - timedelta(days=1)
