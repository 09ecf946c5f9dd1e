"""Enhetsregisteret as a server on loopback that speaks the recorded format."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from mono_web.core import outside
from tests.loopback import Answer, Loopback, recorded

DATA = Path(__file__).parent / "data"
# So long a test waits for an answer that does not come.
PATIENCE = 0.2


def stored(start: str) -> Answer:
    """A stored answer, by the number its file begins with."""
    [path] = DATA.glob(f"{start}_*.json")
    return recorded(path)


def record(start: str) -> Any:
    """The body of such an answer."""
    return json.loads(stored(start).body)


@pytest.fixture
def register(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    """The register, which knows nobody until a test tells it."""
    before = app.config["SETTINGS"]
    monkeypatch.setattr(outside, "ANSWER_SECONDS", PATIENCE)
    outside.forget_failures()
    with Loopback() as running:
        app.config["SETTINGS"] = replace(before, brreg_url=running.url)
        yield running
    app.config["SETTINGS"] = before
    outside.forget_failures()
