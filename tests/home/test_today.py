"""The start page: what each role finds on it, and what nobody else does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from mono_web.accounts import actions as accounts
from mono_web.core import clock, revisions
from mono_web.core.db import db
from mono_web.home import queries
from mono_web.home.views import greeting
from mono_web.logbook import actions as logbook
from mono_web.logbook import queries as entries
from mono_web.programmes.models import Programme
from mono_web.remarks import actions as remarks
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World

# A Thursday, ten in the morning in Norway.
THURSDAY = datetime(2026, 11, 12, 9, 0, tzinfo=UTC)


def filled(app: Flask, world: World, times: int = 1) -> None:
    """Some of everything: a draft, a returned and a sent entry with a step, an accepted one; of two brokers."""
    with app.test_request_context():
        for _ in range(times):
            make.draft(world, title="Egen kladd", minutes=None)
            entry = make.sent(world, title="Returnert sak")
            for kind in ("question", "must_fix", "praise"):
                remarks.make_remark(make.viewer(make.MENTOR), ("entry", entry.id), kind, "Hva vet vi?", None)
            logbook.return_entry(make.viewer(make.MENTOR), entry, "Hva er det konkret dere ikke vet?")
            make.sent(world, title="Sendt sak", next_step="Ring dem", next_step_date=clock.today())
            make.sent(world, make.OTHER_BROKER, title="Andres sak", cluster_id=world.betong, audience="programme")
            make.accepted(world, title="Godkjent sak")
        db.session.commit()


def test_broker_sees_own_turns_with_reason_and_counts(app: Flask, world: World) -> None:
    filled(app, world)
    page = Client(app, make.BROKER).get("/")
    said, body = texts(page), page.get_data(as_text=True)
    assert "Ranfjord Slagg AS – Returnert sak" in said
    assert "“Hva er det konkret dere ikke vet?”" in said
    assert "Marit Mentor 1 must be fixed, 1 question" in said
    assert "The hours are missing" in said
    assert "Ring dem" in said
    assert "1 today" in said
    assert "ACT Cluster" in said
    assert f'href="/logbook/new?company_id={world.company}"' in body
    assert "Andres sak" not in said
    assert "Your turn, today" in said


def test_quick_bar_is_a_plain_form(app: Flask, world: World) -> None:
    body = Client(app, make.BROKER).get("/").get_data(as_text=True)
    form = re.search(r'<form class="quick".*?</form>', body, re.S)
    assert form is not None
    assert 'action="/logbook/new"' in form[0]
    assert 'method="post"' not in form[0]
    for part in ('name="company"', 'name="company_id"', "/companies/parts/suggest"):
        assert part in form[0]


def test_oldest_turn_stands_first(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.draft(world, title="Ny kladd")
        with clock.at(clock.now() - timedelta(days=6)):
            make.returned(world, title="Gammel retur")
        db.session.commit()
    said = texts(Client(app, make.BROKER).get("/"))
    assert said.index("Gammel retur") < said.index("Ny kladd")
    assert "Your turn, 6 days" in said


def test_unsaved_texts_are_there_for_their_writer_only(app: Flask, world: World) -> None:
    with app.test_request_context():
        loose, entry = uuid4(), make.draft(world, title="Påbegynt kladd")
        me = make.viewer(make.BROKER).id
        fields = {"company": ["Vefsn Kalk"], "text": ["Telefon om restvarme"], "title": [""]}
        revisions.put_working_copy("entry", loose, me, 0, fields)
        revisions.put_working_copy("entry", entry.id, me, 1, {"title": ["Påbegynt kladd"]})
        db.session.commit()
    page = Client(app, make.BROKER).get("/")
    assert "Vefsn Kalk – Telefon om restvarme" in texts(page)
    assert f"/logbook/new?draft={loose}" in page.get_data(as_text=True)
    assert texts(page).count("Unsaved text from") == 2
    for other in (make.COLLEAGUE, make.MENTOR, make.LEAD):
        assert "Vefsn Kalk" not in texts(Client(app, other).get("/"))


def test_my_turn_is_one_number_everywhere(app: Flask, world: World) -> None:
    """A text that was never saved counts, also one on an entry that the mentor has; one on a closed entry does not."""
    with app.test_request_context():
        me = make.viewer(make.MENTOR)
        make.draft(world, make.MENTOR)
        accepted, sent = make.draft(world, make.MENTOR), make.draft(world, make.MENTOR)
        logbook.send_entry(me, accepted)
        logbook.accept_entry(make.viewer(make.LEAD), accepted)
        logbook.send_entry(me, sent)
        for one in (uuid4(), accepted.id, sent.id):
            revisions.put_working_copy("entry", one, me.id, 1, {"text": ["Halvferdig"]})
        for _ in range(2):
            make.sent(world)
        db.session.commit()
        assert entries.waiting_counts(me) == (3, 2)
    client = Client(app, make.MENTOR)
    page, listed = client.get("/"), client.get("/logbook/?turn=me")
    tallies = re.findall(r'<h2 id="(?:queue-start|turn)-title">[^<]*</h2>\s*<span class="tally">(\d+)<', page.text)
    assert tallies == ["2", "3"]
    assert page.text.count("turn_row-") == 3
    for body in (page.text, listed.text):
        assert re.findall(r'<span class="count"><span class="ds-sr-only">, </span>(\d+)<', body) == ["3", "2"]
    assert "My turn 5 : 3 of your own, 2 to be reviewed" in texts(listed)
    assert listed.text.count("data-row") == 5


def test_nothing_waits_tells_what_the_mentor_has(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    assert "Your logbook is empty" in texts(client.get("/"))
    with app.test_request_context():
        make.sent(world)
        db.session.commit()
    said = texts(client.get("/"))
    assert "Nothing waits for you" in said
    assert "The mentor has one of your entries" in said
    assert "No tasks this week" in said


def test_tasks_of_the_week(app: Flask, world: World) -> None:
    today = THURSDAY.date()
    with clock.at(THURSDAY), app.test_request_context():
        with clock.at(THURSDAY - timedelta(days=10)):
            for step, days in (("Forfalt", -2), ("Nå", 0), ("Fredag", 1), ("Søndag", 3), ("Mandag", 4)):
                make.sent(world, next_step=f"Steg {step}", next_step_date=today + timedelta(days=days))
        db.session.commit()
        tasks = queries.tasks_for(make.viewer(make.BROKER))
    assert [(task.text, task.when) for task in tasks] == [
        ("Steg Forfalt", "overdue"), ("Steg Nå", "today"), ("Steg Fredag", "tomorrow"), ("Steg Søndag", "later"),
    ]  # fmt: skip


def test_tasks_of_a_place_one_has_left_are_gone(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.sent(world, next_step="Gammelt løfte", next_step_date=clock.today())
        person = make.person(make.BROKER)
        accounts.end_role(person.roles[0], make.day(1))
        accounts.give_role(person, "broker", make.day(1), None, world.predecessor, world.act)
        db.session.commit()
    page = Client(app, make.BROKER).get("/")
    assert page.status_code == 200
    assert "Gammelt løfte" not in texts(page)


def test_mentor_has_the_three_oldest_above_own_turns(app: Flask, world: World) -> None:
    with app.test_request_context():
        for days in (9, 7, 5, 3):
            with clock.at(clock.now() - timedelta(days=days)):
                make.sent(world, title=f"Ventet {days}")
        make.draft(world, make.MENTOR, title="Mentors kladd")
        db.session.commit()
    said = texts(Client(app, make.MENTOR).get("/"))
    assert said.index("Ventet 9") < said.index("Ventet 7") < said.index("Ventet 5") < said.index("Mentors kladd")
    assert "Ventet 3" not in said


def test_lead_sees_ages_by_broker(app: Flask, world: World) -> None:
    filled(app, world)
    said = texts(Client(app, make.LEAD).get("/"))
    assert "2 entries wait for the mentor" in said
    assert "Ingrid Megler 1 with the mentor , Ingrid Megler 1 with the broker" in said
    assert "Mentor, today" in said
    assert "Godkjent sak" not in said  # the lists name undertakings
    assert "Latest entries" in said
    assert "Who have you talked to?" not in said
    assert "Egen kladd" not in said


def test_lead_who_reviews_sees_the_queue_after_own_turns(app: Flask, world: World) -> None:
    with app.test_request_context():
        accounts.give_role(make.person(make.LEAD), "broker", make.day(9), None, world.programme, world.act)
        make.draft(world, make.LEAD, title="Lederens kladd")
        make.sent(world, make.MENTOR, title="Mentors sak")
        db.session.commit()
    said = texts(Client(app, make.LEAD).get("/"))
    assert said.index("Lederens kladd") < said.index("Mentors sak")


def test_cluster_manager_sees_what_is_opened(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.sent(world, audience="cluster", participants="x", companies=(world.company,))
        make.sent(world, title="LUKKET", companies=(world.other_company,))
        make.sent(world, confidential=True, audience="cluster", companies=(world.other_company,))
        db.session.commit()
    said = texts(Client(app, make.MANAGER).get("/"))
    assert "Ranfjord Slagg AS" in said
    assert "Ofoten Betong" not in said
    assert "LUKKET" not in said
    assert "Entries that the brokers open" in texts(Client(app, make.OTHER_MANAGER).get("/"))


def test_observer_sees_facts_and_no_entry(app: Flask, world: World) -> None:
    filled(app, world)
    with app.app_context():
        programme = db.session.get_one(Programme, world.programme)
        programme.budget_nok, programme.funder, programme.funder_ref = 3_000_000, "Nordland fylkeskommune", "2021/123"
        db.session.commit()
    said = texts(Client(app, make.OBSERVER).get("/"))
    for fact in ("MoNo", "3,000,000", "Nordland fylkeskommune", "2021/123", "ACT Cluster, Betongklyngen"):
        assert fact in said
    for hidden in ("Ranfjord", "Ingrid", "sak", "MoFI"):
        assert hidden not in said


def test_menu_leads_to_the_administration(app: Flask, world: World) -> None:
    for email, way in ((make.ADMIN, True), (make.LEAD, True), (make.BROKER, False), (make.OBSERVER, False)):
        menu = Client(app, email).get("/").text.partition('id="nav"')[2].partition("</nav>")[0]
        assert ('href="/admin/"' in menu) == way
        assert ('href="/programmes/"' in menu) == way
    admin = Client(app, make.ADMIN)
    for page in ("/admin/", "/admin/audit", "/programmes/"):
        menu = admin.get(page).text.partition('id="nav"')[2].partition("</nav>")[0]
        here = "/programmes/" if page == "/programmes/" else "/admin/"
        assert re.findall(r'href="([^"]+)" aria-current="page"', menu) == [here]


def test_admin_has_ways_and_no_content(app: Flask, world: World) -> None:
    filled(app, world)
    page = Client(app, make.ADMIN).get("/")
    for way in ("/admin/", "/programmes/"):
        assert f'<a class="title" href="{way}"' in page.get_data(as_text=True)
    assert "Ranfjord" not in texts(page)


def test_person_without_a_role_learns_whom_to_ask(app: Flask, world: World) -> None:
    said = texts(Client(app, make.STRANGER).get("/"))
    assert "You have no role here now" in said
    assert "Anders Admin can give you one." in said
    assert "You have one draft" not in said


def test_former_broker_finds_the_way_to_drafts(app: Flask, world: World) -> None:
    with app.test_request_context():
        make.draft(world)
        make.sent(world, title="Sendt før rollen tok slutt")
        accounts.end_role(make.person(make.BROKER).roles[0], make.day(1))
        db.session.commit()
    said = texts(Client(app, make.BROKER).get("/"))
    assert "You have one draft" in said
    assert "Sendt før" not in said


def test_stranger_to_the_site_logs_in_first(app: Flask, world: World) -> None:
    response = Client(app).get("/")
    assert response.status_code == 303
    assert response.headers["Location"].startswith("/login")


def test_task_tally_part(app: Flask, world: World) -> None:
    filled(app, world)
    part = Client(app, make.BROKER).get("/parts/task_tally", partial=True)
    assert part.get_data(as_text=True).lstrip().startswith('<span class="tally" id="task_tally"')
    assert "1 today" in texts(part)
    assert Client(app, make.OBSERVER).get("/parts/task_tally", partial=True).status_code == 403


def test_statements_do_not_grow(app: Flask, world: World) -> None:
    people = (make.BROKER, make.MENTOR, make.LEAD, make.MANAGER, make.OBSERVER, make.ADMIN)
    clients = {email: Client(app, email) for email in people}
    clients[make.BROKER].get("/")  # the first request of an application asks for more
    sent: list[dict[str, int]] = []
    for times in (1, 29):
        filled(app, world, times)
        sent.append({})
        for email, client in clients.items():
            with statements() as seen:
                assert client.get("/").status_code == 200
            sent[-1][email] = len(seen)
    assert sent[0] == sent[1]
    assert max(sent[0].values()) <= 18


def test_partial_draws_no_menu(app: Flask, world: World) -> None:
    filled(app, world)
    with statements() as seen:
        Client(app, make.MENTOR).get("/parts/task_tally", partial=True)
    assert not [statement for statement, _ in seen if "count(" in statement.lower()]


@pytest.mark.parametrize(
    ("hour", "words"),
    [(4, "Good evening"), (5, "Good morning"), (9, "Good morning"), (10, "Hello"), (17, "Hello"), (18, "Good evening")],
)
def test_greeting_by_the_clock(app: Flask, hour: int, words: str) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert greeting("Ingrid Solvang", datetime(2026, 11, 12, hour, tzinfo=UTC)) == f"{words}, Ingrid"


def test_returned_reason_is_of_the_latest_return(app: Flask, world: World) -> None:
    with app.test_request_context():
        entry = make.returned(world)
        logbook.send_entry(make.viewer(make.BROKER), entry)
        logbook.return_entry(make.viewer(make.MENTOR), entry, "Fortsatt uklart hva som er nytt.")
        db.session.commit()
        (turn,) = queries.turns_for(make.viewer(make.BROKER))
    assert turn.quote == "Fortsatt uklart hva som er nytt."
    assert isinstance(turn.id, UUID)
