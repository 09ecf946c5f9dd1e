"""`serve` and `demo` as real processes: they answer, say what they should, and end as asked."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name == "nt", reason="signals differ")]
PASSWORD = "passord til demonstrasjonen"


class Process:
    """A running `mono-web` and what it has said so far."""

    def __init__(self, *words: str, **env: str) -> None:
        command = [sys.executable, "-u", "-m", "mono_web", *words, "--port", "0"]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **env}
        )
        self.said = ""
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line

    def address(self) -> str:
        """Where it answers."""
        for _ in range(600):
            if found := re.search(r"MoNo is at (http://\S+)", self.said):
                return found[1]
            assert self.process.poll() is None, self.said
            time.sleep(0.1)
        raise AssertionError(self.said)

    def end(self, number: int = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(30)
        self.reader.join(5)
        return code


@contextmanager
def running(*words: str, **env: str) -> Iterator[Process]:
    """A process that is gone afterwards."""
    process = Process(*words, **env)
    try:
        yield process
    finally:
        process.process.kill()
        process.process.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_serve_answers_prints_the_code_and_ends(tmp_path: Path, number: int) -> None:
    with running("serve", "--instance", str(tmp_path)) as mono:
        address = mono.address()
        assert requests.get(f"{address}/healthz", timeout=10).json() == {"status": "ok"}
        assert requests.get(address, timeout=10).url == f"{address}/setup/"
        assert re.search(r"^ +[A-Z]{4}-[0-9]{4}$", mono.said, re.M)
        assert mono.end(number) == 0
        assert mono.said.endswith("MoNo has ended.\n")
        assert "Traceback" not in mono.said


def test_port_that_is_taken_is_said_in_words(tmp_path: Path) -> None:
    with running("serve", "--instance", str(tmp_path / "one")) as mono:
        port = mono.address().rpartition(":")[2]
        command = [sys.executable, "-m", "mono_web", "serve", "--instance", str(tmp_path / "two"), "--port", port]
        second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert "cannot listen on 127.0.0.1" in second.stderr
    assert "Traceback" not in second.stderr


def test_demo_prints_the_accounts_once_and_keeps_them(tmp_path: Path) -> None:
    folder = str(tmp_path / "demo")
    with running("demo", "--instance", folder, MONO_DEMO_PASSWORD=PASSWORD) as mono:
        address = mono.address()
        assert PASSWORD in mono.said
        for name in ("act", "betong", "bginn", "alge", "mentor", "leder", "klynge", "observator", "admin"):
            assert f"{name}@mono.example" in mono.said
        assert "Demonstra" in requests.get(f"{address}/login", timeout=10).text
        assert mono.end() == 0
    with running("demo", "--instance", folder) as mono:
        mono.address()
        assert "act@mono.example" not in mono.said
        assert "were shown when" in mono.said
        assert mono.end() == 0
    with running("demo", "--instance", folder, MONO_DEMO_PASSWORD="et helt annet passord") as mono:
        mono.address()
        assert "All accounts now have the password of MONO_DEMO_PASSWORD" in mono.said
        assert mono.end() == 0
