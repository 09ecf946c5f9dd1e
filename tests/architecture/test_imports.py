"""Who may import whom: the contracts in pyproject.toml, and the rules that they cannot say."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import PACKAGE, ROOT, python_files, report

OPEN_TO_OTHERS = {"models", "policy", "queries", "actions"}
# Untyped libraries are met in one place each, where they are given types.
WRAPPED = {"flask_babel": "core.i18n", "flask_login": "core.access", "flask_wtf": "core.forms"}
WRAPPERS = {f"mono_web.{name}" for name in ("core.access", "core.forms", "core.i18n")}


def contracts() -> dict[str, dict[str, list[str]]]:
    """The import contracts by their id."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract for contract in settings["tool"]["importlinter"]["contracts"]}


FEATURES = [name.removeprefix("mono_web.") for name in contracts()["feature"]["containers"]]


def module_name(path: Path) -> str:
    """mono_web/logbook/views.py -> mono_web.logbook.views"""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(text: str) -> Iterator[tuple[int, str]]:
    """Every module that a text names in an import, with its line.

    `from mono_web.logbook import views` counts as mono_web.logbook.views: of a feature's package nothing but
    modules can be imported, since its __init__ holds no code.
    """
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def _feature(name: str) -> tuple[str, str]:
    """The feature and the module in it, or empty strings."""
    parts = [*name.split("."), "", ""]
    return (parts[1], parts[2]) if parts[0] == "mono_web" and parts[1] in FEATURES else ("", "")


def forbidden(importer: str, text: str) -> list[str]:
    """The imports of a module that the rules forbid, as sentences."""
    problems = []
    for line, name in imports(text):
        feature, part = _feature(name)
        own = importer.startswith(f"mono_web.{feature}.") or importer == f"mono_web.{feature}"
        where = f"{importer}:{line} imports {name}"
        if feature and not own and importer != "mono_web.app" and part not in OPEN_TO_OTHERS:
            problems.append(f"{where}: of another feature only {', '.join(sorted(OPEN_TO_OTHERS))} are open")
        own_views = importer.startswith(f"mono_web.{feature}.views")
        if part == "views" and importer != "mono_web.app" and not own_views:
            problems.append(f"{where}: only app.py imports views")
        if name.startswith("mono_web.demo") and not _may_make_demonstrations(importer):
            problems.append(f"{where}: only the command line and the set-up make demonstrations")
        if (library := name.split(".")[0]) in WRAPPED and importer not in WRAPPERS:
            problems.append(f"{where}: {library} is wrapped in {WRAPPED[library]}")
    return problems


def _may_make_demonstrations(importer: str) -> bool:
    """The set-up is the first-run page, which belongs to home."""
    parts = importer.split(".")
    return parts[1].startswith("cli") or parts[1] in ("demo", "home")


def _lint(folder: Path) -> subprocess.CompletedProcess[str]:
    run = "from importlinter.cli import lint_imports_command as run; run()"
    return subprocess.run(
        [sys.executable, "-c", run, "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_contracts_hold() -> None:
    """import-linter finds every contract kept."""
    result = _lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_package_stands_in_the_line() -> None:
    """A new feature is not forgotten in the contracts."""
    line = [name.strip("()").removeprefix("mono_web.") for name in contracts()["line"]["layers"]]
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - {
        "core",
        "demo",
        "migrations",
        "cli",
    }
    assert packages <= set(FEATURES)
    assert [name for name in reversed(line) if name in FEATURES] == FEATURES


def test_features_meet_only_in_their_open_modules() -> None:
    """Forms and views of a feature are its own; views are put together by app.py alone."""
    problems = [
        problem
        for path in python_files(PACKAGE)
        for problem in forbidden(module_name(path), path.read_text(encoding="utf-8"))
    ]
    assert not problems, report(problems)


PLANTED = [
    ("mono_web.mentoring.queries", "from mono_web.logbook.forms import EntryForm", "only actions"),
    ("mono_web.mentoring.queries", "from mono_web.logbook import forms", "only actions"),
    ("mono_web.mentoring.queries", "import mono_web.logbook.views", "only app.py"),
    ("mono_web.logbook.forms", "from mono_web.logbook.views import bp", "only app.py"),
    ("mono_web.cli", "from mono_web.logbook import views", "only app.py"),
    ("mono_web.logbook.actions", "from mono_web.demo import story", "demonstrations"),
    ("mono_web.logbook.views", "from flask_babel import gettext", "wrapped in core.i18n"),
]


@pytest.mark.parametrize(("importer", "text", "problem"), PLANTED)
def test_forbidden_import_is_found(importer: str, text: str, problem: str) -> None:
    """Each rule of this file can fail."""
    assert any(problem in sentence for sentence in forbidden(importer, text))


def test_allowed_imports_pass() -> None:
    """What the rules leave open."""
    assert not forbidden("mono_web.app", "from mono_web.logbook import views")
    assert not forbidden("mono_web.mentoring.queries", "from mono_web.logbook import queries\nimport flask")
    assert not forbidden("mono_web.logbook.views", "from mono_web.logbook.forms import EntryForm")
    assert not forbidden("mono_web.logbook.views.form", "from mono_web.logbook.views import writing")
    assert not forbidden("mono_web.cli", "from mono_web.demo import story")


def test_contracts_can_fail(tmp_path: Path) -> None:
    """Each contract breaks on an import planted in a copy: one that matches nothing would pass wrongly."""
    copy = tmp_path / "mono_web"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for module, text in {
        "core/clock.py": "from mono_web.accounts import models",
        "accounts/queries.py": "from mono_web.accounts import actions",
        "logbook/policy.py": "from flask import request",
    }.items():
        path = copy / module
        before = path.read_text(encoding="utf-8")
        path.write_text(f"{before}\n\ndef planted():\n    {text}\n", encoding="utf-8")
    report = " ".join(_lint(tmp_path).stdout.split())
    for contract in contracts().values():
        assert f"{contract['name']} BROKEN" in report
