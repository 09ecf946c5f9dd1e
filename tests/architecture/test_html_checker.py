"""The checker of HTML answers: a good page passes, and each of its rules can fail."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.html import check_html, route_matcher

PAGE = """<!doctype html>
<html lang="nb"><head><meta charset="utf-8"><title>Loggbok - MoNo</title>{head}</head>
<body><main id="main"><h1>Loggbok</h1>{main}</main></body></html>"""


def page(main: str = "", head: str = "") -> str:
    """A good page with something in it."""
    return PAGE.format(main=main, head=head)


def matches(path: str, method: str) -> bool:
    """A small application: one list that can be read, one form that can be sent."""
    return (path, method) in {("/logbook/", "GET"), ("/logbook/new", "GET"), ("/logbook/new", "POST")}


GOOD = [
    page(),
    page('<label for="a">Tittel</label><input id="a" name="a">'),
    page('<label>Tittel <input name="a"></label><input type="hidden" name="b">'),
    page('<input aria-label="Søk" name="q"><button type="submit">Søk</button>'),
    page('<a href="#main">Til innholdet</a><a href="https://example.org/x">Ut</a>'),
    page('<form method="post" action="/logbook/new" hx-post="/logbook/new" hx-target="#main"></form>'),
    page('<div hx-get="/logbook/?page=2#x" hx-trigger="load" hx-target="this"></div>'),
    page('<button aria-label="Lukk" aria-controls="main"><svg aria-hidden="true"></svg></button>'),
    '<div id="entry_list"><p>En</p></div>',
    '<tr id="entry_row-1"><td>En</td></tr>\n<hx-partial hx-target="#melding">Lagret</hx-partial>',
    '<hx-partial hx-target="#melding" hx-swap="innerHTML">Slettet</hx-partial>',
]


@pytest.mark.parametrize("text", GOOD)
def test_good_html_passes(text: str) -> None:
    """Nothing is said about what is right."""
    assert check_html(text, matches) == []


BAD = [
    # A page as a whole.
    (page().replace(' lang="nb"', ""), "no lang"),
    (page().replace("Loggbok - MoNo", " - MoNo"), "<title> is empty"),
    (page().replace("<title>Loggbok - MoNo</title>", ""), "<title> is empty"),
    (page("<h1>To</h1>"), "2 <h1>"),
    (page().replace("h1>", "h2>"), "0 <h1>"),
    # The syntax.
    (page("<p>En<div>To</div></p>"), "cannot be parsed"),
    (page("<p><b>En</p>"), "cannot be parsed"),
    (page('<p class="a" class="b">En</p>'), "cannot be parsed"),
    (page("<table><div>En</div></table>"), "cannot be parsed"),
    # Ids and what points at them.
    (page('<p id="main">En</p>'), '"main" stands 2 times'),
    (page('<p id="en to">En</p>'), "has a space"),
    (page('<label for="borte">Tittel</label>'), 'for "borte"'),
    (page('<p aria-describedby="borte">En</p>'), "aria-describedby"),
    (page('<button popovertarget="borte">Mer</button>'), "popovertarget"),
    (page('<a href="#borte">Ned</a>'), "no #borte on the page"),
    (page('<p hx-target="#borte">En</p>'), "hx-target"),
    (page('<p hx-target:inherited="#borte">En</p>'), "hx-target"),
    # Names for those who listen.
    (page('<input name="a">'), "has no label"),
    (page('<select name="a"><option>En</option></select>'), "has no label"),
    (page('<textarea name="a" aria-label=" "></textarea>'), "has no label"),
    (page('<label for="a"> </label><input id="a">'), "has no text"),
    (page('<button><svg aria-hidden="true"></svg></button>'), "no text that can be read out"),
    (page('<a href="/logbook/"><span aria-hidden="true">→</span></a>'), "no text that can be read out"),
    # What the content policy forbids.
    (page("<script>run()</script>"), "inline <script>"),
    (page(head="<style>p { color: red }</style>"), "inline <style>"),
    (page('<p style="color: red">En</p>'), "style attribute"),
    (page('<p onclick="run()">En</p>'), "inline handler onclick"),
    (page('<a href="javascript:run()">En</a>'), "holds a script"),
    (page('<p hx-on:click="run()">En</p>'), "hx-on:click"),
    (page("<p hx-vals='js:{a: 1}'>En</p>"), "hx-vals holds a script"),
    (page('<p hx-trigger="keyup[key==1]">En</p>'), "a filter in hx-trigger"),
    # Addresses.
    (page('<a href="#">En</a>'), "dead link"),
    (page('<a href="">En</a>'), "dead link"),
    (page('<a href="/borte">En</a>'), "leads nowhere (GET)"),
    (page('<img src="/borte.png" alt="En">'), "leads nowhere (GET)"),
    (page('<p hx-get="/borte">En</p>'), "leads nowhere (GET)"),
    (page('<p hx-post="/logbook/">En</p>'), "leads nowhere (POST)"),
    (page('<form method="post" action="/logbook/"></form>'), "leads nowhere (POST)"),
    (page('<form action="/borte"></form>'), "leads nowhere (GET)"),
    (page('<button formaction="/logbook/">En</button>'), "leads nowhere (POST)"),
    (page('<form data-autosave="/logbook/"></form>'), "leads nowhere (POST)"),
    # Partials.
    ('<p id="a">En</p><p id="b">To</p>', "2 root elements"),
    ("", "0 root elements"),
    ("<p>En</p>", "no id"),
    ('En<p id="a">To</p>', "text outside"),
    ('<p id="a">En</p><hx-partial hx-target="#m"><script>run()</script></hx-partial>', "inline <script>"),
    ('<p id="a">En</p><hx-partial hx-target="#m"><a href="/borte">To</a></hx-partial>', "leads nowhere"),
    ('<tr id="a"><td><input name="a"></td></tr>', "has no label"),
]


@pytest.mark.parametrize(("text", "problem"), BAD)
def test_bad_html_is_found(text: str, problem: str) -> None:
    """Each rule finds what it is there for."""
    problems = check_html(text, matches)
    assert any(problem in sentence for sentence in problems), problems


def test_kind_of_an_answer_is_compared_with_what_was_asked() -> None:
    """A page where a partial was asked for would end up inside the page."""
    assert check_html(page(), partial=False) == []
    assert check_html('<p id="a">En</p>', partial=True) == []
    assert check_html(page(), partial=True) == ["a partial was asked for and not given."]
    assert check_html('<p id="a">En</p>', partial=False) == ["a full page was asked for and not given."]


def test_pointers_of_a_partial_may_lead_out() -> None:
    """What a partial points at may stand elsewhere on the page."""
    assert check_html('<p id="a" hx-target="#liste" aria-describedby="hjelp">En</p>', matches) == []


def test_addresses_are_matched_with_the_routes_of_an_application(tmp_path: object) -> None:
    """Methods count, a missing static file is found, and so is an address that only redirects."""
    app = Flask(__name__, static_folder=str(tmp_path))
    app.add_url_rule("/logbook/", "entry_list", lambda: "", methods=["GET"])
    assert check_html(page('<a href="/logbook/">En</a>'), app) == []
    assert len(check_html(page('<a href="/borte">En</a>'), app)) == 1
    found = route_matcher(app)
    assert found("/logbook/", "GET")
    assert not found("/logbook/", "POST")
    assert not found("/logbook", "GET")
    assert not found("/static/app.css", "GET")
