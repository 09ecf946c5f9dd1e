"""Templates: each is used and named by its rule, and holds no untranslated text, no script and no style."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest
from jinja2 import nodes

from tests.architecture.source import (
    EXPRESSION,
    PACKAGE,
    TEMPLATES,
    Reader,
    jinja,
    markup,
    python_files,
    relative,
    report,
    templates,
)

GETTEXT = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
# Names that are the same in every language; each language names itself.
NAMES = re.compile(r"\b(?:MoNo|[Bb]okmål|[Nn]ynorsk|English|Markdown|CSV|Ctrl)\b")
# Keys and code are not prose.
NOT_PROSE = {"script", "style", "kbd", "code"}
SPOKEN = {
    "title", "alt", "placeholder", "label", "aria-label", "aria-description", "aria-roledescription",
    "aria-valuetext", "hx-confirm",
}  # fmt: skip
SENTENCE = re.compile(r"[A-ZÆØÅ][a-zæøå]")


def _letters(text: str) -> bool:
    return any(letter.isalpha() for letter in NAMES.sub("", text))


def _spoken(tag: str, attributes: dict[str, str]) -> Iterator[str]:
    """The attributes that a person gets to read or hear."""
    for key, value in attributes.items():
        is_button = tag == "input" and attributes.get("type") in ("submit", "button", "reset")
        described = tag == "meta" and attributes.get("name") == "description"
        # A data attribute may carry a sentence for the scripts; it then looks like one.
        sentence = key.startswith("data-") and SENTENCE.search(value)
        if key in SPOKEN or (key == "value" and is_button) or (key == "content" and described) or sentence:
            yield f'{key}="{value}"' if _letters(value) else ""


def untranslated(template: str) -> list[str]:
    """Texts and spoken attributes outside gettext, with their lines."""
    reader = Reader(markup(template))
    found = [
        f"{line}: {' '.join(text.split())}"
        for line, inside, text in reader.texts
        if inside not in NOT_PROSE and _letters(text)
    ]
    for line, tag, attributes in reader.tags:
        found += [f"{line}: {text}" for text in _spoken(tag, attributes) if text]
    return found + list(_constants(jinja.parse(template)))


def _constants(node: nodes.Node) -> Iterator[str]:
    """Sentences written inside an expression, such as a macro's argument."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in GETTEXT:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and SENTENCE.match(NAMES.sub("", node.value)):
        yield f"{node.lineno}: {node.value!r} in an expression"
    for child in node.iter_child_nodes():
        yield from _constants(child)


def forbidden(template: str) -> list[str]:
    """Inline scripts, styles and handlers, with their lines."""
    found = []
    for line, tag, attributes in Reader(markup(template)).tags:
        if tag == "style" or (tag == "script" and "src" not in attributes):
            found.append(f"{line}: inline <{tag}>")
        found += [
            f"{line}: {key}" for key in attributes if key == "style" or re.match(r"on[a-z]+$|(data-)?hx-on\b", key)
        ]
    return found


def used_names() -> set[str]:
    """Every template that a module or a template names."""
    names = set()
    for path in python_files(PACKAGE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
    for path in templates():
        for const in jinja.parse(path.read_text(encoding="utf-8")).find_all(nodes.Const):
            if isinstance(const.value, str):
                names.add(const.value)
    return {name for name in names if re.fullmatch(r"[\w/-]+\.html", name)}


def wrong_root(stem: str, template: str) -> str | None:
    """What is wrong with the first element of a partial; its id leads back to the file."""
    tags = Reader(markup(template)).tags
    if not tags:
        return "no element"
    _, tag, attributes = tags[0]
    found, wanted = attributes.get("id", ""), stem.removeprefix("_")
    right = found == wanted or found.startswith(f"{wanted}-{EXPRESSION}")
    return None if right or tag == "hx-partial" else f'root <{tag} id="{found}"> instead of id="{wanted}"'


def _over_all(check: object) -> list[str]:
    assert callable(check)
    return [
        f"{relative(path)}:{finding}" for path in templates() for finding in check(path.read_text(encoding="utf-8"))
    ]


def test_templates_are_all_used() -> None:
    """A template that nothing names is dead."""
    there = {path.relative_to(TEMPLATES).as_posix() for path in templates()}
    assert there
    assert there - used_names() == set()


def test_named_templates_exist() -> None:
    """A name that leads nowhere is found before a person finds it."""
    there = {path.relative_to(TEMPLATES).as_posix() for path in templates()}
    assert used_names() - there == set()


def test_templates_hold_no_untranslated_text() -> None:
    """Everything a person reads goes through gettext."""
    problems = _over_all(untranslated)
    assert not problems, report(problems)


def test_templates_hold_no_script_or_style() -> None:
    """The content policy allows none."""
    problems = _over_all(forbidden)
    assert not problems, report(problems)


def test_partials_are_named_as_their_root() -> None:
    """From an id in the browser one can open the file; files of macros have no root."""
    problems = [
        f"{relative(path)}: {problem}"
        for path in templates()
        if path.name.startswith("_") and "{% macro" not in (text := path.read_text(encoding="utf-8"))
        if (problem := wrong_root(path.stem, text))
    ]
    assert not problems, report(problems)


@pytest.mark.parametrize(
    "template",
    [
        "<p>Save</p>",
        "<p>\n{{ name }} is away</p>",
        '<input placeholder="Title">',
        '<button aria-label="Close {{ name }}">{{ icon("x") }}</button>',
        '<input type="submit" value="Save">',
        '<form data-saved="Draft saved at {time}"></form>',
        '{{ field(form.title, hint="What was it about?") }}',
        '{{ "Yes" if held else _("No") }}',
        "{% set heading %}Remarks{% endset %}",
        "{% block title %}Logbook{% endblock %}",
    ],
)
def test_untranslated_text_is_found(template: str) -> None:
    """Each place of a forgotten text is looked at."""
    assert untranslated(template)


@pytest.mark.parametrize(
    "template",
    [
        '<p>{{ _("Save") }} · 12 – {{ n }}</p>',
        "{% trans %}Save{% endtrans %}{% trans n=n %}one{% pluralize %}{{ n }} rows{% endtrans %}",
        '<button aria-label="{{ _("Close %(name)s", name=name) }}">×</button>',
        '{# Translators: a heading #}<p class="ds-card wide" data-keys="g l">MoNo</p><kbd>Ctrl</kbd>',
        '<a hx-get="{{ url_for("logbook.entry_list") }}" {% if now %}aria-current="page"{% endif %}></a>',
        "{% raw %}{{ }}{% endraw %}",
    ],
)
def test_translated_text_passes(template: str) -> None:
    """No false alarm on what templates are made of."""
    assert not untranslated(template)


@pytest.mark.parametrize(
    "template",
    [
        '<p style="color: {{ c }}">',
        '<p onclick="x()">',
        "<style></style>",
        "<script>x()</script>",
        '<p hx-on:click="x">',
    ],
)
def test_script_and_style_are_found(template: str) -> None:
    """Each of them."""
    assert forbidden(template)


def test_root_of_a_partial_is_compared_with_its_file() -> None:
    """The rule can fail, and knows rows of lists."""
    assert wrong_root("_entry_row", '<tr class="a"></tr>')
    assert wrong_root("_entry_row", '<tr id="row"></tr>')
    assert wrong_root("_entry_row", "{% if a %}{% endif %}")
    assert not wrong_root("_entry_row", '{% set a = 1 %}<tr id="entry_row-{{ entry.id }}"></tr>')
    assert not wrong_root("_entry_form", '<form id="entry_form"></form>')
