"""Servers in processes of their own: how long they take to the first page, and how much memory they hold."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.client import Browser

ROOT = Path(__file__).parents[2]
LONGEST_START = 120.0


@dataclass(frozen=True)
class Server:
    """A server that answers: where, which process, and the seconds from its start to the first page."""

    port: int
    pid: int
    seconds: float

    def resident(self) -> float:
        """Memory that the process holds now, in MiB."""
        told = subprocess.run(["ps", "-o", "rss=", "-p", str(self.pid)], capture_output=True, text=True, check=True)
        return int(told.stdout) / 1024


def free_port() -> int:
    """A port nobody listens on."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def floor() -> Iterator[Server]:
    """The bare application."""
    port = free_port()
    with _process(["-m", "tests.bench.floor", str(port)], port) as server:
        yield server


@contextmanager
def product(instance: Path) -> Iterator[Server]:
    """MoNo over an instance, by its own command."""
    port = free_port()
    command = ["-m", "mono_web", "serve", "--instance", str(instance), "--port", str(port)]
    with _process(command, port) as server:
        yield server


@contextmanager
def _process(command: list[str], port: int) -> Iterator[Server]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait_for(port, process)
        yield Server(port, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(60)


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + LONGEST_START
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with closing(Browser(port)) as browser:
            try:
                browser.get("/login")
            except OSError:
                time.sleep(0.01)
                continue
            return
    raise RuntimeError("the server did not answer")
