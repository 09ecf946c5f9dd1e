"""What an answer gives away without showing it, and what costs more than it should: each is tried again here."""

from __future__ import annotations

import os
import stat
import sys
from io import BytesIO
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from mono_web.accounts import actions as accounts
from mono_web.app import create_app, prepare
from mono_web.config import Settings
from mono_web.core import audit, clock, revisions, serving, subjects
from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from mono_web.core.files import MAX_COLUMNS, UnreadableFile, read_table, write_csv
from mono_web.logbook import actions as logbook
from mono_web.logbook import queries
from mono_web.logbook.actions import transfer, uploads
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.logbook.views.form import MOST_UNSAVED
from mono_web.remarks import actions as remarks
from mono_web.remarks import queries as remarked
from mono_web.remarks.models import Note
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World
from tests.logbook.estate import end_role

DRAFTED = "Slik sto det i kladden"
FORM = "application/x-www-form-urlencoded"


def take_over(entry: Entry, taker: str) -> None:
    """The author's role ends, and the lead lets somebody else go on with what was returned."""
    author = make.person(make.BROKER)
    end_role(make.BROKER)
    db.session.flush()
    lead = make.viewer(make.LEAD)
    former = queries.former_for(lead, f"{entry.programme_id}-{author.id}")
    assert former is not None
    logbook.hand_over(lead, former, [entry.id], make.person(taker).id)


# --- versions of a draft ------------------------------------------------------------------------------------


def returned_with_a_past(world: World) -> Entry:
    entry = make.draft(world, text=DRAFTED)
    author = make.viewer(make.BROKER)
    logbook.save_entry(author, entry, make.content(world, text="Slik ble det sendt"), entry.revision)
    logbook.send_entry(author, entry)
    logbook.return_entry(make.viewer(make.MENTOR), entry, "Hva er det dere ikke vet?")
    return entry


@pytest.mark.parametrize("guess", [DRAFTED, "Noe annet"], ids=("right", "wrong"))
def test_guess_at_a_draft_is_a_conflict_whether_it_is_right_or_not(app: Flask, world: World, guess: str) -> None:
    with app.app_context():
        entry = returned_with_a_past(world)
        take_over(entry, make.COLLEAGUE)
        db.session.commit()
        address, content = f"/logbook/{entry.id}/edit", logbook.content_of(entry)
    fields = {
        "place": f"{world.programme}-{world.act}", "date": content.date.isoformat(), "kind": content.kind,
        "contact_form": content.form, "held": content.held, "audience": content.audience, "hours": "2,5",
        "participants": content.participants, "title": content.title, "company": "Ranfjord Slagg AS",
        "company_id": str(world.company), "text": guess, "action": "save", "base_rev": "1",
    }  # fmt: skip
    assert Client(app, make.COLLEAGUE).post(address, fields).status_code == 409


def test_author_merges_two_windows_of_a_draft(app: Flask, world: World) -> None:
    with app.app_context():
        entry, author = make.draft(world), make.viewer(make.BROKER)
        logbook.save_entry(author, entry, make.content(world, title="Fra det ene vinduet"), 1)
        taken = logbook.save_entry(author, entry, make.content(world, text="Fra det andre"), 1)
        assert (taken, entry.title, entry.text) == (["title"], "Fra det ene vinduet", "Fra det andre")


# --- notes --------------------------------------------------------------------------------------------------


def readers_of_note(note: Note) -> set[str]:
    """Names of who can read the note by its address."""
    return {
        make.PEOPLE[email][0] for email in make.PEOPLE if remarked.note_for(make.viewer(email), note.id) is not None
    }


def shown_readers(entry: Entry, note: Note, by: str) -> set[str]:
    """The names that the author of the note is shown."""
    return set(remarked.note_readers(make.viewer(by), (SUBJECT, entry.id), entry, note)[note.audience].values())


@pytest.mark.parametrize("audience", ["author_mentor", "mentors_leads", "cluster", "programme"])
def test_note_on_a_draft_stays_with_who_wrote_it(app: Flask, world: World, audience: str) -> None:
    with app.app_context():
        entry, author = make.draft(world, audience="programme"), make.viewer(make.BROKER)
        key: subjects.Key = (SUBJECT, entry.id)
        note = remarks.make_note(author, key, audience, "Skrevet for meg")
        logbook.send_entry(author, entry)
        assert readers_of_note(note) == shown_readers(entry, note, make.BROKER) == {"Ingrid Megler"}
        thread = remarked.thread_for(author, *key, entry)
        assert [one.kept_back for one in thread.notes] == [True]
        later = remarks.make_note(author, key, audience, "Skrevet for flere")
        assert "Marit Mentor" in readers_of_note(later)


