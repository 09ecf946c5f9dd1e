"""Which Chromium the tests drive: the one of the machine. None is ever downloaded."""

from __future__ import annotations

import os
import shutil

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)  # fmt: skip
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def found() -> str | None:
    """The path of a Chromium: MONO_CHROMIUM, else the first of the known names."""
    named = os.environ.get("MONO_CHROMIUM")
    if named:
        return shutil.which(named)
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def required() -> bool:
    """Whether a missing Chromium is a failure."""
    return os.environ.get("MONO_BROWSER_REQUIRED", "") not in ("", "0")
