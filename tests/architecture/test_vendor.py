"""What others wrote lies in static/vendor exactly as they published it, with version and licence."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.architecture.source import VENDOR, report

OWN = {"MANIFEST.json", "README.md"}


def packages(folder: Path = VENDOR) -> list[dict[str, Any]]:
    """The manifest: packages, each with name, version, licence, homepage and files (path, sha256)."""
    listed: list[dict[str, Any]] = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    return listed


def differences(folder: Path) -> list[str]:
    """Files that were changed, that are gone, or that nobody listed."""
    listed = {file["path"]: file["sha256"] for package in packages(folder) for file in package["files"]}
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - OWN
    problems = [f"not in the manifest: {name}" for name in sorted(there - listed.keys())]
    problems += [f"in the manifest, but not there: {name}" for name in sorted(listed.keys() - there)]
    for name in sorted(there & listed.keys()):
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != listed[name]:
            problems.append(f"changed: {name}")
    return problems


def test_vendored_files_are_as_published() -> None:
    """Every file is listed, and has the checksum of the list."""
    problems = differences(VENDOR)
    assert not problems, report(problems)


def test_packages_say_what_they_are() -> None:
    """Name, pinned version, licence, and the licence's text among the files."""
    assert packages()
    for package in packages():
        assert package["name"]
        assert package["licence"]
        assert package["homepage"].startswith("https://")
        assert package["version"][0].isdigit()
        paths = [file["path"] for file in package["files"]]
        assert any(Path(path).name.upper().startswith("LICENSE") for path in paths), package["name"]
        assert all(package["version"] in path for path in paths), package["name"]


def test_changed_files_are_found(tmp_path: Path) -> None:
    """The comparison can fail in each way."""
    files = [{"path": "a.js", "sha256": "0" * 64}, {"path": "gone.js", "sha256": "0" * 64}]
    (tmp_path / "MANIFEST.json").write_text(json.dumps([{"files": files}]), encoding="utf-8")
    (tmp_path / "a.js").write_text("changed", encoding="utf-8")
    (tmp_path / "b.js").write_text("new", encoding="utf-8")
    assert differences(tmp_path) == [
        "not in the manifest: b.js",
        "in the manifest, but not there: gone.js",
        "changed: a.js",
    ]