@pytest.mark.parametrize("audience", ["cluster", "programme"])
def test_older_note_is_not_opened_by_a_handover(app: Flask, world: World, audience: str) -> None:
    with app.app_context():
        entry = make.returned(world)
        mentor, key = make.viewer(make.MENTOR), (SUBJECT, entry.id)
        older = remarks.make_note(mentor, key, audience, "Før overtakelsen")
        take_over(entry, make.COLLEAGUE)
        later = remarks.make_note(mentor, key, audience, "Etter overtakelsen")
        for note, reads in ((older, False), (later, True)):
            assert ("Kari Kollega" in readers_of_note(note)) is reads
            assert shown_readers(entry, note, make.MENTOR) == readers_of_note(note)


def test_note_stays_with_who_could_read_it_before_taking_over(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.returned(world, audience="cluster")
        older = remarks.make_note(make.viewer(make.MENTOR), (SUBJECT, entry.id), "programme", "Før overtakelsen")
        take_over(entry, make.COLLEAGUE)
        assert {"Kari Kollega", "Liv Klyngeleder"} <= readers_of_note(older)
        assert shown_readers(entry, older, make.MENTOR) == readers_of_note(older)


# --- where a page begins ------------------------------------------------------------------------------------


def test_page_after_a_hidden_entry_is_the_page_after_none(app: Flask, world: World) -> None:
    with app.app_context():
        mine = [make.draft(world, text="zqord")]
        hidden = make.draft(world, by=make.COLLEAGUE, text="zqord")
        mine.append(make.draft(world, text="zqord"))
        viewer, filters = make.viewer(make.BROKER), queries.Filters(words="zqord")

        def after(one: UUID) -> list[UUID]:
            return [row.id for row in queries.entries_for(viewer, filters, (hidden.date, one)).rows]

        assert after(mine[1].id) == [mine[0].id]
        assert after(hidden.id) == after(uuid4())


# --- what the check of an import tells ----------------------------------------------------------------------


def said(viewer_of: str, **cells: str) -> list[tuple[str, str]]:
    """The columns and sentences of a row that is refused."""
    row = {"date": make.day(1).isoformat(), "kind": "visit", "cluster": "act", "text": "Tekst", **cells}
    table = read_table(b"".join(write_csv(list(row), [list(row.values())])), "logg.csv")
    plan = transfer.plan_import(make.viewer(viewer_of), table, "key")
    return [(one.column, str(one.sentence)) for one in plan.refused]


def test_import_tells_a_former_author_nothing_of_what_they_no_longer_read(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world, text="Slik står det nå")
        end_role(make.BROKER)
        accounts.give_role(make.person(make.BROKER), "observer", make.day(1), None, world.programme)
        db.session.flush()
        row = {"programme": "mono", "entry_id": str(entry.id)}
        told = [said(make.BROKER, **row, text=text) for text in (entry.text, "Noe annet")]
        assert told[0] == told[1]
        assert "cannot be used" in told[0][0][1]


def test_import_does_not_tell_which_programmes_there_are_elsewhere(app: Flask, world: World) -> None:
    with app.app_context():
        there, nowhere = said(make.BROKER, programme="mofi"), said(make.BROKER, programme="ingensteds")
        assert there == nowhere == [("programme", "There is no programme with this code")]


# --- what costs too much ------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", [None, make.BROKER])
def test_endless_fields_are_not_taken_apart(app: Flask, world: World, email: str | None) -> None:
    client = Client(app, email)
    body = b"a=&" * serving.MOST_FIELDS
    headers = {"X-CSRFToken": client.token()} if email else {}
    for address in ("/login", "/logbook/new"):
        answer = client.http.post(address, data=body, content_type=FORM, headers=headers)
        assert answer.status_code == 413, address


def test_fields_up_to_the_limit_are_read(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    body = b"a=&" * (serving.MOST_FIELDS - 1) + b"date=2"
    answer = client.http.post(
        "/logbook/new", data=body, content_type=FORM, headers={"X-CSRFToken": client.token()}
    )  # fmt: skip
    assert answer.status_code == 422


def test_table_of_endless_columns_is_refused() -> None:
    names = [f"n{number}" for number in range(MAX_COLUMNS + 1)]
    with pytest.raises(UnreadableFile) as met:
        read_table(",".join(names).encode(), "liste.csv")
    assert (met.value.code, met.value.row, met.value.column) == ("too_many_columns", 1, MAX_COLUMNS + 1)
    assert len(read_table(",".join(names[1:]).encode(), "liste.csv").columns) == MAX_COLUMNS


def count(app: Flask, verb: str) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(AuditLine.id)).where(AuditLine.verb == verb)) or 0


