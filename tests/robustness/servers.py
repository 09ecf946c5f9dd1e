"""A real server process over an instance folder, and writers that save over HTTP as browsers do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import requests

from tests import factories as make
from tests.factories import World

PASSWORD = "en hest og et batteri"
WRITERS = (make.BROKER, make.COLLEAGUE, make.MENTOR, make.OTHER_BROKER)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
SECONDS = 60


class Server:
    """`python -m mono_web serve`; `kill` ends it as a power cut would."""

    def __init__(self, instance: Path) -> None:
        command = [sys.executable, "-u", "-m", "mono_web", "serve", "--port", "0", "--instance", str(instance)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ}
        )
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.address = self._wait_for_address()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line

    def _wait_for_address(self) -> str:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            if found := re.search(r"http://[\d.]+:\d+", self.said):
                return found[0]
            time.sleep(0.02)
        raise AssertionError(f"the server did not start: {self.said}")

    def kill(self) -> None:
        """At once, without a chance to tidy up."""
        self.process.kill()
        self.process.wait()
        self._reader.join(5)


@contextmanager
def serving(instance: Path) -> Iterator[Server]:
    """A server that is gone afterwards, whatever happens."""
    server = Server(instance)
    try:
        yield server
    finally:
        server.kill()


@dataclass
class Saved:
    """A save that the server has acknowledged."""

    entry: str
    revision: int
    text: str


@dataclass
class Writer:
    """One browser that writes entries and edits them; it notes what was acknowledged before it goes on."""

    number: int
    address: str
    world: World
    saved: list[Saved] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    sending: bool = False

    def __post_init__(self) -> None:
        self.email = WRITERS[self.number % len(WRITERS)]
        self.http = requests.Session()

    def log_in(self) -> None:
        """E-mail and password, then the token that the form of a new entry carries."""
        fields = {"email": self.email, "password": PASSWORD, "csrf_token": self._token("/login")}
        answer = self.http.post(f"{self.address}/login", data=fields, allow_redirects=False, timeout=SECONDS)
        assert answer.status_code == 303, answer.text[:2000]
        self.token = self._token("/logbook/new")

    def _token(self, path: str) -> str:
        found = TOKEN.search(self.http.get(self.address + path, timeout=SECONDS).text)
        assert found, path
        return found[1].replace("&#34;", '"').replace("&amp;", "&")

    def save(self, entry: str, revision: int) -> None:
        """Save an entry: a new one at revision 0, else an edit of that revision."""
        place = self.world.betong if self.email == make.OTHER_BROKER else self.world.act
        text = f"Skriver {self.number}, lagring {revision + 1} av {entry}. " + "Ord " * 200
        fields = {
            "csrf_token": self.token, "op_id": str(uuid4()), "action": "save", "record_id": entry,
            "base_rev": str(revision), "place": f"{self.world.programme}-{place}", "company": "Ranfjord Slagg AS",
            "date": "i går", "hours": "1,5", "kind": "visit", "form": "physical", "held": "yes", "text": text,
            "audience": "mentor_lead",
        }  # fmt: skip
        path = f"/logbook/{entry}/edit" if revision else "/logbook/new"
        self.sending = True
        answer = self.http.post(self.address + path, data=fields, allow_redirects=False, timeout=SECONDS)
        self.sending = False
        if answer.status_code == 303:
            self.saved.append(Saved(entry, revision + 1, text.strip()))
        else:
            self.refused.append(f"{answer.status_code} {answer.text[:500]}")

    def write(self, entries: int, edits: int = 3) -> None:
        """New entries, each edited; ends quietly when the server is gone."""
        try:
            for _ in range(entries):
                entry = str(uuid4())
                for revision in range(edits + 1):
                    self.save(entry, revision)
        except requests.RequestException:
            return


def start_writing(writers: list[Writer], entries: int) -> list[threading.Thread]:
    """All at once, each in a thread of its own."""
    threads = [threading.Thread(target=writer.write, args=(entries,), daemon=True) for writer in writers]
    for thread in threads:
        thread.start()
    return threads
