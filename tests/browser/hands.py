"""What a person does at the keyboard, and what they see and hear."""

from __future__ import annotations

from playwright.sync_api import Page, expect

MOST_TABS = 150
HOLDS = "selector => Boolean(document.activeElement?.matches(selector))"
DESCRIBE = """() => {
  const e = document.activeElement;
  if (!e) return "nothing";
  return `<${e.localName} id="${e.id}" name="${e.name ?? ''}"> ${(e.textContent ?? '').trim().slice(0, 60)}`;
}"""


def focused(page: Page) -> str:
    """The element that has the focus, in words."""
    return str(page.evaluate(DESCRIBE))


def expect_focus(page: Page, selector: str) -> None:
    """The focus comes to an element that matches."""
    try:
        page.wait_for_function(HOLDS, arg=selector, timeout=6_000)
    except Exception as error:
        raise AssertionError(f"focus is on {focused(page)}, not on {selector}") from error


def expect_focus_kept(page: Page) -> None:
    """After a swap the focus is somewhere, and never on <body>."""
    expect_focus(page, ":not(body, html)")


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Press Tab until the focus is there, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        if page.evaluate(HOLDS, selector):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"{selector} cannot be reached with Tab; focus is on {focused(page)}")


def write(page: Page, selector: str, text: str) -> None:
    """Go to a field with Tab and put a text in the place of what stands there."""
    tab_to(page, selector)
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(text)


def press(page: Page, *keys: str) -> None:
    """Single keys, as somebody presses them."""
    for key in keys:
        page.keyboard.press(key)


def choose_radio(page: Page, name: str, value: str) -> None:
    """Arrow keys inside a group of radio buttons until the wanted one is chosen."""
    tab_to(page, f'input[type=radio][name="{name}"]')
    for _ in range(12):
        if page.evaluate(HOLDS, f'[name="{name}"][value="{value}"]:checked'):
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{name}={value} cannot be chosen with the arrows")


def choose_option(page: Page, selector: str, value: str) -> None:
    """Arrow keys in a list until the wanted option stands there."""
    tab_to(page, selector)
    page.keyboard.press("Home")
    for _ in range(40):
        if page.locator(selector).input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} cannot be chosen in {selector}")


def expect_said(page: Page, words: str) -> None:
    """A sentence came in the live region of the page, or in that of the open dialog."""
    region = page.locator("#melding, [data-region=melding]")
    expect(region.filter(has_text=words).first).to_be_attached()


def expect_page(page: Page, path: str) -> None:
    """The address, as a pattern."""
    page.wait_for_url(f"**{path}")
    ready(page)


def ready(page: Page) -> None:
    """Modules and htmx have started."""
    page.wait_for_load_state("load")
    page.wait_for_function("() => window.htmx !== undefined")


def go(page: Page, path: str) -> None:
    """The address line."""
    page.goto(path)
    ready(page)


def log_in(page: Page, email: str, password: str) -> None:
    """The real log-in page, by keyboard."""
    page.goto("/login")
    expect_focus(page, "#email")
    page.keyboard.insert_text(email)
    page.keyboard.press("Tab")
    expect_focus(page, "#password")
    page.keyboard.insert_text(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/login" not in address)
    ready(page)