def test_refusals_do_not_fill_the_log(app: Flask, world: World) -> None:
    with app.test_request_context():
        for _ in range(130):
            audit.refused(404, {"entry_id": uuid4()}, make.person(make.BROKER).id)
        audit.refused(404, {"entry_id": uuid4()}, make.person(make.MENTOR).id)
        db.session.rollback()
        app.process_response(app.make_response(("", 404)))
    assert (count(app, "refused 404"), count(app, "refusals left out")) == (121, 1)


def test_strangers_do_not_fill_the_log_with_dead_links(app: Flask, world: World) -> None:
    stranger = Client(app)
    stranger.get("/login")
    with stranger.http.session_transaction() as cookie:
        assert "csrf_token" in cookie
    stranger.email = "nobody"  # a page with a form carries a token for strangers, too
    for _ in range(65):
        assert stranger.post("/link/abc", {"password": "x"}).status_code == 404
    assert count(app, "password link refused") == 60


# --- working copies -----------------------------------------------------------------------------------------


def keep(client: Client, record: UUID, **fields: str) -> int:
    return client.post(f"/logbook/parts/working-copy/{record}", {"text": "Halvferdig", **fields}).status_code


def test_working_copy_keeps_the_fields_of_the_form_and_no_others(app: Flask, world: World) -> None:
    record, client = uuid4(), Client(app, make.BROKER)
    assert keep(client, record, new_name="Ny AS", new_municipality="Rana", anything="x" * 1000) == 204
    assert keep(client, record, text="x" * 100_001) == 413
    assert keep(client, record, title="x" * 201) == 413
    with app.app_context():
        [copy] = revisions.working_copies(make.person(make.BROKER).id, SUBJECT)
        assert copy.fields == {"text": ["Halvferdig"], "new_name": ["Ny AS"], "new_municipality": ["Rana"]}


def test_texts_that_were_never_saved_have_an_end(app: Flask, world: World) -> None:
    begun = [uuid4() for _ in range(MOST_UNSAVED)]
    with app.app_context():
        me, entry_id = make.person(make.BROKER).id, make.draft(world).id
        for record in begun:
            revisions.put_working_copy(SUBJECT, record, me, 0, {"text": ["Begynt"]}, "")
        db.session.commit()
    client = Client(app, make.BROKER)
    assert keep(client, uuid4()) == 413
    now = clock.now().isoformat()
    assert {keep(client, one, opened_at=now) for one in (begun[0], entry_id)} == {204}
    assert keep(Client(app, make.COLLEAGUE), uuid4()) == 204


# --- the name of the machine, its folders, its tables -------------------------------------------------------


def test_request_for_another_name_is_refused(tmp_path: Path) -> None:
    app = create_app(Settings(instance=tmp_path, testing=True, public_names=("mono.example",)))
    prepare(app)
    browser = app.test_client()
    assert browser.get("/healthz", headers={"Host": "mono.example"}).status_code == 200
    for method in (browser.get, browser.post):
        assert method("/login", headers={"Host": "evil.example"}).status_code == 400
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_nobody_else_on_the_machine_lists_the_uploads(tmp_path: Path) -> None:
    folder, before = tmp_path / "uploads", os.umask(0o022)
    try:
        folder.mkdir()
        kept = uploads.keep_upload(folder, 1, "logg.csv", b"dato")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(one.stat().st_mode) for one in (folder, kept.path.parent)} == {0o700}


@pytest.mark.parametrize("sign", ["\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_full_width_signs_are_no_formula(sign: str) -> None:
    cell = f"{sign}HYPERLINK(1)"
    written = b"".join(write_csv(["navn", "tekst"], [[cell, f"a;{cell}"]]))
    assert f"'{cell},a;'{cell}" in written.decode("utf-8-sig")
    assert list(read_table(written, "ut.csv").rows[0].cells.values()) == [cell, f"a;{cell}"]


def test_endless_table_says_why_it_is_refused(app: Flask, world: World) -> None:
    data = ",".join(f"n{number}" for number in range(500)).encode()
    client = Client(app, make.BROKER)
    answer = client.post("/logbook/import", {"file": (BytesIO(data), "logg.csv")}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert f"more than {MAX_COLUMNS} columns" in texts(answer)
