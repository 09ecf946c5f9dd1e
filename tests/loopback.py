"""A small real server on loopback that plays an outside service: answers in the format that was recorded.

    with Loopback() as outside:
        outside.give("/enheter/310000086", recorded(DATA / "18_AS_konkurs.json"))
        settings = replace(settings, brreg_url=outside.url)

A path without an answer gives an empty 404. `outside.asked` holds every request, with its query.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

JSON_TYPE = "application/json"


@dataclass(frozen=True)
class Answer:
    """What the service answers.

    hangs       takes the request and says nothing until the test is over
    drips       says nothing, then sends a byte of the body at a time, each after so many seconds
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hangs: bool = False
    drips: float = 0.0


def as_json(body: Any, status: int = 200, **headers: str) -> Answer:
    """An answer with this body; None is the empty one."""
    written = b"" if body is None else json.dumps(body).encode()
    return Answer(written, status, {"Content-Type": JSON_TYPE, **headers})


def recorded(path: Path) -> Answer:
    """The answer kept in a file as `{_kilde, status, body, ...}`."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return as_json(kept["body"], kept["status"])


class Loopback:
    """The server. Its answers can be changed while it runs; several for one path are given one after the other."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.agents: list[str] = []
        self.over = threading.Event()
        self._answers: dict[str, list[Answer]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def give(self, path: str, *answers: Answer) -> None:
        """Answer this path, with or without its query; the last answer is repeated."""
        self._answers[path] = list(answers)

    def forget(self) -> None:
        """No answers, and nothing asked."""
        self._answers.clear()
        self.asked.clear()
        self.agents.clear()

    def answer_to(self, target: str) -> Answer:
        """The answer whose turn it is, the one for path and query before the one for the path."""
        for key in (target, urlsplit(target).path):
            if waiting := self._answers.get(key):
                return waiting.pop(0) if len(waiting) > 1 else waiting[0]
        return Answer(status=404)

    def __enter__(self) -> Loopback:
        self._thread.start()
        return self

    def __exit__(self, *_why: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(outside) -> type[BaseHTTPRequestHandler]:  # noqa: N805  # the handler has a self of its own
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outside.asked.append(self.path)
                outside.agents.append(self.headers.get("User-Agent", ""))
                answer = outside.answer_to(self.path)
                if answer.hangs:
                    outside.over.wait()
                    return
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self._write(answer)

            def _write(self, answer: Answer) -> None:
                try:
                    if not answer.drips:
                        self.wfile.write(answer.body)
                    for place in range(len(answer.body) if answer.drips else 0):
                        if outside.over.wait(answer.drips):
                            return
                        self.wfile.write(answer.body[place : place + 1])
                except OSError:
                    self.close_connection = True  # who asked has stopped reading

            def log_message(self, *_words: Any) -> None:
                """The terminal belongs to the tests."""

        return Handler
