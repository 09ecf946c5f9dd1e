"""The walk over the matrix: every endpoint, thing and person over HTTP, without a browser's cookies.

`Walk.problems` collects what is not as the matrix says, so that one walk tells everything at once.

Some 7,500 requests would take most of a minute, so the everyday walk leaves out four of five where one and the same
line of the gate answers: a hidden entry is hidden from every verb by its loader, and the GET of a form asks the
same rule as its POST. What is left out goes round, so that each person still meets each entry and each verb.
MONO_EVERY_CASE=1 in the environment walks them all.
"""

from __future__ import annotations

import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

from flask import Flask, session, url_for
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import event
from werkzeug.test import TestResponse

from mono_web.accounts import actions as accounts
from mono_web.core import access
from mono_web.core.db import db
from tests import factories as make
from tests.access import matrix
from tests.access.building import Built
from tests.access.sending import fields_of

EVERY_CASE = os.environ.get("MONO_EVERY_CASE", "") not in ("", "0")
ONE_OF = 5
LET_THROUGH = (200, 204, 303)
MARKER = re.compile(r"zq[a-z]+")
# Follows every change, so a refused one is told by nothing else having changed.
FOLLOWS = ("audit_line",)


class Case(NamedTuple):
    """One request of the matrix: who may (200 or 303), who sees the thing (403), the rest gets 404."""

    endpoint: str
    method: str
    values: dict[str, Any]
    may: frozenset[str]
    sees: frozenset[str]
    thing: str = ""

    def expected(self, person: str) -> tuple[int, ...]:
        """The right answers."""
        if self.endpoint in matrix.PUBLIC:
            return matrix.PUBLIC[self.endpoint][self.method]
        if person == "nobody":
            return (401,) if self.method == "POST" else (303,)
        if person in self.may:
            return LET_THROUGH
        return (403,) if person in self.sees else (404,)


def verb_cases(built: Built) -> Iterator[Case]:
    """What may be done with each entry."""
    for name, entry_id in built.entries.items():
        reads = matrix.READ[name]
        for endpoint, who in matrix.ENTRY_VERBS.items():
            more = {"number": _to_bring_back(built, name)} if endpoint == "logbook.version_bring_back" else {}
            yield from _both(endpoint, {"entry_id": entry_id, **more}, who.get(name, frozenset()), reads, name)


def _to_bring_back(built: Built, name: str) -> int:
    """The first version; the last where the first is not there for who works on the entry now."""
    return 1 if matrix.OWNER[name] in matrix.DRAFTED[name] else built.versions[name]


def cases(built: Built) -> Iterator[Case]:
    """The matrix as requests."""
    yield from verb_cases(built)
    for name, entry_id in built.entries.items():
        values, reads = {"entry_id": entry_id}, matrix.READ[name]
        for endpoint in matrix.ENTRY_READING:
            yield Case(endpoint, "GET", values, reads, reads, name)
        yield Case(matrix.VERSION, "GET", {**values, "number": 1}, matrix.DRAFTED[name], frozenset(), name)
        subject = {"subject_id": ("entry", entry_id)}
        for endpoint in matrix.NOTE_READING:
            yield from _both(endpoint, subject, reads, reads, name)
        for endpoint in matrix.REMARKING:
            yield from _both(endpoint, subject, matrix.MAY_REMARK.get(name, frozenset()), matrix.REVIEW[name], name)
    yield from _hanging(built)
    yield from _needs(built)
    for endpoint, (verbs, may, sees) in matrix.PAGES.items():
        for verb in verbs.split():
            yield Case(endpoint, verb, values_of(built, endpoint), may, sees)
    for endpoint, answers in matrix.PUBLIC.items():
        for verb in answers:
            yield Case(endpoint, verb, values_of(built, endpoint), frozenset(), frozenset())


def _hanging(built: Built) -> Iterator[Case]:
    for name, remark_id in built.remarks.items():
        for endpoint, who in matrix.REMARK_VERBS.items():
            yield from _both(endpoint, {"remark_id": remark_id}, who[name], matrix.REMARK_READ[name], name)
    for name, note_id in built.notes.items():
        for endpoint, notes in matrix.NOTE_VERBS.items():
            may = frozenset([matrix.NOTE_OWNER[name]]) if name in notes else frozenset()
            yield from _both(endpoint, {"note_id": note_id}, may, matrix.NOTE_READ[name], name)
    for name in matrix.TASK_READ:
        for endpoint in matrix.TASK_VERBS:
            values = {"followup_id": built.followups[name]}
            yield Case(endpoint, "POST", values, matrix.TASK_DO[name], matrix.TASK_READ[name], name)


