"""Eight writers save at once; the server is killed in the middle: no acknowledged save is missing."""

from __future__ import annotations

import shutil
import sqlite3
import time
from pathlib import Path
from uuid import UUID

import pytest

from mono_web.accounts import actions as accounts
from mono_web.core.db import integrity
from tests.conftest import Ground
from tests.robustness.servers import PASSWORD, SECONDS, Saved, Writer, serving, start_writing

pytestmark = pytest.mark.slow
EIGHT = range(8)
# At least so many saves are acknowledged before the kill.
ENOUGH = 60


@pytest.fixture
def instance(tmp_path: Path, ground: Ground) -> Path:
    """An instance folder with the named people, all of them with a password."""
    folder = tmp_path / "instance"
    folder.mkdir()
    shutil.copy(ground.peopled, folder / "mono.sqlite")
    hashed = accounts.hash_password(PASSWORD)
    with sqlite3.connect(folder / "mono.sqlite") as live:
        live.execute("UPDATE person SET password_hash = ?", (hashed,))
    return folder


def stored(instance: Path) -> dict[tuple[str, int], str]:
    """The text of every revision in the file, by entry and number."""
    with sqlite3.connect(instance / "mono.sqlite") as live:
        rows = live.execute("SELECT subject_id, number, json_extract(fields, '$.text') FROM revision")
        return {(str(UUID(row[0])), row[1]): row[2] for row in rows}


def lost(instance: Path, saved: list[Saved]) -> list[Saved]:
    """What was acknowledged and is not there."""
    there = stored(instance)
    return [one for one in saved if there.get((one.entry, one.revision)) != one.text]


def test_kill_during_saves_loses_no_acknowledged_one(instance: Path, ground: Ground) -> None:
    with serving(instance) as server:
        writers = [Writer(number, server.address, ground.world) for number in EIGHT]
        for writer in writers:
            writer.log_in()
        threads = start_writing(writers, entries=1_000)
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            # A moment in which saves are under way, so that the kill meets them.
            if sum(len(one.saved) for one in writers) >= ENOUGH and sum(one.sending for one in writers) >= 4:
                break
            time.sleep(0.001)
        under_way = sum(writer.sending for writer in writers)
        server.kill()
        for thread in threads:
            thread.join(SECONDS)
    saved = [one for writer in writers for one in writer.saved]
    assert len(saved) >= ENOUGH
    assert under_way >= 4
    assert [one for writer in writers for one in writer.refused] == []
    assert lost(instance, saved) == []
    assert integrity(instance / "mono.sqlite") == []
    # What is there is whole: each entry stands at its last revision, and search follows.
    with sqlite3.connect(instance / "mono.sqlite") as live:
        torn = live.execute(
            "SELECT count(*) FROM entry WHERE revision != "
            "(SELECT max(number) FROM revision WHERE revision.subject_id = entry.id)"
        ).fetchone()[0]
        unfound = live.execute(
            "SELECT count(*) FROM entry WHERE id NOT IN (SELECT subject_id FROM search_document)"
        ).fetchone()[0]
        live.execute("INSERT INTO search_index(search_index, rank) VALUES ('integrity-check', 1)")
    assert (torn, unfound) == (0, 0)
    _serves_again(instance, writers)


def _serves_again(instance: Path, writers: list[Writer]) -> None:
    """The server starts over the same file; log-ins hold, texts are read and written on."""
    with serving(instance) as server:
        for writer in writers:
            writer.address = server.address
        writer = next(one for one in writers if one.saved)
        last = max(writer.saved, key=lambda one: one.revision)
        page = writer.http.get(f"{server.address}/logbook/{last.entry}", timeout=SECONDS)
        assert page.status_code == 200
        assert f"av {last.entry}" in page.text
        before = len(writer.saved)
        writer.write(entries=1, edits=0)
        # A save whose answer was lost is sent again as it was: the same entry, and no error.
        writer.save(writer.saved[before].entry, 0)
        assert len(writer.saved) == before + 2
        assert len({one.entry for one in writer.saved[before:]}) == 1
        assert writer.refused == []


def test_eight_writers_disturb_nobody(instance: Path, ground: Ground) -> None:
    with serving(instance) as server:
        writers = [Writer(number, server.address, ground.world) for number in EIGHT]
        for writer in writers:
            writer.log_in()
        for thread in start_writing(writers, entries=2):
            thread.join(SECONDS)
        assert [one for writer in writers for one in writer.refused] == []
        saved = [one for writer in writers for one in writer.saved]
        assert len(saved) == len(writers) * 2 * 4
        assert requests_are_well(writers[0])
    assert lost(instance, saved) == []
    assert integrity(instance / "mono.sqlite") == []


def requests_are_well(writer: Writer) -> bool:
    """The server says that it is well after the storm."""
    return bool(writer.http.get(f"{writer.address}/healthz", timeout=SECONDS).json() == {"status": "ok"})
