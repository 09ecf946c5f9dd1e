"""Importing in the web: send a file, see each row, decide. All of it works without scripts."""

from __future__ import annotations

import io
import os
import re
import shutil
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from mono_web.accounts import actions as accounts
from mono_web.core import i18n
from mono_web.core.db import db
from mono_web.core.files import Table
from mono_web.logbook.actions import transfer_cells
from mono_web.logbook.forms import column_names
from mono_web.logbook.models import Entry
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World
from tests.logbook.test_transfer import GOOD, file_of

ADDRESS = "/logbook/import"


@pytest.fixture(autouse=True)
def kept_files(app: Flask) -> Path:
    """The folder of uploads, empty."""
    folder = Path(app.instance_path) / "uploads"
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def send(client: Client, data: bytes, name: str = "logg.csv") -> TestResponse:
    return client.post(ADDRESS, {"file": (io.BytesIO(data), name)}, content_type="multipart/form-data")


def entries(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(Entry.title)))


def test_dry_run_shows_every_row_and_writes_nothing(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    answer = send(client, file_of(GOOD, {**GOOD, "hours": "99"}))
    assert answer.status_code == 303
    page = client.follow(answer)
    said = texts(page)
    for words in ("UTF-8, columns parted by comma", "1 is taken", "1 is refused", "At most 24 hours", "Import 1 entry"):
        assert words in said
    assert re.search(r"Line </span>3</td>", page.get_data(as_text=True))
    assert entries(app) == []


def test_import_takes_the_good_rows_once(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    check = send(client, file_of(GOOD, {**GOOD, "title": "To"}, {**GOOD, "hours": "99"})).headers["Location"]
    assert client.post(check, {"op_id": "4d1f3a8e-6f0c-4a34-8a63-3a5a3c1f7a55"}).status_code == 422
    answer = client.post(check, {"partial": "1", "op_id": "4d1f3a8e-6f0c-4a34-8a63-3a5a3c1f7a56"})
    assert answer.status_code == 303
    answer.close()
    said = texts(client.follow(answer))
    assert "2 entries are imported" in said
    assert "1 row was left out" in said
    assert sorted(entries(app)) == ["Slagg", "To"]
    again = client.post(check, {"partial": "1"})
    assert "This file was taken already" in texts(client.follow(again))
    assert len(entries(app)) == 2


def test_same_file_sent_again_is_known(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    client.post(send(client, file_of(GOOD)).headers["Location"])
    said = texts(client.follow(send(client, file_of(GOOD))))
    assert "1 is here already" in said
    assert "There is nothing in this file to import" in said


def test_what_is_here_already_is_named_and_linked(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    client.post(send(client, file_of(GOOD)).headers["Location"])
    with app.app_context():
        known = db.session.scalars(select(Entry)).one()
        name = f"{known.date.day} {known.date:%B %Y}, Ranfjord Slagg AS, {known.title}"
    page = client.follow(send(client, file_of(GOOD)))
    assert f'<a class="title" href="/logbook/{known.id}">{name}</a>' in page.text
    with app.app_context():  # after the role there the entry is seen no more: the row says what the file says
        person = make.person(make.BROKER)
        accounts.end_role(person.roles[0], make.day(1))
        accounts.give_role(person, "broker", make.day(1), None, world.predecessor, world.act)
        db.session.commit()
    page = client.follow(send(client, file_of(GOOD)))
    assert f"/logbook/{known.id}" not in page.text
    assert f"{GOOD['date']}, Ranfjord Slagg AS, Slagg" in texts(page)


def test_row_of_somebody_else_says_why(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    sent = send(client, file_of(GOOD, {**GOOD, "title": "Karis", "broker": make.COLLEAGUE}))
    page = client.follow(sent)
    said = texts(page)
    assert "1 is taken, 0 are here already, 0 are refused, 1 belongs to somebody else" in said
    assert f"It belongs to {make.COLLEAGUE}. You can only import entries of your own" in said
    assert f"{GOOD['date']}, Ranfjord Slagg AS, Karis" in said
    assert "data-problem" not in page.text
    assert client.post(sent.headers["Location"], {"partial": "1"}).status_code == 303
    assert entries(app) == ["Slagg"]


def test_unreadable_file_gets_code_and_place(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    answer = send(client, b'date,kind\r\n2026-01-01,"visit\r\n')
    assert answer.status_code == 422
    assert "A quotation mark is opened and not closed. Line 2. Code: unclosed_quote" in texts(answer)
    assert send(client, b"PK\x03\x04\0\0", "bok.xlsx").status_code == 422
    assert send(client, b"").status_code == 422
    many = b"date,kind\r\n" + b"2026-01-01,visit\r\n" * 251
    assert "more than 250 rows" in texts(send(client, many))
    answer = client.post(ADDRESS, {})
    assert (answer.status_code, "Choose a file" in texts(answer)) == (422, True)


def test_upload_belongs_to_one_person(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    check = send(client, file_of(GOOD)).headers["Location"]
    assert Client(app, make.COLLEAGUE).get(check).status_code == 404
    assert Client(app, make.LEAD).get(check).status_code == 404
    for email in (make.LEAD, make.MANAGER, make.OBSERVER, make.ADMIN, make.STRANGER):
        assert Client(app, email).get(ADDRESS).status_code == 403
        assert send(Client(app, email), file_of(GOOD)).status_code == 403


def test_kept_file_is_private_and_swept_after_a_day(app: Flask, world: World, kept_files: Path) -> None:
    client = Client(app, make.BROKER)
    first = send(client, file_of(GOOD)).headers["Location"]
    [kept] = kept_files.glob("*/*.csv")
    assert kept.stat().st_mode & 0o777 == 0o600
    assert kept.parent.stat().st_mode & 0o777 == 0o700
    yesterday = time.time() - 25 * 3600
    for path in kept.parent.iterdir():
        os.utime(path, (yesterday, yesterday))
    send(client, file_of({**GOOD, "title": "To"}))
    assert not kept.exists()
    assert client.get(first).status_code == 404


def test_taken_file_leaves_no_content_behind(app: Flask, world: World, kept_files: Path) -> None:
    client = Client(app, make.BROKER)
    check = send(client, file_of(GOOD)).headers["Location"]
    client.post(check).close()
    [kept] = kept_files.glob("*/*.csv")
    assert kept.read_bytes() == b""


def test_row_says_what_it_becomes(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    rows = (
        {**GOOD, "status": "draft"},
        {**GOOD, "status": "submitted", "title": "To", "orgnr": "", "company": "Nytt AS"},
    )
    said = texts(client.follow(send(client, file_of(*rows))))
    assert "Becomes a draft." in said
    assert "Is sent. New undertaking: Nytt AS." in said


def test_unknown_value_is_answered_in_words(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    said = texts(client.follow(send(client, file_of({**GOOD, "kind": "kaffe"}))))
    assert "Write one of: Company visit, Dialogue meeting" in said
    assert "dialogue_meeting" not in said


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_columns_and_values_are_understood_as_they_are_told(app: Flask, lang: str) -> None:
    """What the page and its sentences name in a language is what a file may hold."""
    with app.test_request_context(), i18n.in_language(lang):
        names = column_names()
        table = Table(tuple(names.values()), (), "utf-8", ",")
        assert transfer_cells.columns_of(table) == names
        for column, told in transfer_cells.TOLD.items():
            understood = {str(one).casefold() for one in told} <= transfer_cells.WORDS[column].keys()
            assert understood, (column, [str(one) for one in told])