def _needs(built: Built) -> Iterator[Case]:
    for name, need_id in built.needs.items():
        reads, values = matrix.NEED_READ[name], {"need_id": need_id}
        for endpoint in matrix.NEED_READING:
            yield Case(endpoint, "GET", values, reads, reads, name)
        for endpoint, who in matrix.NEED_VERBS.items():
            if (name, endpoint) == ("secret", "needs.abstract_release"):
                continue  # a confidential need shares nothing, whoever asks
            more = {"number": 1} if endpoint == "needs.version_bring_back" else {}
            yield from _both(endpoint, {**values, **more}, who[name], reads, name)
        match = {"match_id": built.matches[name]}
        yield from _both("needs.match_move", match, matrix.NEED_WRITE[name], reads, name)
        shared = matrix.NEED_ABSTRACT.get(name, frozenset())
        yield Case("needs.abstract_show", "GET", {"abstract_id": need_id}, shared, shared, name)


ONLY_POST = {
    "logbook.version_bring_back", "logbook.entry_send", "logbook.entry_start",
    "remarks.remark_resolve", "remarks.remark_reopen", "needs.version_bring_back", "needs.abstract_take_back",
}  # fmt: skip
ONLY_GET = {
    "needs.partner_suggest",
    "remarks.note_list",
    "remarks.remark_new_link",
    "remarks.remark_show",
}

REPEATED = {
    *matrix.ENTRY_VERBS, *matrix.ENTRY_READING[1:], matrix.VERSION, *matrix.NOTE_READING, *matrix.REMARKING,
}  # fmt: skip


def _both(
    endpoint: str, values: dict[str, Any], may: frozenset[str], sees: frozenset[str], thing: str
) -> Iterator[Case]:
    if endpoint not in ONLY_POST:
        yield Case(endpoint, "GET", values, may, sees, thing)
    if endpoint not in ONLY_GET:
        yield Case(endpoint, "POST", values, may, sees, thing)


def values_of(built: Built, endpoint: str) -> dict[str, Any]:
    """What the address of a page needs, and the query that makes it show something."""
    ids, world = built.ids, built.world
    known: dict[str, dict[str, Any]] = {
        "logbook.company_context_show": {"company_id": world.company},
        "logbook.readers_show": {"place": f"{world.programme}-{world.act}"},
        "logbook.working_copy_put": {"record_id": uuid4()},
        "logbook.company_entries": {"company_id": world.company},
        "logbook.entry_import_check": {"upload_id": built.upload},
        "logbook.handover_edit": {"case_id": built.handover},
        "search.result_list": {"q": "fellesordet"},
        "companies.company_suggest": {"q": "a"},
        "companies.company_show": {"company_id": world.company},
        "companies.company_edit": {"company_id": world.company},
        "companies.company_refresh": {"company_id": world.company},
        "companies.company_erase": {"company_id": world.company},
        "research.environment_show": {"environment_id": built.environment},
        "research.environment_edit": {"environment_id": built.environment},
        "research.researcher_show": {"researcher_id": built.researcher},
        "research.researcher_edit": {"researcher_id": built.researcher},
        "research.choice_suggest": {"q": "tare"},
        "needs.company_needs": {"company_id": world.company},
        "needs.research_matches": {"environment_id": built.environment},
        "companies.company_merge": {"company_id": world.company, "other_id": built.double},
        "companies.company_apart": {"company_id": world.company, "other_id": built.double},
        "companies.merging_show": {"merging_id": built.merging},
        "companies.merging_undo": {"merging_id": built.merging},
        "accounts.role_end": {"role_id": ids["role"]},
        "accounts.link_use": {"token": built.link},
        "accounts.language_choose": {"code": "nb"},
        "programmes.programme_cluster_remove": {"programme_id": ids["programme"], "cluster_id": ids["empty"]},
        "programmes.area_edit": {"area_id": ids["area"]},
        "programmes.area_remove": {"area_id": ids["area"]},
        "programmes.cluster_edit": {"cluster_id": ids["act"]},
        "setup.page_edit": {"page": "programme"},
        "static": {"filename": "favicon.svg"},
    }
    contacts = ("show", "edit", "confirm", "card", "held_show", "held_file", "anonymise")
    known |= {f"companies.contact_{name}": {"contact_id": built.contact} for name in contacts}
    known |= {f"companies.contact_{name}": {"company_id": world.company} for name in ("list_part", "new")}
    people = ("person_show", "person_edit", "person_disable", "person_enable", "link_make", "role_new")
    known |= {f"accounts.{name}": {"person_id": ids["person"]} for name in people}
    programmes = ("programme_show", "programme_edit", "programme_cluster_add", "area_new")
    known |= {f"programmes.{name}": {"programme_id": ids["programme"]} for name in programmes}
    return known.get(endpoint, {})


