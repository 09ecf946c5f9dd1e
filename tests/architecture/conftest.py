"""The tests of this folder read the source; they need no application and no database."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.architecture import source


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return source.ROOT
