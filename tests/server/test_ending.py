"""The server's end: what was begun gets its answer, nothing new is taken."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import requests

from mono_web.config import Settings
from mono_web.server import listen, port_of, run


def test_request_under_way_gets_its_answer(tmp_path: Path) -> None:
    begun, release, ending = threading.Event(), threading.Event(), threading.Event()

    def slow(_environ: Any, start_response: Any) -> Iterable[bytes]:
        begun.set()
        assert release.wait(20)
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"saved" * 100_000]

    channels = listen(slow, Settings(instance=tmp_path, port=0))
    address = f"http://127.0.0.1:{port_of(channels)}"
    server = threading.Thread(target=run, args=(channels, ending))
    server.start()
    answers: list[requests.Response] = []
    asking = threading.Thread(target=lambda: answers.append(requests.get(address, timeout=30)))
    asking.start()
    assert begun.wait(20)
    ending.set()
    refused = threading.Event()
    while not refused.is_set() and server.is_alive():
        try:
            requests.get(address, timeout=0.5)
        except requests.ConnectionError:
            refused.set()
        except requests.Timeout:
            continue
    release.set()
    asking.join(30)
    server.join(30)
    assert answers[0].content == b"saved" * 100_000
    assert not server.is_alive()


def test_forwarded_headers_count_only_where_they_are_trusted(tmp_path: Path) -> None:
    seen: list[str | None] = []

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.append(environ.get("HTTP_X_FORWARDED_FOR"))
        start_response("200 OK", [])
        return [b""]

    for trusted in (0, 1):
        ending = threading.Event()
        channels = listen(app, Settings(instance=tmp_path, port=0, trusted_proxies=trusted))
        server = threading.Thread(target=run, args=(channels, ending))
        server.start()
        address = f"http://127.0.0.1:{port_of(channels)}"
        requests.get(address, headers={"X-Forwarded-For": "192.0.2.1"}, timeout=20)
        ending.set()
        server.join(30)
    assert seen == [None, "192.0.2.1"]


def test_idle_connections_keep_nobody_out(tmp_path: Path) -> None:
    def app(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"well"]

    ending = threading.Event()
    channels = listen(app, Settings(instance=tmp_path, port=0))
    port = port_of(channels)
    server = threading.Thread(target=run, args=(channels, ending))
    server.start()
    idle = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(150)]
    try:
        assert requests.get(f"http://127.0.0.1:{port}/healthz", timeout=20).content == b"well"
    finally:
        for one in idle:
            one.close()
        ending.set()
        server.join(30)


def test_proxy_that_is_not_trusted_is_told_of_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def app(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b""]

    ending = threading.Event()
    channels = listen(app, Settings(instance=tmp_path, port=0))
    server = threading.Thread(target=run, args=(channels, ending))
    server.start()
    address = f"http://127.0.0.1:{port_of(channels)}"
    with caplog.at_level(logging.WARNING, logger="mono"):
        requests.get(address, timeout=20)
        assert "MONO_TRUSTED_PROXIES" not in caplog.text
        for _ in range(2):
            requests.get(address, headers={"X-Forwarded-For": "192.0.2.1"}, timeout=20)
    ending.set()
    server.join(30)
    assert caplog.text.count("MONO_TRUSTED_PROXIES") == 1


def test_port_that_is_taken_is_an_error(tmp_path: Path) -> None:
    channels = listen(lambda *_: [], Settings(instance=tmp_path, port=0))
    with pytest.raises(OSError, match="in use"):
        listen(lambda *_: [], Settings(instance=tmp_path, port=port_of(channels)))
    ending = threading.Event()
    ending.set()
    run(channels, ending)