class Walk:
    """The application, the people's log-ins, and a copy of the database to go back to after each change."""

    def __init__(self, app: Flask, built: Built) -> None:
        self.app, self.built = app, built
        self.http = app.test_client(use_cookies=False)
        self.cookies: dict[str, str] = {}
        self.tokens: dict[str, str] = {}
        self.seen: dict[str, set[str]] = {person: set() for person in matrix.PEOPLE}
        self.problems: list[str] = []
        self.markers = matrix.markers()
        self.entry_of = {str(entry_id): name for name, entry_id in built.entries.items()}
        for person, email in matrix.PEOPLE.items():
            self._log_in(person, email)
        self.file: Path = app.config["SETTINGS"].database
        self.sent_in = {path: path.read_bytes() for path in self.file.parent.rglob("uploads/**/*") if path.is_file()}
        self.first = sqlite3.connect(":memory:")
        with sqlite3.connect(self.file) as live:
            live.backup(self.first)
        with app.test_request_context():
            self.all = [(case, url_for(case.endpoint, **case.values)) for case in cases(built)]

    def cases_of(self, person: str, method: str) -> Iterator[tuple[Case, str]]:
        """The cases of this person, of one verb; see above for what an everyday walk leaves out."""
        met: set[str] = set()
        turn = list(matrix.PEOPLE).index(person)
        for case, address in self.all:
            if case.method != method:
                continue
            if person == "nobody" and not EVERY_CASE:
                # The log-in is asked for before anything is loaded.
                if case.endpoint in met:
                    continue
                met.add(case.endpoint)
            hidden = person not in case.sees and person not in case.may
            asked_twice = method == "GET" and case.endpoint in matrix.ENTRY_VERBS
            repeated = case.endpoint in REPEATED and (hidden or asked_twice)
            turn += 1 if repeated else 0
            if EVERY_CASE or not repeated or turn % ONE_OF == 0:
                yield case, address

    def _log_in(self, person: str, email: str) -> None:
        with self.app.test_request_context():
            if email:
                token = accounts.begin_session(make.person(email))
                db.session.commit()
                session["_user_id"], session["_fresh"] = token, True
            self.tokens[person] = access.form_token()
            serializer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
            self.cookies[person] = f"mono={serializer.dumps(dict(session))}"

    def open(self, person: str, address: str, method: str = "GET", **rest: Any) -> TestResponse:
        """One request of this person; what it shows is compared with what the person may read."""
        headers = {"Cookie": self.cookies[person], **rest.pop("headers", {})}
        if method == "POST":
            data = {"csrf_token": self.tokens[person], "op_id": str(uuid4()), **rest.pop("data", {})}
            rest["data"] = data
        response = self.http.open(address, method=method, headers=headers, **rest)
        self._look(person, address, response)
        return response

    def _look(self, person: str, address: str, response: TestResponse) -> None:
        # What the person has typed into the address comes back in the page, and tells them nothing.
        body = response.get_data(as_text=True).replace(address.replace("&", "&amp;"), "").replace(address, "")
        typed = set(MARKER.findall(address))
        # Known ones alone: a token may hold any letters by chance.
        found = set(MARKER.findall(body)) & self.markers.keys() - typed
        self.seen[person] |= found
        for marker in sorted(found):
            if person not in self.markers[marker]:
                self.problems.append(f"{person} reads {marker} at {address}")
        if person == "admin" and address.startswith("/admin/audit"):
            return  # the log names records by their id, and says nothing of what is in them
        for entry_id, name in self.entry_of.items():
            if entry_id in body and entry_id not in address and person not in matrix.READ[name]:
                self.problems.append(f"{person} hears of the entry {name} at {address}")

    def restore(self) -> None:
        """The database as it was built."""
        with sqlite3.connect(self.file) as live:
            live.execute("PRAGMA synchronous=OFF")
            self.first.backup(live)
        for path, content in self.sent_in.items():
            path.write_bytes(content)

    def content(self) -> list[str]:
        """All rows of all tables, but for the audit log."""
        with sqlite3.connect(self.file) as live:
            return [line for line in live.iterdump() if not any(f'"{table}"' in line for table in FOLLOWS)]

    def refusals(self) -> int:
        """How many refusals the audit log holds."""
        with sqlite3.connect(self.file) as live:
            return int(live.execute("SELECT count(*) FROM audit_line WHERE verb LIKE 'refused%'").fetchone()[0])

    def ask(self, case: Case, address: str, person: str) -> int:
        """Send one case as one person; a wrong answer is a problem. The database is put back where it may change."""
        data = {}
        if case.method == "POST":
            with self.app.app_context():
                data = {"data": fields_of(self.built, case, person)}
        status = self.open(person, address, case.method, **data).status_code
        expected = case.expected(person)
        if status not in expected:
            self.problems.append(f"{person} {case.method} {case.endpoint} {case.thing}: {status}, not {expected}")
        if case.method == "POST" and status < 400:
            self.restore()
        return status


def quick(app: Flask) -> None:
    """For thousands of requests: nothing has to survive a power cut, and a refusal is a short page."""
    assert app.jinja_loader is not None
    app.jinja_loader = ChoiceLoader([DictLoader({"core/error.html": "{{ code }} {{ title }}"}), app.jinja_loader])
    with app.app_context():
        event.listen(db.engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=OFF"))
        db.engine.dispose()
