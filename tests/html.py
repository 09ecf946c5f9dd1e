"""Looks at a finished HTML answer as a browser, a screen reader and htmx will, and says what is wrong.

`check_html(text, app)` gives a list of sentences, empty when all is well. A text that begins with a
doctype is a full page; everything else is a partial: one root element with an id, and beside it only
<hx-partial>s.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.parsers import expat

from flask import Flask
from markupever import HtmlOptions, Parser
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

Element = ElementTree.Element
# Does this path, asked with this method, lead to a view (or to a static file that exists)?
Matches = Callable[[str, str], bool]

REQUESTS = {f"hx-{verb}": verb.upper() for verb in ("get", "post", "put", "patch", "delete")}
POINTERS = ("hx-target", "hx-include", "hx-indicator", "hx-select", "hx-disable")
IDREFS = {
    "aria-activedescendant",
    "aria-controls",
    "aria-describedby",
    "aria-details",
    "aria-errormessage",
    "aria-flowto",
    "aria-labelledby",
    "aria-owns",
    "commandfor",
    "form",
    "headers",
    "list",
    "popovertarget",
}
UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
# Tokens and new ids differ at each request and mean nothing to the rules.
FRESH = re.compile(r"[\w-]+\.[\w-]+\.[\w-]{20,}|(?<=value=\")[0-9a-f-]{36}(?=\")")
ASIDE = re.compile(r"<hx-partial\b[^>]*>.*?</hx-partial>", re.DOTALL)
# A table's parts may stand alone only inside their parents.
CONTAINERS = {
    "tr": ("table", "tbody"),
    "td": ("table", "tbody", "tr"),
    "th": ("table", "tbody", "tr"),
    "tbody": ("table",),
    "thead": ("table",),
    "tfoot": ("table",),
    "caption": ("table",),
    "col": ("table", "colgroup"),
    "option": ("select",),
    "optgroup": ("select",),
}
PAGE = "<!doctype html><html><head><title></title></head><body>{}</body></html>"
# A tag as the parser writes it: in the values of its attributes stand signs that XML forbids or takes for spaces.
TAG = re.compile(r'<[a-zA-Z][^\s>]*(?: [^="]+="[^"]*")+>')
IN_VALUES = str.maketrans({"<": "&lt;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})
# Names and values of attributes that run something.
HANDLER = re.compile(r"on[a-z]+$")
SCRIPT = re.compile(r"\s*javascript:", re.IGNORECASE)
# What a text may hold and XML may not.
UNWRITABLE = re.compile(r"[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


@cache
def route_matcher(app: Flask) -> Matches:
    """The routes of an application, asked without a request; static files must be there."""
    adapter = app.url_map.bind("localhost")

    @lru_cache(maxsize=4096)
    def matches(path: str, method: str) -> bool:
        try:
            endpoint, values = adapter.match(path, method=method)
        except (RequestRedirect, HTTPException):
            return False
        if endpoint == "static" and app.static_folder:
            return Path(app.static_folder, str(values["filename"])).is_file()
        return True

    return matches


def check_html(text: str, routes: Flask | Matches | None = None, *, partial: bool | None = None) -> list[str]:
    """What is wrong with this answer, in sentences.

    Without `routes` addresses are not followed. With `partial` the answer must be of that kind; without it,
    the doctype tells.
    """
    matches = route_matcher(routes) if isinstance(routes, Flask) else routes
    problems, addresses = _look(FRESH.sub("fresh", text))
    if partial is not None and partial == _is_page(text):
        problems = [f"a {'partial' if partial else 'full page'} was asked for and not given.", *problems]
    lost = [
        f"{where} leads nowhere ({method})."
        for where, method, path in addresses
        if matches and not matches(path, method)
    ]
    return [*problems, *lost]


def _is_page(text: str) -> bool:
    return text.lstrip().lower().startswith("<!doctype")


@lru_cache(maxsize=4096)
def _look(text: str) -> tuple[list[str], list[tuple[str, str, str]]]:
    """The problems of a text, and its own addresses as (where, method, path). The same text is read once."""
    if _is_page(text):
        root, problems = _parse(text)
        return [*problems, *_page(root), *_anywhere(root)], list(_addresses(root))
    asides = ASIDE.findall(text)
    body = ASIDE.sub("", text).strip()
    first = re.match(r"<([a-zA-Z][\w-]*)", body)
    root, problems = _inside(body, CONTAINERS.get(first[1].lower(), ("div",)) if first else ("div",))
    problems += [*_partial(root, bool(asides)), *_anywhere(root)]
    addresses = list(_addresses(root))
    for aside in asides:
        inner, wrong = _inside(aside, ("div",))
        problems += [*wrong, *_scripts(inner)]
        addresses += _addresses(inner)
    return problems, addresses


def parse(text: str) -> Element:
    """A page as a browser understands it."""
    return _parse(text)[0]


def _parse(text: str) -> tuple[Element, list[str]]:
    parser = Parser(HtmlOptions(exact_errors=True))
    parser.process(text)
    parser.finish()
    problems = [f"cannot be parsed: {error}" for error in parser.errors()]
    # The parser's own tree is slow to walk from here: it is handed over as XML, colons in names and all.
    builder, reader = ElementTree.TreeBuilder(), expat.ParserCreate()
    reader.StartElementHandler, reader.EndElementHandler = builder.start, builder.end
    reader.CharacterDataHandler = builder.data
    written = UNWRITABLE.sub("\ufffd", parser.into_dom().serialize(is_html=False))
    reader.Parse(TAG.sub(lambda tag: f"<{tag[0][1:].translate(IN_VALUES)}", written), True)
    return builder.close(), problems


def _inside(text: str, parents: tuple[str, ...]) -> tuple[Element, list[str]]:
    """A part of a page, read where it may stand; gives the innermost of its parents."""
    opened, closed = "".join(f"<{one}>" for one in parents), "".join(f"</{one}>" for one in reversed(parents))
    root, problems = _parse(PAGE.format(f"{opened}{text}{closed}"))
    found = root.find("/".join(("body", *parents)))
    assert found is not None
    return found, problems


def _elements(root: Element) -> Iterator[Element]:
    return root.iter()


def _name(element: Element) -> str:
    """An element as one would look for it in the source."""
    marks = [f'{key}="{element.get(key)}"' for key in ("id", "name", "class", "href") if element.get(key)]
    return f"<{' '.join([str(element.tag), *marks[:2]])}>"


def _ids(root: Element) -> list[str]:
    return [element.get("id", "") for element in _elements(root) if "id" in element.attrib]


def _words(element: Element) -> str:
    """The text that a screen reader finds inside: text, and the names of pictures."""
    if element.get("aria-hidden") == "true" or element.tag in ("script", "style", "template"):
        return ""
    parts = [element.text or "", element.get("aria-label", "")]
    parts += [element.get("alt", "")] if element.tag == "img" else []
    for child in element:
        parts += [_words(child), child.tail or ""]
    return "".join(parts).strip()


# --- pages and partials ------------------------------------------------------------------------------------


def _page(root: Element) -> Iterator[str]:
    if not root.get("lang", "").strip():
        yield "<html> has no lang."
    titles = [element for element in root.iter("title") if element in list(root.find("head") or ())]
    title = _words(titles[0]) if titles else ""
    if not title or title.startswith("-"):
        yield "the page's <title> is empty."
    headings = len(list(root.iter("h1")))
    if headings != 1:
        yield f"the page has {headings} <h1>, it must have exactly one."
    ids = set(_ids(root))
    for element in _elements(root):
        yield from _dangling(element, ids)


def _dangling(element: Element, ids: set[str]) -> Iterator[str]:
    for key, value in element.items():
        if key in IDREFS:
            for target in value.split():
                if target not in ids:
                    yield f'{_name(element)}: {key}="{target}" points at no id on the page.'
        elif key.split(":")[0] in POINTERS:
            target = value.strip()
            if re.fullmatch(r"#[\w-]+", target) and target[1:] not in ids:
                yield f'{_name(element)}: {key}="{target}" points at no id on the page.'
    href = element.get("href", "")
    if element.tag == "a" and href.startswith("#") and href != "#" and href[1:] not in ids:
        yield f"{_name(element)}: there is no {href} on the page."


def _partial(root: Element, has_asides: bool) -> Iterator[str]:
    roots = list(root)
    loose = [root.text or "", *(child.tail or "" for child in root)]
    if any(part.strip() for part in loose):
        yield "the partial has text outside its root element."
    if len(roots) > 1 or (not roots and not has_asides):
        yield f"the partial has {len(roots)} root elements, it must have exactly one."
    for element in roots:
        if not element.get("id", "").strip():
            yield f"the partial's root {_name(element)} has no id."


# --- rules for both ----------------------------------------------------------------------------------------


def _anywhere(root: Element) -> Iterator[str]:
    for name, times in Counter(_ids(root)).items():
        if not name.strip() or re.search(r"\s", name):
            yield f'the id "{name}" is empty or has a space in it.'
        if times > 1:
            yield f'the id "{name}" stands {times} times.'
    yield from _labels(root)
    yield from _names(root)
    yield from _scripts(root)


def _labels(root: Element) -> Iterator[str]:
    ids, labelled = set(_ids(root)), set()
    wrapped: set[Element] = set()
    for label in root.iter("label"):
        wrapped.update(_fields(label))
        target = label.get("for")
        if target is not None:
            labelled.add(target)
            if target not in ids:
                yield f'a <label> is for "{target}", and there is no such id.'
        if not _words(label):
            yield f"{_name(label)} has no text."
    for field in _fields(root):
        named = field.get("aria-label", "").strip() or field.get("aria-labelledby", "").strip()
        if not named and field not in wrapped and field.get("id") not in labelled:
            yield f"{_name(field)} has no label."


def _fields(root: Element) -> list[Element]:
    return [
        element
        for element in _elements(root)
        if element.tag in ("select", "textarea")
        or (element.tag == "input" and element.get("type", "text") not in UNLABELLED)
    ]


def _names(root: Element) -> Iterator[str]:
    for element in _elements(root):
        if element.tag == "button" or (element.tag == "a" and "href" in element.attrib):
            named = any(element.get(key, "").strip() for key in ("aria-label", "aria-labelledby", "title"))
            if not named and not _words(element):
                yield f"{_name(element)} has no text that can be read out."


def _scripts(root: Element) -> Iterator[str]:
    for element in _elements(root):
        if element.tag == "script" and not element.get("src"):
            yield "there is an inline <script>."
        if element.tag == "style":
            yield "there is an inline <style>."
        for name, value in element.attrib.items():
            if name == "style":
                yield f"{_name(element)} has a style attribute."
            elif name == "href" and value.strip() in ("", "#"):
                yield f"{_name(element)} is a dead link."
            elif HANDLER.match(name):
                yield f"{_name(element)} has the inline handler {name}."
            if SCRIPT.match(value):
                yield f"{_name(element)}: {name} holds a script."
            if name.startswith(("hx-", "data-hx-")):
                yield from _htmx(element, name, value)


def _htmx(element: Element, name: str, value: str) -> Iterator[str]:
    if re.match(r"(data-)?hx-on\b", name):
        yield f"{_name(element)} has {name}, which the content policy forbids."
    if value.lstrip().startswith("js:"):
        yield f"{_name(element)}: {name} holds a script."
    if name.startswith("hx-trigger") and "[" in value:
        yield f"{_name(element)}: a filter in {name}, which the content policy forbids."


def _addresses(root: Element) -> Iterator[tuple[str, str, str]]:
    """Every address of our own, as (where, method, path)."""
    for element in _elements(root):
        for key, method, value in _requests(element):
            parts = urlsplit(value.strip())
            if not parts.scheme and not parts.netloc and parts.path.startswith("/"):
                yield f'{_name(element)}: {key}="{value}"', method, parts.path


def _requests(element: Element) -> Iterator[tuple[str, str, str]]:
    """Every address in the element with the method it is asked with."""
    form_method = element.get("formmethod" if "formaction" in element.attrib else "method", "get").upper()
    if "formaction" in element.attrib and "formmethod" not in element.attrib:
        form_method = "POST"
    for key, value in element.attrib.items():
        name = str(key)
        if name in REQUESTS:
            yield name, REQUESTS[name], value
        elif name in ("action", "formaction"):
            yield name, form_method, value
        elif name in ("href", "src"):
            yield name, "GET", value
        elif name == "data-autosave":
            yield name, "POST", value
