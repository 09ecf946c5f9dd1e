"""axe-core on a page as it stands: WCAG 2.2 A and AA. It goes in beside the page's policy, never past it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

FOLDER = Path(__file__).parent / "vendor" / "axe-core-4.14.1"
README = FOLDER.parent / "README.md"
SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# In the other colour scheme only what is seen differs.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
RUN = """only => axe.run(document, {runOnly: only, resultTypes: ["violations"]}).then(result =>
  result.violations.flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.target} ${node.any
    .concat(node.all, node.none).map(check => check.message).join("; ")}`)))"""


@lru_cache(maxsize=1)
def _script() -> str:
    return (FOLDER / "axe.min.js").read_text(encoding="utf-8")


def _run(page: Page, only: dict[str, Any]) -> list[str]:
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(_script())
    found: list[str] = page.evaluate(RUN, only)
    return found


def violations(page: Page) -> list[str]:
    """Everything axe finds in the light scheme, and in the dark one what has to do with colour."""
    page.emulate_media(color_scheme="light")
    found = _run(page, {"type": "tag", "values": TAGS})
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {text}" for text in _run(page, {"type": "rule", "values": OF_COLOUR})]
    page.emulate_media(color_scheme="light")
    return found


def sideways(page: Page) -> list[str]:
    """At the width of a phone and at 320 pixels, the page does not scroll sideways."""
    found = []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        reach = page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth")
        if reach > 0:
            found.append(f"at {width} pixels the page is {reach} too wide: {page.evaluate(WIDEST)}")
    page.set_viewport_size({"width": 1280, "height": 800})
    return found


WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter(e => e.getBoundingClientRect().right > window.innerWidth + 1 && e.checkVisibility()).slice(0, 4)
  .map(e => `${e.localName}#${e.id}.${e.className}`).join(", ")"""
