"""What must be found by nobody else, and what ends at once: private notes, confidential entries, roles, accounts."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask

from mono_web.accounts import actions as accounts
from mono_web.core import clock
from mono_web.core.db import db
from mono_web.logbook import actions as logbook
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.remarks import actions as remarks
from mono_web.remarks.models import Note
from tests import factories as make
from tests.client import Client
from tests.factories import World

EVERYBODY = list(make.PEOPLE)
PLACES = (
    "/", "/logbook/", "/logbook/?turn=me", "/logbook/?words={word}", "/logbook/export.csv", "/search?q={word}",
    "/search?q={word}&sort=rank", "/companies/", "/companies/?q={word}", "/companies/parts/suggest?q={word}&new=1",
    "/mentoring/", "/mentoring/?tab=returned", "/mentoring/?tab=accepted", "/admin/", "/admin/audit", "/programmes/",
    "/logbook/{entry}", "/logbook/{entry}/print", "/logbook/{entry}/versions", "/logbook/{entry}/versions/2",
    "/logbook/{entry}/versions?old=1&new=2", "/logbook/parts/{entry}/review-bar", "/remarks/parts/entry-{entry}/notes",
    "/companies/{company}", "/logbook/parts/company-entries/{company}", "/logbook/new",
    "/logbook/parts/company-context?company_id={company}", "/mentoring/parts/place/{entry}",
)  # fmt: skip


def everywhere(app: Flask, world: World, email: str, word: str, entry: UUID) -> str:
    """All that a person can get to see around an entry, as one text. They know a word of it and search for that."""
    browser, found = Client(app, email), []
    for place in PLACES:
        address = place.format(word=word, entry=entry, company=world.company)
        found.append(browser.http.get(address).get_data(as_text=True).replace(address, ""))
    return "\n".join(found)


# --- notes --------------------------------------------------------------------------------------------------


def test_private_note_is_found_by_nobody_else(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.accepted(world, audience="programme").id
        db.session.commit()
    writer = Client(app, make.MENTOR)
    writer.post(f"/remarks/entry-{entry}/notes/new", {"audience": "only_me", "text": "Hemmelignotatord om zqnotatet"})
    with app.app_context():
        note = db.session.query(Note).one().id
    assert "Hemmelignotatord" in writer.get(f"/logbook/{entry}").text
    # The admin first: the log shows its newest lines, and each refusal is one.
    for email in sorted(set(EVERYBODY) - {make.MENTOR}):
        seen = everywhere(app, world, email, "hemmelignotatord", entry)
        assert "zqnotatet" not in seen, email
        # The log says nothing of it either: not even that there is one.
        assert str(note) not in seen, email
        assert "only_me" not in seen.replace('value="only_me"', ""), email
    for email in set(EVERYBODY) - {make.MENTOR}:
        for address in ("audience", "delete"):
            assert Client(app, email).get(f"/remarks/notes/{note}/{address}").status_code == 404, email
            assert Client(app, email).post(f"/remarks/notes/{note}/{address}").status_code == 404, email
    assert "zqnotatet" not in writer.get("/search?q=hemmelignotatord").text
    assert "Hemmelignotatord" not in writer.get(f"/logbook/{entry}/print").text
    assert "Hemmelignotatord" not in writer.get("/logbook/export.csv").get_data(as_text=True)


def test_note_narrows_with_its_entry(app: Flask, world: World) -> None:
    """A note for the programme is no way around an entry that was closed meanwhile."""
    with app.app_context():
        entry = make.sent(world, audience="programme")
        remarks.make_note(make.viewer(make.BROKER), (SUBJECT, entry.id), "programme", "Notatet til alle")
        entry_id = entry.id
        db.session.commit()
    assert "Notatet til alle" in Client(app, make.OTHER_BROKER).get(f"/logbook/{entry_id}").text
    Client(app, make.BROKER).post(f"/logbook/{entry_id}/audience", {"audience": "mentor_lead"})
    assert Client(app, make.OTHER_BROKER).get(f"/remarks/parts/entry-{entry_id}/notes").status_code == 404
    assert "Notatet til alle" in Client(app, make.LEAD).get(f"/logbook/{entry_id}").text


# --- confidential and draft ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["confidential", "draft"])
def test_closed_entry_is_found_by_nobody_else(app: Flask, world: World, kind: str) -> None:
    word = "innelukketord"
    with app.app_context():
        given = {
            "title": f"{word} zqtittel", "text": f"{word} zqtekst", "participants": f"{word} zqdeltaker",
            "outcome": f"{word} zqutfall", "next_step": f"{word} zqneste", "audience": "programme",
        }  # fmt: skip
        made = make.draft(world, **given) if kind == "draft" else make.sent(world, confidential=True, **given)
        entry = made.id
        db.session.commit()
    readers = {make.BROKER} if kind == "draft" else {make.BROKER, make.MENTOR, make.LEAD}
    for email in EVERYBODY:
        seen = everywhere(app, world, email, word, entry)
        whole = {"zqtittel", "zqtekst", "zqdeltaker", "zqutfall", "zqneste"}
        found = set(re.findall("zq[a-z]+", seen)) & whole
        assert found == (whole if email in readers else set()), email
        if email not in readers:
            # The audit log names what was refused by its id, to the admin alone.
            seen = "" if email == make.ADMIN else re.sub(r"/\S*" + str(entry) + r"\S*", "", seen)
            assert str(entry) not in seen, email


def test_reading_of_a_confidential_entry_is_logged(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world, confidential=True).id
        db.session.commit()
    Client(app, make.LEAD).get(f"/logbook/{entry}")
    page = Client(app, make.ADMIN).get("/admin/audit").text
    assert "read confidential" not in page


# --- roles and accounts end ---------------------------------------------------------------------------------


def test_ended_role_ends_at_the_next_request(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world, audience="cluster").id
        db.session.commit()
    browser = Client(app, make.COLLEAGUE)
    assert browser.get(f"/logbook/{entry}").status_code == 200
    with app.app_context():
        make.person(make.COLLEAGUE).roles[0].ends_on = clock.today()
        db.session.commit()
    assert browser.get(f"/logbook/{entry}").status_code == 200  # the last day counts
    with app.app_context():
        make.person(make.COLLEAGUE).roles[0].ends_on = make.day(1)
        db.session.commit()
    assert browser.get(f"/logbook/{entry}").status_code == 404
    assert browser.get("/logbook/new").status_code == 403
    assert browser.get("/search?q=slagg").status_code == 403
    assert str(entry) not in browser.get("/logbook/").text


def test_disabled_account_is_out_at_the_next_request(app: Flask, world: World) -> None:
    browsers = [Client(app, make.MENTOR), Client(app, make.MENTOR)]
    assert all(browser.get("/mentoring/").status_code == 200 for browser in browsers)
    with app.app_context():
        accounts.disable(make.person(make.MENTOR))
        db.session.commit()
    for browser in browsers:
        assert browser.get("/mentoring/").status_code == 303
        assert browser.http.post("/logbook/new", data={"text": "x"}).status_code == 401


def test_former_author_keeps_only_their_drafts(app: Flask, world: World) -> None:
    with app.app_context():
        draft, sent = make.draft(world, title="Min kladd").id, make.sent(world, title="Min sendte").id
        db.session.commit()
        for role in make.person(make.BROKER).roles:
            role.ends_on = make.day(1)
        db.session.commit()
    browser = Client(app, make.BROKER)
    assert browser.get(f"/logbook/{draft}").status_code == 200
    assert browser.get(f"/logbook/{draft}/edit").status_code == 403
    assert browser.get(f"/logbook/{sent}").status_code == 404
    assert "Min sendte" not in browser.get("/logbook/export.csv").get_data(as_text=True)
    assert "Min kladd" in browser.get("/logbook/export.csv").get_data(as_text=True)
    assert browser.post(f"/logbook/{draft}/delete").status_code == 303


def test_deputy_is_a_mentor_for_their_days(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world).id
        db.session.commit()
    deputy = Client(app, make.OTHER_BROKER)
    assert deputy.get(f"/logbook/{entry}").status_code == 404
    for first, last, status in ((-1, -7, 404), (0, 0, 303), (7, 1, 404)):
        with app.app_context():
            person = make.person(make.OTHER_BROKER)
            accounts.give_role(
                person, "mentor", clock.today() - timedelta(days=first), clock.today() - timedelta(days=last),
                world.programme,
            )  # fmt: skip
            db.session.commit()
        assert deputy.post(f"/logbook/{entry}/start").status_code == status, first
        with app.app_context():
            db.session.delete(next(role for role in make.person(make.OTHER_BROKER).roles if role.kind == "mentor"))
            db.session.commit()


# --- nobody reviews their own -------------------------------------------------------------------------------


def test_mentor_does_not_review_their_own_entry(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world, by=make.MENTOR).id
        db.session.commit()
    own = Client(app, make.MENTOR)
    for act in ("start", "accept", "return"):
        assert own.post(f"/logbook/{entry}/{act}", {"reason": "Fint"}).status_code == 403
    assert own.post(f"/remarks/entry-{entry}/new", {"kind": "praise", "text": "Fint"}).status_code == 403
    assert Client(app, make.LEAD).post(f"/logbook/{entry}/accept").status_code == 303
    assert own.post(f"/logbook/{entry}/take-back", {"reason": "Fint"}).status_code == 403


def test_lead_reviews_only_where_there_is_no_other_mentor(app: Flask, world: World) -> None:
    with app.app_context():
        theirs, mentors = make.sent(world).id, make.sent(world, by=make.MENTOR).id
        db.session.commit()
    lead = Client(app, make.LEAD)
    assert lead.post(f"/logbook/{theirs}/start").status_code == 403
    assert lead.post(f"/logbook/{mentors}/start").status_code == 303


# --- audiences move -----------------------------------------------------------------------------------------


def test_tightening_closes_old_versions_too(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world, audience="programme", text="Åpent for alle").id
        db.session.commit()
    browser = Client(app, make.OTHER_BROKER)
    assert "Åpent for alle" in browser.get(f"/logbook/{entry}/versions/2").text
    assert Client(app, make.BROKER).post(f"/logbook/{entry}/audience", {"audience": "cluster"}).status_code == 303
    for page in ("", "/versions", "/versions/2", "/versions/3", "/print"):
        assert browser.get(f"/logbook/{entry}{page}").status_code == 404
    assert "Åpent for alle" not in browser.get("/search?q=åpent").text.replace("value=", "")


def test_widening_asks_and_opens_only_what_is_shown_and_later(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world, text="Før utvidelsen").id
        author, made = make.viewer(make.BROKER), db.session.get_one(Entry, entry)
        logbook.save_entry(author, made, make.content(world, text="Ved utvidelsen"), made.revision)
        db.session.commit()
    browser, reader = Client(app, make.BROKER), Client(app, make.COLLEAGUE)
    asked = browser.post(f"/logbook/{entry}/audience", {"audience": "cluster"})
    assert asked.status_code == 200
    assert "Kari Kollega" in asked.text
    assert reader.get(f"/logbook/{entry}").status_code == 404
    done = browser.post(f"/logbook/{entry}/audience", {"audience": "cluster", "confirmed": "yes"})
    assert done.status_code == 303
    assert "Ved utvidelsen" in reader.get(f"/logbook/{entry}").text
    for number in (1, 2, 3):
        assert reader.get(f"/logbook/{entry}/versions/{number}").status_code == 404
    assert reader.get(f"/logbook/{entry}/versions/4").status_code == 200
    for query in ("", "?old=1&new=4", "?old=2&new=4", "?old=3&new=4"):
        assert "Før utvidelsen" not in reader.get(f"/logbook/{entry}/versions{query}").text


def test_lifting_confidentiality_opens_nothing_older(app: Flask, world: World) -> None:
    with app.app_context():
        entry = make.sent(world, audience="cluster", confidential=True, text="Mens det var hemmelig").id
        author, made = make.viewer(make.BROKER), db.session.get_one(Entry, entry)
        logbook.save_entry(
            author, made, make.content(world, text="Kan leses", audience="cluster", confidential=True), made.revision
        )
        db.session.commit()
    Client(app, make.BROKER).post(f"/logbook/{entry}/audience", {"audience": "cluster", "confirmed": "yes"})
    reader = Client(app, make.COLLEAGUE)
    assert "Kan leses" in reader.get(f"/logbook/{entry}").text
    assert reader.get(f"/logbook/{entry}/versions/2").status_code == 404
    assert "Mens det var hemmelig" not in reader.get(f"/logbook/{entry}/versions?old=2&new=4").text


@pytest.mark.parametrize("email", [make.OBSERVER, make.ADMIN, make.STRANGER])
def test_administration_and_observation_are_not_readership(app: Flask, world: World, email: str) -> None:
    with app.app_context():
        entry = make.accepted(world, audience="programme", title="Innholdsord zqtittel", text="Innholdsord zqtekst").id
        db.session.commit()
    seen = everywhere(app, world, email, "innholdsord", entry)
    assert "zqtittel" not in seen
    assert "zqtekst" not in seen
    assert Client(app, email).get(f"/companies/{world.company}").status_code == 404
