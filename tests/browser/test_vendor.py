"""The accessibility checker is exactly what its makers published."""

from __future__ import annotations

import hashlib

from tests.browser.axe import FOLDER, README, SHA256


def test_axe_is_as_published() -> None:
    """The script has the checksum that stands beside it, and its licence lies with it."""
    digest = hashlib.sha256((FOLDER / "axe.min.js").read_bytes()).hexdigest()
    assert digest == SHA256
    text = README.read_text(encoding="utf-8")
    assert digest in text
    assert "4.14.1" in text
    assert "MPL-2.0" in text
    assert (FOLDER / "LICENSE").read_text(encoding="utf-8").startswith("Mozilla Public License, version 2.0")
