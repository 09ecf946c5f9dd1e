"""The three languages as they stand on the main pages: the page says which it is, and its words are of it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from mono_web.core import i18n
from tests import factories as make
from tests.browser.conftest import Open
from tests.browser.hands import go, tab_to
from tests.browser.server import Site
from tests.factories import BROKER, MENTOR, World

pytestmark = pytest.mark.browser
# Words that only English has, as they stand in the menu, on buttons and in heads of tables.
ENGLISH = re.compile(
    r"\b(Today|Logbook|Guidance|Undertakings?|New entry|Settings|Log out|Log in|Search|Find|Keyboard|Programmes|People"
    r"|Save|Cancel|Draft|Submitted|Returned|Accepted|Hours|Kind|State|Whose turn|Show|with|the|and|your)\b"
)
LOCALES = {"nb": "nb-NO", "nn": "nn-NO", "en": "en-GB"}
MENU = {"nb": ("I dag", "Loggbok"), "nn": ("I dag", "Loggbok"), "en": ("Today", "Logbook")}


def visible(page: Page) -> str:
    """What stands on the page and what is read aloud, without what people have written."""
    found: str = page.evaluate(
        """() => {
          const copy = document.body.cloneNode(true);
          copy.querySelectorAll("script, style, .languages, .prose, .title, textarea, kbd, [lang], .who, .person")
            .forEach(one => one.remove());
          const labels = [...copy.querySelectorAll("[aria-label], [placeholder]")]
            .map(one => `${one.getAttribute("aria-label") ?? ""} ${one.getAttribute("placeholder") ?? ""}`);
          return `${copy.textContent} ${labels.join(" ")} ${document.title}`;
        }"""
    )
    return found


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_pages_are_of_one_language(site: Site, world: World, open_browser: Open, lang: str) -> None:
    """Chosen in the profile: the attribute, the menu, and not a word of another language."""
    with site.data():
        for email in (BROKER, MENTOR):
            make.person(email).lang = lang
        entry_id = make.returned(world, title="Slagg", text="Tekst.").id
    for email, paths in (
        (BROKER, ["/", "/logbook/", "/logbook/new", f"/logbook/{entry_id}", "/companies/", "/profile", "/search?q=a"]),
        (MENTOR, ["/mentoring/", f"/logbook/{entry_id}", "/mentoring/?tab=returned"]),
    ):
        page = open_browser(email)
        for path in paths:
            go(page, path)
            expect(page.locator("html")).to_have_attribute("lang", lang)
            for word in MENU[lang]:
                expect(page.locator("#nav")).to_contain_text(word)
            foreign = sorted(set(ENGLISH.findall(visible(page)))) if lang != "en" else []
            assert not foreign, f"{path} in {lang}: {foreign}"


@pytest.mark.parametrize("lang", ["nb", "nn", "en"])
def test_browser_chooses_where_nobody_is_logged_in(open_browser: Open, lang: str) -> None:
    """The log-in page follows the browser, and the links under it change it."""
    page = open_browser(locale=LOCALES[lang])
    page.goto("/login")
    expect(page.locator("html")).to_have_attribute("lang", lang)
    other = "en" if lang != "en" else "nn"
    tab_to(page, f"a[hreflang={other}]")
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", other)
    assert other in i18n.LANGUAGES
