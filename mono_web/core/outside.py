"""Asking another service for JSON: short, once, and never while a transaction is open.

One second to be let in and three for the whole answer. Who did not answer is left in peace for a minute: until then
`ask` raises at once, so that a form whose service hangs is as quick as one without it. Callers end their read
transaction before they ask, and go on without the answer where there is none. The command line has more patience.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

from mono_web.core import clock

CONNECT_SECONDS = 1.0
ANSWER_SECONDS = 3.0
REST = timedelta(seconds=60)
LARGEST = 1024 * 1024
_CHUNK = 16 * 1024
# So many may wait for an answer at once: the server has eight threads, and whoever saves needs one.
_WAITING = threading.BoundedSemaphore(3)

Reason = Literal["off", "resting", "unreachable", "slow", "busy", "broken", "unreadable", "large"]
# What says that the service is unwell, and not only this one answer.
_UNWELL = ("unreachable", "slow", "busy", "broken")


class NoAnswerError(Exception):
    """There is no answer to work with.

    off          the service is switched off, or no calls are made at all
    resting      it did not answer a moment ago and is not asked again yet
    unreachable  no connection
    slow         no whole answer in time
    busy         it answers no more for now (429), or too many here wait for an answer
    broken       an error of its own (5xx)
    unreadable   an answer that is no JSON
    large        an answer longer than anything it should say
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Answer:
    """What came back: the status (200, 404, 410 ...) and the body as JSON values, None where it was empty."""

    status: int
    body: Any


_resting: dict[str, datetime] = {}
_lock = threading.Lock()


def agent() -> str:
    """How we introduce ourselves."""
    try:
        return f"mono-web/{version('mono-web')}"
    except PackageNotFoundError:  # a checkout that is not installed
        return "mono-web"


def ask(base: str, path: str, query: Mapping[str, str | int] | None = None) -> Answer:
    """GET `base` + `path`. An empty base is a service that is switched off. Raises NoAnswerError."""
    if not base:
        raise NoAnswerError("off")
    with _lock:
        until = _resting.get(base)
    if until is not None and clock.now() < until:
        raise NoAnswerError("resting")
    if not _WAITING.acquire(blocking=False):
        raise NoAnswerError("busy")
    try:
        answer = _ask(base, _target(path, query), ANSWER_SECONDS)
    except NoAnswerError as error:
        if error.reason in _UNWELL:
            with _lock:
                _resting[base] = clock.now() + REST
        raise
    finally:
        _WAITING.release()
    with _lock:
        _resting.pop(base, None)
    return answer


def ask_patiently(base: str, path: str, seconds: float) -> Answer:
    """The same with so many seconds for an answer, whatever happened before: for what nobody waits for."""
    if not base:
        raise NoAnswerError("off")
    return _ask(base, path, seconds)


def _target(path: str, query: Mapping[str, str | int] | None) -> str:
    return path + (f"?{urlencode(query)}" if query else "")


def forget_failures() -> None:
    """Ask everybody anew. For tests, which share the process."""
    with _lock:
        _resting.clear()


def _ask(base: str, target: str, seconds: float) -> Answer:
    parts = urlsplit(base)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        try:
            connection.connect()
        except OSError as error:
            raise NoAnswerError("unreachable") from error
        assert connection.sock is not None
        sock, until = connection.sock, time.monotonic() + seconds
        sock.settimeout(seconds)
        connection.request("GET", parts.path + target, headers={"Accept": "application/json", "User-Agent": agent()})
        response = connection.getresponse()
        return _read(response.status, _body(response, sock, until))
    except TimeoutError as error:
        raise NoAnswerError("slow") from error
    except (OSError, HTTPException, ValueError) as error:
        raise NoAnswerError("broken") from error
    finally:
        connection.close()


def _connection(scheme: str, host: str, port: int | None) -> HTTPConnection:
    if scheme == "https":
        return HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=ssl.create_default_context())
    return HTTPConnection(host, port, timeout=CONNECT_SECONDS)


def _body(response: HTTPResponse, sock: socket.socket, until: float) -> bytes:
    """The body, while there is time: a service that sends a byte now and then is a slow one."""
    found = bytearray()
    while chunk := response.read1(_CHUNK):
        found += chunk
        left = until - time.monotonic()
        if left <= 0:
            raise NoAnswerError("slow")
        if len(found) > LARGEST:
            raise NoAnswerError("large")
        if sock.fileno() >= 0:  # closed with the last byte of the answer
            sock.settimeout(left)
    return bytes(found)


def _read(status: int, body: bytes) -> Answer:
    """Redirects are not followed: neither register sends any, and an address of another host is none of ours."""
    if status == 429:
        raise NoAnswerError("busy")
    if status >= 500 or 300 <= status < 400:
        raise NoAnswerError("broken")
    if not body.strip():
        return Answer(status, None)
    try:
        return Answer(status, json.loads(body))
    except (ValueError, RecursionError) as error:
        if status == 200:
            raise NoAnswerError("unreadable") from error
        return Answer(status, None)
