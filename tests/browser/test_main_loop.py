"""The main loop as two people live it: written, returned with a remark, answered, accepted. By keyboard alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from mono_web.core import clock
from tests.browser.conftest import Open
from tests.browser.hands import (
    choose_option,
    choose_radio,
    expect_focus,
    expect_focus_kept,
    expect_page,
    expect_said,
    log_in,
    press,
    tab_to,
    write,
)
from tests.browser.server import PASSWORD, Site
from tests.factories import BROKER, MENTOR

pytestmark = pytest.mark.browser

NAME = "Nybrott Mineral AS"
TEXT = "De kjører slagg til deponi. Ingen vet om slagget lekker mangan."
EDITED = "De kjører slagg til deponi. Ingen har målt om slagget lekker mangan i saltvann."
STEP = "Møte med SINTEF"
REMARK = "Hvem skal være med på møtet?"
NOTE = "Roar er forsiktig etter forrige prosjekt."
REASON = "Skill mellom utprøving og ny kunnskap."
ANSWER = "Roar og Anne. De har egen frostrigg."
ENTRY = re.compile(r"/logbook/[0-9a-f-]{36}(\?.*)?$")


def step_day() -> str:
    """A day ahead, as one writes it."""
    return (clock.today() + timedelta(days=5)).strftime("%d.%m.%Y")


def on_entry(page: Page) -> None:
    """The page of an entry has come."""
    page.wait_for_url(ENTRY)
    page.wait_for_load_state("load")
    page.wait_for_function("() => window.htmx !== undefined")


def broker_writes(page: Page) -> None:
    """A new entry about an undertaking that nobody has registered."""
    press(page, "n")
    expect_page(page, "/logbook/new*")
    expect_focus(page, "#company")
    page.keyboard.type(NAME)
    expect(page.get_by_role("option", name="Register")).to_be_visible()
    press(page, "ArrowUp", "Enter")
    expect_focus(page, "#new_orgnr, #new_name")
    expect(page.locator("#new_name")).to_have_value(NAME)
    write(page, "#hours", "1,5")
    write(page, "#text", TEXT)
    write(page, "#next_step", STEP)
    write(page, "#next_step_date", step_day())
    press(page, "Control+Enter")
    on_entry(page)
    expect_said(page, "The entry is sent to Marit Mentor")
    expect(page.locator("main h1")).to_contain_text("De kjører slagg")
    expect(page.locator(".page-head")).to_contain_text(NAME)
    expect(page.locator("main")).to_contain_text("1.5")


def mentor_returns(page: Page) -> None:
    """From the desk to the oldest: a remark on the next step, a private note, and back with a reason."""
    press(page, "g", "v")
    expect_page(page, "/mentoring/")
    tab_to(page, ".page-head .actions a")
    press(page, "Enter")
    on_entry(page)
    tab_to(page, "#remark_new a")
    press(page, "Enter")
    expect_focus(page, "#remark_new input[type=radio]")
    choose_radio(page, "kind", "question")
    choose_option(page, "#remark_field", "next_step")
    write(page, "#remark_text", REMARK)
    press(page, "Control+Enter")
    expect(page.locator(".remark")).to_contain_text(REMARK)
    expect_focus_kept(page)
    expect_said(page, "remark")
    tab_to(page, "#note_list .sec-head a")
    press(page, "Enter")
    expect_focus(page, "#note_form input[type=radio]")
    choose_radio(page, "audience", "only_me")
    write(page, "#note_form textarea", NOTE)
    press(page, "Control+Enter")
    expect(page.locator("#note_list")).to_contain_text(NOTE)
    expect_focus_kept(page)
    expect_said(page, "note")
    press(page, "r")
    expect(page.locator("#reason_ask")).to_be_visible()
    expect_focus(page, "#reason_ask textarea")
    page.keyboard.insert_text(REASON)
    press(page, "Control+Enter")
    page.wait_for_selector("#reason_ask", state="detached")
    expect_said(page, "Returned")


def broker_answers(page: Page) -> None:
    """Found on the first page, answered, rewritten and sent back."""
    press(page, "g", "i")
    expect_page(page, "/")
    expect(page.locator("main")).to_contain_text("Your turn")
    press(page, "j")
    expect_focus(page, "[data-row]")
    press(page, "Enter")
    on_entry(page)
    expect(page.locator("main")).to_contain_text(REASON)
    expect(page.locator("body")).not_to_contain_text(NOTE)
    write(page, ".remark textarea", ANSWER)
    press(page, "Control+Enter")
    expect(page.locator(".remark .answer").first).to_contain_text(ANSWER)
    expect_focus_kept(page)
    expect_said(page, "answer")
    press(page, "e")
    page.wait_for_url("**/edit")
    page.wait_for_function("() => window.htmx !== undefined")
    write(page, "#text", EDITED)
    press(page, "Control+Enter")
    on_entry(page)
    expect_said(page, "Marit Mentor")


def mentor_accepts(page: Page) -> None:
    """Only what is new since the last reading, and then the text as it is; accepted by one key."""
    press(page, "g", "v")
    expect_page(page, "/mentoring/")
    press(page, "j")
    expect_focus(page, "[data-row]")
    press(page, "Enter")
    on_entry(page)
    body = page.locator("#entry_body")
    expect(body.locator("ins").filter(has_text="saltvann")).to_have_count(1)
    expect(body.locator("del").filter(has_text="vet")).to_have_count(1)
    expect(body.locator(".filters strong")).to_contain_text("words came")
    expect(page.locator(".remark")).to_contain_text(ANSWER)
    press(page, "e")
    page.wait_for_url("**changes=0**")
    page.wait_for_function("() => window.htmx !== undefined")
    expect(page.locator("#entry_body del")).to_have_count(0)
    press(page, "a")
    expect_said(page, "accepted")
    expect(page.locator("#review_bar")).to_contain_text("Accepted")


def test_the_main_loop_by_keyboard_alone(site: Site, open_browser: Open) -> None:
    """Log in, write, return, answer, accept: no mouse anywhere."""
    site.give_password(BROKER, MENTOR)
    broker, mentor = open_browser(), open_browser()
    log_in(broker, BROKER, PASSWORD)
    broker_writes(broker)
    log_in(mentor, MENTOR, PASSWORD)
    mentor_returns(mentor)
    broker_answers(broker)
    mentor_accepts(mentor)
    broker.reload()
    expect(broker.locator("#review_bar")).to_contain_text("Accepted")


def test_what_is_typed_beside_goes_first(site: Site, open_browser: Open) -> None:
    """A remark that was not saved goes with the return, and an answer that was not saved with the sending."""
    site.give_password(BROKER, MENTOR)
    broker, mentor = open_browser(), open_browser()
    log_in(broker, BROKER, PASSWORD)
    broker_writes(broker)
    log_in(mentor, MENTOR, PASSWORD)
    mentor.goto(broker.url)
    on_entry(mentor)
    press(mentor, "m")
    expect_focus(mentor, "#remark_new input[type=radio]")
    write(mentor, "#remark_text", REMARK)
    press(mentor, "Tab", "r")
    expect_focus(mentor, "#reason_ask textarea")
    mentor.keyboard.insert_text(REASON)
    press(mentor, "Control+Enter")
    expect_said(mentor, "Returned")
    expect(mentor.locator(".remark")).to_contain_text(REMARK)
    broker.reload()
    on_entry(broker)
    write(broker, ".remark textarea", ANSWER)
    tab_to(broker, "#review_bar button")
    press(broker, "Enter")
    expect_said(broker, "Marit Mentor")
    expect(broker.locator(".remark .answer").first).to_contain_text(ANSWER)


# --- the same without scripts ---------------------------------------------------------------------------------


def plain_log_in(page: Page, email: str) -> None:
    """The log-in page's form."""
    page.goto("/login")
    page.fill("#email", email)
    page.fill("#password", PASSWORD)
    page.click("main form button[data-primary]")
    expect(page.locator("#nav")).to_be_attached()


