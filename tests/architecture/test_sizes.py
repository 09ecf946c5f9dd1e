"""Modules, functions and templates stay small enough to be read in one go."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import PACKAGE, ROOT, STATIC, python_files, relative, report, templates

MODULE, FUNCTION, TEMPLATE = 400, 50, 130


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _too_long(paths: list[Path], limit: int) -> list[str]:
    return [f"{relative(path)} has {_lines(path)} lines" for path in paths if _lines(path) > limit]


def long_functions(text: str, limit: int = FUNCTION) -> list[str]:
    """The functions of a module that are too long, with their line and length."""
    return [
        f"{node.lineno} {node.name}: {length} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (length := (node.end_lineno or 0) - node.lineno + 1) > limit
    ]


def test_module_sizes() -> None:
    """Python, and the browser's modules as far as they are ours."""
    scripts = [path for path in STATIC.rglob("*.js") if "vendor" not in path.parts]
    problems = _too_long([*python_files(PACKAGE, ROOT / "tests"), *scripts], MODULE)
    assert not problems, report(problems)


def test_function_sizes() -> None:
    """In tests too: a long test hides what it asserts."""
    problems = [
        f"{relative(path)}:{finding}"
        for path in python_files(PACKAGE, ROOT / "tests")
        for finding in long_functions(path.read_text(encoding="utf-8"))
    ]
    assert not problems, report(problems)


def test_template_sizes() -> None:
    """A longer template is several partials."""
    problems = _too_long(templates(), TEMPLATE)
    assert not problems, report(problems)


def test_a_long_function_is_found() -> None:
    """The rule can fail."""
    body = "\n".join("    pass" for _ in range(50))
    assert long_functions(f"def walk():\n{body}\n") == ["1 walk: 51 lines"]
    assert not long_functions("def step():\n    pass\n")
