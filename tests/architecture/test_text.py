"""What no committed text holds: the address of a registry, a path of one machine, a promise for later."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.source import VENDOR, relative, report, tracked_files

# Written with character classes, so that this file does not find itself.
FORBIDDEN = {
    "the address of a package registry or a CDN": re.compile(
        r"py[p]i\.org|python[h]osted|npm[j]s\.(?:org|com)|deb\.debia[n]|(?:archive|ports)\.ubunt[u]"
        r"|un[p]kg\.com|js[d]elivr|cdn[j]s|crates\.i[o]",
        re.IGNORECASE,
    ),
    "a path of one machine": re.compile(
        r"(?<![\w.}:*-])/(?:home|Users|root|work|opt|tmp|mnt|private)/\w|\b[A-Z]:\\[A-Z]\w+|\bfile:/[/]"
    ),
    "something left for later": re.compile(r"\bTO[D]O\b|\bFIX[M]E\b|\bXX[X]\b"),
}
BINARY = {".mo", ".woff2", ".png", ".jpg", ".jpeg", ".ico", ".webp", ".xlsx", ".zip", ".gz", ".sqlite"}


def findings(text: str) -> list[str]:
    """Line and kind of everything forbidden in a text."""
    return [
        f"{number}: {what}: {found[0]}"
        for number, line in enumerate(text.splitlines(), 1)
        for what, pattern in FORBIDDEN.items()
        if (found := pattern.search(line))
    ]


def _ours(path: Path) -> bool:
    return path.suffix not in BINARY and VENDOR not in path.parents and path.name != "upgrade_check.py"


def test_texts_hold_nothing_foreign() -> None:
    """Every text of ours, the lock files too."""
    problems = [
        f"{relative(path)}:{finding}"
        for path in tracked_files()
        if _ours(path)
        for finding in findings(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert not problems, report(problems)


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://py" + "pi.org/simple",
        'open("/home' + '/kari/mono.sqlite")',
        "see C:" + "\\Users\\kari",
        "numpy @ file:/" + "//wheels/numpy.whl",
        "# TO" + "DO: say more",
    ],
)
def test_foreign_text_is_found(line: str) -> None:
    """Each kind can be found."""
    assert findings(line)


@pytest.mark.parametrize("line", ["/logbook/new", "https://data.brreg.no/enhetsregisteret/api", "#!/usr/bin/env bash"])
def test_ordinary_text_passes(line: str) -> None:
    """And nothing else."""
    assert not findings(line)
