"""The source as data: which files there are, and a template as the text a person would see."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "mono_web"
TEMPLATES = ROOT / "templates"
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
# Stands for whatever an expression will give.
EXPRESSION = "\N{OBJECT REPLACEMENT CHARACTER}"
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])

jinja = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)


def tracked_files() -> list[Path]:
    """Every file that is or will be committed."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode == 0 and listing.stdout:
        return sorted(path for name in set(listing.stdout.split("\0")) if (path := ROOT / name).is_file())
    return sorted(_walk(ROOT))


def _walk(folder: Path) -> Iterator[Path]:
    """The same without git, as in an unpacked archive."""
    for path in folder.iterdir():
        private = path.name.startswith(".") and path.name not in (".ci", ".gitignore", ".editorconfig")
        if private or path.name in ("__pycache__", "build", "dist") or path.name.endswith(".egg-info"):
            continue
        if path.is_dir():
            yield from _walk(path)
        elif path.parent != ROOT / "instance" or path.name == "README.md":
            yield path


def python_files(*folders: Path) -> list[Path]:
    """Our own modules; what Alembic writes and what others wrote is left out."""
    return sorted(
        path
        for folder in folders
        for path in folder.rglob("*.py")
        if "versions" not in path.parts and path.name != "upgrade_check.py"
    )


def templates() -> list[Path]:
    """Every template."""
    return sorted(TEMPLATES.rglob("*.html"))


def relative(path: Path) -> str:
    """A path as one writes it in a report."""
    return path.relative_to(ROOT).as_posix()


def markup(template: str) -> str:
    """A template without its Jinja: an expression becomes one sign, what is translated goes, lines stay."""
    parts: list[str] = []
    block: list[str] | None = None
    in_expression = in_trans = False
    for _, kind, value in jinja.lex(template):
        if kind == "variable_begin":
            in_expression = True
            parts.append("" if in_trans else EXPRESSION)
        elif kind == "variable_end":
            in_expression = False
        elif kind in ("block_begin", "raw_begin"):
            block = []
        elif kind in ("block_end", "raw_end"):
            first = block[0] if block else ""
            in_trans = first == "trans" or (in_trans and first != "endtrans")
            block = None
        elif block is not None and kind == "name":
            block.append(value)
        keep = kind == "data" and not in_trans and not in_expression
        parts.append(value if keep else "\n" * value.count("\n"))
    return "".join(parts)


class Reader(HTMLParser):
    """Collects the start tags and the texts of a template's markup, with their lines."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[int, str, dict[str, str]]] = []
        self.texts: list[tuple[int, str, str]] = []
        self._inside: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((self.getpos()[0], tag, {key: value or "" for key, value in attrs}))
        if tag not in VOID:
            self._inside.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((self.getpos()[0], tag, {key: value or "" for key, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            while self._inside.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.texts.append((self.getpos()[0], self._inside[-1] if self._inside else "", data))


def report(problems: Iterable[str]) -> str:
    """Problems as pytest shows them well."""
    return "\n" + "\n".join(problems)
