"""Fixtures of the logbook's tests."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.factories import World
from tests.logbook.estate import Estate, leave_behind


@pytest.fixture
def estate(app: Flask, world: World) -> Estate:
    """What a broker has left behind; see `leave_behind`."""
    return leave_behind(app, world)