def plain_broker_writes(page: Page) -> None:
    """The button under the field, since no list of suggestions comes."""
    page.goto("/logbook/new")
    page.fill("#company", NAME)
    page.fill("#hours", "1,5")
    page.fill("#text", TEXT)
    page.click("#entry_company_new button[value=new_company]")
    expect(page.locator("#new_name")).to_have_value(NAME)
    expect(page.locator("#text")).to_have_value(TEXT)
    page.fill("#next_step", STEP)
    page.fill("#next_step_date", step_day())
    page.click("button[value=send]")
    page.wait_for_url(ENTRY)
    expect(page.locator(".notice")).to_contain_text("The entry is sent to Marit Mentor")


def plain_mentor_returns(page: Page) -> None:
    """Every form on a page of its own."""
    page.goto("/mentoring/")
    page.click(".page-head .actions a")
    page.click("#remark_new a")
    page.check("input[name=kind][value=question]", force=True)
    page.select_option("#remark_field", "next_step")
    page.fill("#remark_text", REMARK)
    page.click("main form button[data-primary]")
    page.wait_for_url(re.compile(r"/logbook/[0-9a-f-]{36}"))
    expect(page.locator(".remark")).to_contain_text(REMARK)
    page.click("#note_list .sec-head a")
    page.check("input[name=audience][value=only_me]", force=True)
    page.fill("#note_form textarea", NOTE)
    page.click("#note_form button[data-primary]")
    expect(page.locator("#note_list")).to_contain_text(NOTE)
    page.click("#review_bar a[href*='/return']")
    page.fill("#reason_ask textarea", REASON)
    page.click("#reason_ask button[data-primary]")
    expect(page.locator(".notice")).to_contain_text("Returned")


