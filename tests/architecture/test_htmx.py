"""No habit of htmx 2 in templates and scripts: most examples one finds are written for it."""

from __future__ import annotations

from pathlib import Path

from tests.architecture import upgrade_check
from tests.architecture.source import STATIC, relative, report, templates


def findings(path: Path) -> list[tuple[int, str, str]]:
    """Line, kind and sentence of everything that htmx's checker finds in a file."""
    issues = upgrade_check.check_file(str(path))
    return [(issue.line, issue.category, issue.message) for issue in issues]


def test_templates_and_scripts_speak_htmx_4() -> None:
    """htmx's own checker finds nothing."""
    scripts = [path for path in STATIC.rglob("*.js") if "vendor" not in path.parts]
    problems = [
        f"{relative(path)}:{line}: {message}"
        for path in [*templates(), *scripts]
        for line, _, message in findings(path)
    ]
    assert not problems, report(problems)


def test_old_habits_are_found(tmp_path: Path) -> None:
    """The checker works on what we give it."""
    old = tmp_path / "old.html"
    old.write_text('<div hx-target="#list" hx-ext="sse">\n<a hx-get="/x">x</a></div>', encoding="utf-8")
    script = tmp_path / "old.js"
    script.write_text('document.addEventListener("htmx:afterSwap", f);', encoding="utf-8")
    assert {kind for _, kind, _ in findings(old)} == {"removed-attr", "inheritance"}
    assert [kind for _, kind, _ in findings(script)] == ["old-event"]
