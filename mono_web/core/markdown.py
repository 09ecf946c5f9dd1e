"""Markdown to HTML that is safe to show, and to plain text.

Two walls, each enough alone: the parser knows no HTML and lets only web and mail addresses be links, and an
allow-list runs over its result.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

_SCHEMES = frozenset({"http", "https", "mailto"})
_ADDRESS = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)
_BLOCK_TAGS = {"p", "hr", "h3", "h4", "h5", "h6", "pre", "blockquote", "ul", "ol", "li"}
_TABLE_TAGS = {"table", "thead", "tbody", "tr", "th", "td"}
_INLINE_TAGS = {"br", "strong", "em", "code", "a"}
_TAGS = _BLOCK_TAGS | _TABLE_TAGS | _INLINE_TAGS
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}

# The page's own headings are h1 and h2, so a text begins at h3.
_HEADING_SHIFT = 2
_CACHED_TEXTS = 64

# What a text may hold before it is shown as it was written. Each sign that means something costs the parser some
# microseconds, a line costs them once for each block it lies in, and a row of a table for each column of its head;
# a hundred thousand brackets would keep everybody waiting for seconds. No text that is meant to be read comes near.
_MOST_MARKS = 6_000
_MOST_LINES = 5_000
_MOST_NESTED = 50_000
_MOST_CELLS = 15_000
# The parser leaves out what is nested deeper: no text that comes so far is given to it.
_DEEPEST = 40
_MARKS = "*_[]<>&\\`|!"
_OPENING = re.compile(r"^[ \t]*(?:(?:>|(?:[-+*]|[0-9]{1,9}[.)])(?!\S))[ \t]*)+", re.MULTILINE)


def _shift_headings(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + _HEADING_SHIFT, 6)}"


def _picture_as_words(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return escapeHtml(renderer.renderInlineAsText(tokens[index].children, options, env))


def _parser() -> MarkdownIt:
    # A single line break stays one: people write as they do in a letter.
    options = {"html": False, "linkify": False, "typographer": False, "breaks": True, "maxNesting": _DEEPEST}
    parser = MarkdownIt("commonmark", options).enable("table")
    parser.validateLink = lambda url: _ADDRESS.match(url) is not None  # type: ignore[method-assign] # its own hook
    parser.core.ruler.push("shift_headings", _shift_headings)
    parser.add_render_rule("image", _picture_as_words)
    return parser


_PARSER = _parser()


def _readable(text: str) -> str:
    """Lone surrogates cannot be written to any page; what is stored holds none, a preview may. Lines end in one way."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")


def is_too_much(text: str) -> bool:
    """Whether a text is shown as it was written, since it holds more marks than anybody writes."""
    lines = text.count("\n")
    openings = _OPENING.findall(text)
    marks = sum(map(text.count, _MARKS)) + sum(len(one.split()) for one in openings)
    if lines > _MOST_LINES or marks > _MOST_MARKS:
        return True
    depth = max(map(_depth, openings), default=0)
    if depth >= _DEEPEST or depth * lines > _MOST_NESTED:
        return True
    return "|" in text and lines * max(line.count("|") for line in text.splitlines()) > _MOST_CELLS


def _depth(opening: str) -> int:
    """How deep the beginning of a line can be nested: a quote is one deep and takes a column, a list is two of both."""
    return len(opening.rstrip().expandtabs(4)) + 1


def _as_written(text: str) -> str:
    """Paragraphs and lines, and nothing else."""
    blocks = (escapeHtml(block).replace("\n", "<br>\n") for block in text.split("\n\n") if block.strip())
    return "".join(f"<p>{block}</p>\n" for block in blocks)


@lru_cache(maxsize=_CACHED_TEXTS)
def render(text: str) -> Markup:
    """HTML of a Markdown text: headings from h3 on, the words of pictures instead of them, links nofollow."""
    readable = _readable(text)
    html = nh3.clean(
        _as_written(readable) if is_too_much(readable) else _PARSER.render(readable),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel="noopener nofollow",
    )
    return Markup(html)  # noqa: S704 - this is the one place where text becomes HTML, cleaned just above


def plain(text: str) -> str:
    """The words of a Markdown text without marks; blocks and lines are parted by line breaks."""
    readable = _readable(text)
    if is_too_much(readable):
        return readable
    blocks = (_words_of(token) for token in _PARSER.parse(readable))
    return "\n".join(block for block in blocks if block)


def _words_of(token: Token) -> str:
    if token.type == "inline":
        return "".join(_inline_words(token.children or ()))
    return token.content.rstrip("\n")


def _inline_words(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        if token.type in {"softbreak", "hardbreak"}:
            yield "\n"
        elif token.type == "image":
            yield from _inline_words(token.children or ())
        else:
            yield token.content