def plain_broker_answers(page: Page) -> None:
    """The answer has a page of its own: beside the decision no text can stand unsaved."""
    page.goto("/")
    page.click("#my_turn [data-row], [id^=turn_row] [data-row]")
    expect(page.locator("main")).to_contain_text(REASON)
    expect(page.locator("body")).not_to_contain_text(NOTE)
    expect(page.locator("#review_bar")).to_contain_text("Send back to Marit")
    expect(page.locator("main").locator("textarea, input:not([type=hidden])")).to_have_count(0)
    page.click(".remark .do a")
    expect(page.locator("main form")).to_have_count(1)
    page.fill(".remark textarea", ANSWER)
    page.click(".remark form.answer button[data-primary]")
    page.wait_for_url(re.compile(r"/logbook/[0-9a-f-]{36}#remark-"))
    expect(page.locator(".remark .answer").first).to_contain_text(ANSWER)
    page.click(".page-head a[href$='/edit']")
    page.fill("#text", EDITED)
    page.click("button[value=send]")
    page.wait_for_url(ENTRY)


def plain_mentor_accepts(page: Page) -> None:
    """The differences are the server's, so they are there without scripts too."""
    page.goto("/mentoring/")
    page.click("[id^=queue_row] [data-row]")
    expect(page.locator("#entry_body ins").filter(has_text="saltvann")).to_have_count(1)
    page.click("#review_bar form[action*='/accept'] button")
    expect(page.locator("#review_bar")).to_contain_text("Accepted")


def test_the_main_loop_without_scripts(site: Site, open_browser: Open) -> None:
    """Every form works as a plain form."""
    site.give_password(BROKER, MENTOR)
    broker = open_browser(java_script_enabled=False)
    mentor = open_browser(java_script_enabled=False)
    plain_log_in(broker, BROKER)
    plain_broker_writes(broker)
    plain_log_in(mentor, MENTOR)
    plain_mentor_returns(mentor)
    plain_broker_answers(broker)
    plain_mentor_accepts(mentor)
