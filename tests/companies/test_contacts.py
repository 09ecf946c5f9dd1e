"""Contacts over HTTP: who meets them, form, page, review, address card."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask

from mono_web.companies import actions, queries
from mono_web.companies.models import CONTACT, Company, Contact
from mono_web.core import clock, revisions
from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from mono_web.core.revisions import Conflict
from tests import factories as make
from tests.client import Client, texts
from tests.counting import statements
from tests.factories import World

READERS = [make.BROKER, make.COLLEAGUE, make.MENTOR, make.LEAD, make.PREDECESSOR_BROKER]
OTHERS = [make.OTHER_BROKER, make.MANAGER, make.OTHER_MANAGER, make.OBSERVER, make.ADMIN, make.STRANGER]
FORM = {
    "name": "Roar Hemnes", "role": "Daglig leder", "email": "roar@ranfjord.example", "phone": "900 00 111",
    "language_form": "nn", "source": "Møtt på besøket", "source_on": "1.3.2024", "legal_basis": "Avtalt på besøket",
    "review_on": "", "base_rev": "1",
}  # fmt: skip
IDENTITY_NUMBER = "01010750160"


def made(app: Flask, world: World, by: str = make.BROKER, **given: object) -> UUID:
    """A contact of the undertaking of the first cluster."""
    with app.app_context():
        company = db.session.get_one(Company, given.pop("company", world.company))
        fields = {"name": "Zqroar Hemnes", "role": "Daglig leder", "phone": "900 00 111", **given}
        contact = actions.record_contact(make.person(by).id, company, fields)
        db.session.commit()
        return contact.id


def stored(app: Flask, contact_id: UUID) -> Contact:
    """The contact as it stands now."""
    with app.app_context():
        return db.session.get_one(Contact, contact_id)


def audited(app: Flask, verb: str) -> list[AuditLine]:
    """The lines of the audit log with this verb."""
    with app.app_context():
        return db.session.query(AuditLine).filter_by(verb=verb).all()


def addresses(contact_id: UUID) -> list[str]:
    """Every page of a contact that can be opened."""
    pages = ("", "/edit", "/card.vcf", "/held", "/held.json", "/anonymise")
    return [f"/companies/contacts/{contact_id}{page}" for page in pages]


# --- who meets them -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", READERS)
def test_readers_meet_a_contact(app: Flask, world: World, email: str) -> None:
    contact = made(app, world)
    client = Client(app, email)
    part = client.get(f"/companies/parts/contacts/{world.company}", partial=True)
    assert part.get_data(as_text=True).startswith('<section id="contact_list"')
    assert "Zqroar Hemnes" in texts(part)
    assert "Zqroar Hemnes" in texts(client.get(f"/companies/parts/contacts/{world.company}"))
    assert "900 00 111" in texts(client.get(f"/companies/contacts/{contact}"))


@pytest.mark.parametrize("email", OTHERS)
def test_others_hear_nothing(app: Flask, world: World, email: str) -> None:
    contact = made(app, world)
    with app.app_context():
        actions.confirm_contact(make.viewer(make.BROKER), db.session.get_one(Contact, contact))
        db.session.get_one(Contact, contact).review_on = clock.today() - timedelta(days=1)
        db.session.commit()
    client = Client(app, email)
    for address in [*addresses(contact), f"/companies/parts/contacts/{world.company}",
                    f"/companies/{world.company}/contacts/new"]:  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 404, address
        assert "Zqroar" not in texts(answer)
    for address in ("edit", "anonymise", "confirm"):
        assert client.post(f"/companies/contacts/{contact}/{address}", FORM).status_code == 404
    assert client.post(f"/companies/{world.company}/contacts/new", FORM).status_code == 404
    for address in (f"/companies/{world.company}", "/companies/", "/companies/?q=zqroar", "/search?q=zqroar",
                    "/companies/parts/suggest?q=zqroar", "/companies/contacts/due", "/logbook/export.csv",
                    "/admin/audit", "/"):  # fmt: skip
        answer = client.get(address, partial="/parts/" in address)
        assert "Zqroar" not in answer.get_data(as_text=True), address
    with app.app_context():
        viewer = make.viewer(email)
        assert queries.contact_for(viewer, contact) is None
        assert queries.contacts_of(viewer, world.company).rows == []
        assert queries.due_contacts(viewer, clock.today(), own=False).rows == []
    assert stored(app, contact).name == "Zqroar Hemnes"


@pytest.mark.parametrize("email", [make.LEAD])
def test_who_reads_alone_changes_nothing(app: Flask, world: World, email: str) -> None:
    contact, client = made(app, world), Client(app, email)
    assert "New contact" not in texts(client.get(f"/companies/parts/contacts/{world.company}"))
    page = client.get(f"/companies/contacts/{contact}").get_data(as_text=True)
    assert f"{contact}/edit" not in page
    assert f"{contact}/anonymise" not in page
    assert client.get(f"/companies/{world.company}/contacts/new").status_code == 403
    for address in ("edit", "anonymise", "confirm"):
        assert client.post(f"/companies/contacts/{contact}/{address}", FORM).status_code == 403


def test_undertaking_without_a_cluster_keeps_its_contacts_from_brokers(app: Flask, world: World) -> None:
    contact = made(app, world)
    with app.app_context():
        db.session.get_one(Company, world.company).clusters = []
        db.session.commit()
    for email in (make.BROKER, make.OTHER_BROKER):
        assert Client(app, email).get(f"/companies/contacts/{contact}").status_code == 404
    for email in (make.LEAD, make.MENTOR):
        assert Client(app, email).get(f"/companies/contacts/{contact}").status_code == 200


def test_contact_of_both_clusters_is_read_by_both(app: Flask, world: World) -> None:
    with app.app_context():
        both = actions.record_company("To klynger AS", more_clusters=[world.act, world.betong]).company.id
        db.session.commit()
    contact = made(app, world, company=both)
    for email in (make.BROKER, make.OTHER_BROKER):
        assert Client(app, email).get(f"/companies/contacts/{contact}/edit").status_code == 200


# --- new ------------------------------------------------------------------------------------------------------


def test_new_contact_is_stored_with_its_source_and_a_day(app: Flask, world: World) -> None:
    client = Client(app, make.BROKER)
    assert client.get(f"/companies/{world.company}/contacts/new").status_code == 200
    answer = client.post(f"/companies/{world.company}/contacts/new", FORM)
    page = texts(client.follow(answer))
    for words in ("Roar Hemnes is saved", "Daglig leder", "Nynorsk", "Møtt på besøket", "1 March 2024"):
        assert words in page
    contact = stored(app, UUID(answer.headers["Location"].rsplit("/", 1)[-1]))
    assert contact.review_on == actions.next_review(clock.today())
    assert (contact.revision, contact.anonymised_at) == (1, None)
    assert len(audited(app, "contact made")) == 1
    assert "Roar" not in (audited(app, "contact made")[0].detail or "")


def test_new_contact_is_made_once(app: Flask, world: World) -> None:
    client, fields = Client(app, make.BROKER), {**FORM, "op_id": str(uuid4())}
    address = f"/companies/{world.company}/contacts/new"
    assert len({client.post(address, fields).headers["Location"] for _time in range(2)}) == 1


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"name": ""}, "Write the name of the contact"),
        ({"name": "A" * 201}, "The text is too long"),
        ({"email": "roar at example"}, "Write the e-mail address like this"),
        ({"phone": "ring meg"}, "Write the telephone number with digits"),
        ({"language_form": "zz"}, "Choose one of the possibilities"),
        ({"review_on": "31.02.2026"}, "There is no such day"),
    ],
)
def test_new_contact_with_bad_input(app: Flask, world: World, given: dict[str, str], sentence: str) -> None:
    client = Client(app, make.BROKER)
    answer = client.post(f"/companies/{world.company}/contacts/new", {**FORM, **given}, partial=True)
    assert answer.status_code == 422
    assert sentence in texts(answer)
    with app.app_context():
        assert db.session.query(Contact).count() == 0


@pytest.mark.parametrize("field", ["name", "role", "phone", "source", "legal_basis"])
def test_identity_number_is_warned_of_once(app: Flask, world: World, field: str) -> None:
    client, address = Client(app, make.BROKER), f"/companies/{world.company}/contacts/new"
    fields = {**FORM, field: IDENTITY_NUMBER}
    first = client.post(address, fields)
    assert first.status_code == 422
    assert "looks like a national identity number" in texts(first)
    assert client.post(address, {**fields, "seen_warnings": f"{field}:identity"}).status_code == 303


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2025, 12, 31), date(2026, 12, 31)),
        (date(2026, 1, 1), date(2027, 1, 1)),
    ],
)
def test_next_review_is_a_year_on(day: date, later: date) -> None:
    assert actions.next_review(day) == later


# --- edit -----------------------------------------------------------------------------------------------------


def test_edit_keeps_a_revision_and_shows_what_was_changed(app: Flask, world: World) -> None:
    contact = made(app, world, role="Daglig leder")
    client = Client(app, make.COLLEAGUE)
    fields = {**FORM, "role": "Styreleder"}
    page = texts(client.follow(client.post(f"/companies/contacts/{contact}/edit", fields)))
    assert "Roar Hemnes is saved" in page
    assert "Role at the undertaking: Daglig leder Styreleder" in page
    assert "Kari Kollega" in page
    with app.app_context():
        kept = revisions.of(CONTACT, contact)
        assert [one.fields["role"] for one in kept] == ["Styreleder", "Daglig leder"]


def test_two_people_change_different_fields(app: Flask, world: World) -> None:
    contact = made(app, world)
    with app.app_context():
        fields = actions.contact_fields(db.session.get_one(Contact, contact))
        actions.save_contact(make.viewer(make.COLLEAGUE), db.session.get_one(Contact, contact), {"phone": "1234"}, 1)
        db.session.commit()
    days = {name: f"{date.fromisoformat(fields[name]):%d.%m.%Y}" for name in ("review_on",)}
    mine = {**fields, **days, "source_on": "", "role": "Styreleder", "base_rev": "1"}
    client = Client(app, make.BROKER)
    page = texts(client.follow(client.post(f"/companies/contacts/{contact}/edit", mine)))
    assert "Changed elsewhere meanwhile, and kept: Telephone" in page
    now = stored(app, contact)
    assert (now.phone, now.role) == ("1234", "Styreleder")


def test_two_people_change_the_same_field(app: Flask, world: World) -> None:
    contact, client = made(app, world), Client(app, make.BROKER)
    with app.app_context():
        actions.save_contact(
            make.viewer(make.COLLEAGUE), db.session.get_one(Contact, contact),
            {"phone": "1234", "review_on": "2030-01-02"}, 1,
        )  # fmt: skip
        db.session.commit()
    address, mine = f"/companies/contacts/{contact}/edit", {**FORM, "phone": "5678", "review_on": "5.6.2031"}
    answer = client.post(address, mine, partial=True)
    assert answer.status_code == 409
    assert "5678" in texts(answer)
    assert "2 January 2030" in texts(answer)
    assert stored(app, contact).phone == "1234"
    with app.app_context():
        assert [row.fields["phone"] for row in db.session.query(Conflict)] == ["5678"]
    choice = {**mine, "base_rev": "2", "choose-phone": "mine", "choose-review_on": "theirs"}
    assert client.post(address, choice).status_code == 303
    now = stored(app, contact)
    assert (now.phone, now.review_on) == ("5678", date(2030, 1, 2))


# --- review ---------------------------------------------------------------------------------------------------


def due(app: Flask, world: World, by: str = make.BROKER, days: int = 1, **given: object) -> UUID:
    """A contact that should have been looked at."""
    day = clock.today() - timedelta(days=days)
    return made(app, world, by, review_on=day.isoformat(), **given)


def test_due_contacts_of_the_cluster_and_of_oneself(app: Flask, world: World) -> None:
    due(app, world, name="Min Egen")
    due(app, world, make.COLLEAGUE, name="Kollegas Kontakt")
    due(app, world, name="Ikke Ennå", days=-30)
    due(app, world, make.OTHER_BROKER, company=world.other_company, name="Naboens Kontakt")
    client = Client(app, make.BROKER)
    cluster, mine = (texts(client.get(f"/companies/contacts/due?whose={one}")) for one in ("cluster", "mine"))
    assert "Min Egen" in cluster
    assert "Kollegas Kontakt" in cluster
    assert "Min Egen" in mine
    assert "Kollegas Kontakt" not in mine
    assert "Ikke Ennå" not in cluster + mine
    assert "Naboens Kontakt" not in cluster + mine
    lead = texts(Client(app, make.LEAD).get("/companies/contacts/due"))
    assert "Min Egen" in lead
    assert "Naboens Kontakt" in lead
    assert "Still right" not in lead
    assert Client(app, make.MANAGER).get("/companies/contacts/due").status_code == 403


def test_still_right_moves_the_day_and_is_logged(app: Flask, world: World) -> None:
    contact, client = due(app, world), Client(app, make.BROKER)
    assert "It is time to look these facts over" in texts(client.get(f"/companies/contacts/{contact}"))
    answer = client.post(f"/companies/contacts/{contact}/confirm", {"whose": "mine"})
    assert answer.headers["Location"] == "/companies/contacts/due?whose=mine"
    assert "None to look over today" in texts(client.follow(answer))
    now = stored(app, contact)
    assert (now.review_on, now.revision) == (actions.next_review(clock.today()), 2)
    client.post(f"/companies/contacts/{contact}/confirm")
    assert stored(app, contact).revision == 2
    lines = audited(app, "contact still right")
    assert [(line.subject_id, line.detail) for line in lines] == [(str(contact), None)]
    assert "To be looked at again" in texts(client.get(f"/companies/contacts/{contact}"))


def test_lists_page_by_key_and_queries_do_not_grow(app: Flask, world: World) -> None:
    client, counts = Client(app, make.BROKER), []
    part = f"/companies/parts/contacts/{world.company}"
    for number in (1, 30):
        for place in range(number):
            due(app, world, name=f"Navn {number:02d}-{place:02d}", days=2 + place % 3)
        counted = []
        for address in (part, "/companies/contacts/due"):
            with statements() as sent:
                client.get(address, partial=True)
            counted.append(len(sent))
        counts.append(counted)
    assert counts[0] == counts[1]
    with app.app_context():
        viewer = make.viewer(make.BROKER)
        first = queries.contacts_of(viewer, world.company)
        rest = queries.contacts_of(viewer, world.company, first.after)
        late = queries.due_contacts(viewer, clock.today(), own=False)
        later = queries.due_contacts(viewer, clock.today(), own=False, after=late.after)
        after = first.after
    for one, two in ((first, rest), (late, later)):
        assert (len(one.rows), len(two.rows), two.after) == (25, 6, "")
        assert not {contact.id for contact in one.rows} & {contact.id for contact in two.rows}
    more = client.get(f"{part}?after={after}", partial=True).get_data(as_text=True)
    assert more.startswith('<div id="contact_rows-')
    assert client.get(f"{part}?after=nonsense").status_code == 200
    assert client.get("/companies/contacts/due?after=nonsense", partial=True).status_code == 200


# --- address card ---------------------------------------------------------------------------------------------


def test_card_is_a_file_for_an_address_book(app: Flask, world: World) -> None:
    contact = made(app, world, name="Åse Øyjord", email="ase@ranfjord.example")
    answer = Client(app, make.LEAD).get(f"/companies/contacts/{contact}/card.vcf")
    assert answer.mimetype == "text/vcard"
    assert "attachment" in answer.headers["Content-Disposition"]
    card = answer.get_data(as_text=True)
    assert card.startswith("BEGIN:VCARD\r\nVERSION:3.0\r\n")
    assert "\r\nFN:Åse Øyjord\r\n" in card
    assert "\r\nEMAIL;TYPE=INTERNET:ase@ranfjord.example\r\n" in card
