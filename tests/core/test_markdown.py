from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markupsafe import Markup

from mono_web.core import markdown
from mono_web.core.markdown import plain, render

ALLOWED = {"p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "code", "pre", "blockquote", "a"} | {
    *("ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td")
}


class Elements(HTMLParser):
    """Collects every element and its attributes, as a browser's parser would see them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(html)
    parser.close()
    return parser.found


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Et **ord** og *et til*", "<p>Et <strong>ord</strong> og <em>et til</em></p>"),
        ("# En\n\n## To\n\n### Tre", "<h3>En</h3>\n<h4>To</h4>\n<h5>Tre</h5>"),
        ("#### Fire\n\n###### Seks", "<h6>Fire</h6>\n<h6>Seks</h6>"),
        ("En\n==", "<h3>En</h3>"),
        ("linje\nlinje", "<p>linje<br>\nlinje</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a", '<ol start="3">\n<li>a</li>\n</ol>'),
        ("`a < b`", "<p><code>a &lt; b</code></p>"),
        ("<b>nei</b>", "<p>&lt;b&gt;nei&lt;/b&gt;</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](http://a.no/?b&c)", '<p><a href="http://a.no/?b&amp;c" rel="noopener nofollow">x</a></p>'),
        ("<k@a.no>", '<p><a href="mailto:k@a.no" rel="noopener nofollow">k@a.no</a></p>'),
        ("https://example.org", "<p>https://example.org</p>"),
        ("[x](/admin/)", "<p>[x](/admin/)</p>"),
        ("[x](//example.org)", "<p>[x](//example.org)</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](data:text/html,a)", "<p>[x](data:text/html,a)</p>"),
        ("![kaia *nå* <](https://example.org/a.png)", "<p>kaia nå &lt;</p>"),
        ('"ord" -- (c)', '<p>"ord" -- (c)</p>'),
        ("", ""),
    ],
)  # fmt: skip
def test_text_becomes_html(text: str, html: str) -> None:
    assert render(text).strip() == html


def test_table_becomes_a_table_without_inline_style() -> None:
    html = render("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert [tag for tag, _ in elements(html)] == [
        "table",
        "thead",
        "tr",
        "th",
        "th",
        "tbody",
        "tr",
        "td",
        "td",
    ]
    assert "style" not in html


def test_result_is_marked_as_safe_and_kept() -> None:
    assert isinstance(render("a"), Markup)
    assert render("a") is render("a")


HOSTILE = [
    *(
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=x>",
        '" onclick="x',
        "javascript:",
    ),
    *("JaVa\tscript:", "&#106;avascript:", "data:text/html,", "mailto:", "https://a.no/", "[a](", ")", "]("),
    *("![", "[x]: ", "<", ">", '"', "'", "`", "*", "\n", "\n\n", "# ", "> ", "- ", "|", "|-|", "&lt;", "\\"),
    "ord ",
]
PIECES = st.lists(st.sampled_from(HOSTILE), max_size=25).map("".join)


@settings(deadline=None)
@given(PIECES | st.text())
@example('[a](https://a.no/"onclick="x)')
@example('[a](https://a.no "t\\" onclick=x")')
@example("[a](java\nscript:alert(1))")
@example("[a](https:javascript:x)")
@example('<https://a.no/"><script>>')
def test_no_text_becomes_anything_that_runs(text: str) -> None:
    for tag, attributes in elements(render(text)):
        assert tag in ALLOWED
        assert set(attributes) <= {"href", "title", "rel", "start"}
        if tag == "a" and "href" in attributes:
            assert (attributes["href"] or "").lower().startswith(("https://", "http://", "mailto:"))
            assert attributes["rel"] == "noopener nofollow"


@settings(deadline=None)
@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S", "Z", "Cc", "Cs"])))
def test_any_text_at_all_is_rendered(text: str) -> None:
    render(text).encode()
    plain(text).encode()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("# En\n\nEt **ord** og [en lenke](https://example.org)\nlinje", "En\nEt ord og en lenke\nlinje"),
        ("- a\n- `b`\n\n> c", "a\nb\nc"),
        ("![kaia *nå*](x.png)", "![kaia nå](x.png)"),
        ("![kaia *nå*](https://example.org/x.png)", "kaia nå"),
        ("```\nkode\n```", "kode"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a\nb\n1\n2"),
        ("a &amp; <b>", "a & <b>"),
        ("***", ""),
    ],
)
def test_plain_words(text: str, words: str) -> None:
    assert plain(text) == words


# --- texts that would keep everybody waiting ------------------------------------------------------------------------

ENDLESS = {
    "brackets": "[" * 100_000, "pictures": "![" * 50_000, "stars": "*a" * 50_000, "ticks": "`a" * 50_000,
    "angles": "<a" * 50_000, "entities": "&" * 100_000, "lines": "a\n" * 50_000, "old lines": "a\r" * 50_000,
    "items": "- a\n" * 25_000,
    "quoted": ">" * 10 + "a\n" * 49_000, "rows": "|a|b|\n|-|-|\n" + "|\n" * 4_990 + "|" * 5_000,
    "wide": "|a" * 2_000 + "|\n" + "|-" * 2_000 + "|\n" + "a\n" * 4_000,
}  # fmt: skip


@pytest.mark.parametrize("text", ENDLESS.values(), ids=ENDLESS.keys())
def test_text_of_nothing_but_marks_is_not_parsed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def ask(source: str, *_: object) -> str:
        asked.append(source)
        return ""

    monkeypatch.setattr(markdown._PARSER, "parse", ask)
    monkeypatch.setattr(markdown._PARSER, "render", ask)
    shown = render(text)
    assert plain(text) == text.replace("\r", "\n")
    assert not asked
    assert {name for name, _attributes in elements(shown)} <= {"p", "br"}
    assert Markup(shown).striptags() == " ".join(text.split())


@pytest.mark.parametrize("levels", [5, 10, 13, 19, 20, 39, 40, 60, 500])
@pytest.mark.parametrize("mark", [">", "- ", "1. ", "> - "])
def test_what_is_nested_deep_is_never_left_out(mark: str, levels: int) -> None:
    assert "innerst" in render(mark * levels + "innerst")
    stairs = "".join(f"{' ' * len(mark) * level}{mark}trinn {level}\n" for level in range(min(levels, 60)))
    assert f"trinn {min(levels, 60) - 1}" in render(stairs)
    tags = {name for name, _attributes in elements(render(mark * levels + "innerst"))}
    assert bool(tags & {"blockquote", "ul", "ol"}) == (len((mark * levels).rstrip()) < 39)


def test_long_text_that_people_write_is_rendered() -> None:
    piece = "**Møte** med [R](https://example.org) om *slagg*:\n\n- én\n- to (2 t)\n\n| a | b |\n|-|-|\n| 1 | 2 |\n\n"
    text = piece * 200
    assert len(text) > 15_000
    assert not markdown.is_too_much(text)
    assert render(text).count("<strong>") == 200
    assert not markdown.is_too_much("De kjører slagg til deponi, og ingen vet om det lekker (ennå).\n" * 1_500)
