"""What is held on one person: shown whole, and taken away everywhere without a figure changing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from mono_web.companies import actions
from mono_web.companies.models import Company, Contact
from mono_web.core import fulltext, revisions
from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from mono_web.core.revisions import Conflict, Revision, WorkingCopy
from mono_web.logbook import actions as logbook
from mono_web.logbook.models import Entry, EntryCompany
from mono_web.remarks import actions as remarks
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World

NAME = "Zqroar Hemnes"


@dataclass
class Traces:
    """Ids of what names the contact."""

    contact: UUID
    entry: UUID
    hidden: UUID
    draft: UUID
    elsewhere: UUID


@pytest.fixture
def traces(app: Flask, world: World) -> Traces:
    """A contact who took part in entries of several people and clusters, and is named in texts of all kinds."""
    with app.app_context():
        made = _build(world)
        db.session.commit()
        return made


def _build(world: World) -> Traces:
    author = make.viewer(make.BROKER)
    company = db.session.get_one(Company, world.company)
    fields = {"name": "Zqroar Hemnæs", "role": "Zqrole", "email": "zqroar@ranfjord.example", "phone": "900 00 111",
              "source": "zqsource", "legal_basis": "zqbasis", "language_form": "nn"}  # fmt: skip
    contact = actions.record_contact(author.id, company, fields)
    actions.save_contact(author, contact, {"name": NAME}, 1)
    entry = make.sent(world, participants=f"{NAME}; Anne Lillevik", text="Uten navn.", title="Ombruk")
    named = make.content(
        world, participants=f"{NAME}; Anne Lillevik", title="Ombruk", next_step=f"Ring {NAME}",
        text=f"{NAME} sier at zqroar@ranfjord.example og 90000111 virker. Nora Hemnesberg er en annen.",
    )  # fmt: skip
    logbook.save_entry(author, entry, named, entry.revision)
    remarks.make_remark(make.viewer(make.MENTOR), ("entry", entry.id), "question", f"Hva sa {NAME}?", "text")
    remarks.make_note(make.viewer(make.COLLEAGUE), ("entry", _open(world).id), "only_me", f"Husk {NAME}")
    hidden = make.sent(world, make.OTHER_BROKER, cluster_id=world.betong, participants=NAME, text=f"Om {NAME}.",
                       companies=(world.other_company,))  # fmt: skip
    draft = make.draft(world, make.COLLEAGUE, participants=f"Ola og {NAME}", text="Kladd.")
    # Not saved: an entry that is there, one that is not, and a text that met another one.
    for record, by in ((entry.id, make.BROKER), (uuid4(), make.COLLEAGUE)):
        form = {"participants": [f"{NAME}; Ola"], "text": [f"Mer om {NAME}"], "record_id": [str(record)]}
        revisions.put_working_copy("entry", record, make.viewer(by).id, 1, form)
    db.session.add(revisions.conflict_row("entry", entry.id, author.id, 1, 2, {"participants": NAME, "text": NAME}))
    elsewhere = make.sent(world, participants=NAME, text="Annet sted.", companies=(world.other_company,))
    return Traces(contact.id, entry.id, hidden.id, draft.id, elsewhere.id)


def _open(world: World) -> Entry:
    return make.sent(world, audience="cluster", participants="Ola", text="Åpen.")


def held(client: Client, traces: Traces) -> dict[str, Any]:
    """The file of everything that is held on the contact."""
    answer = client.get(f"/companies/contacts/{traces.contact}/held.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.get_json()
    return found


def everything(app: Flask, but: tuple[str, ...] = ()) -> str:
    """All rows of all tables; the index of the full text keeps its own numbers of words, asked for in another test."""
    with app.app_context():
        connection = db.session.connection()
        tables = [name for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        rows = [str(connection.execute(text(f'SELECT * FROM "{name}"')).all()) for name in tables
                if name not in but and not fulltext.is_own_table(name)]  # fmt: skip
    return "\n".join(rows).replace("\\\\u00e6", "æ").replace("\\u00e6", "æ")


def figures(app: Flask) -> dict[str, Any]:
    """What indicators are counted from."""
    with app.app_context():
        counted = select(func.count(Entry.id), func.sum(Entry.minutes), func.count(func.distinct(Entry.kind)))
        return {
            "entries": db.session.execute(counted).one(),
            "kinds": sorted(db.session.execute(select(Entry.kind, Entry.state, Entry.minutes)).all()),
            "undertakings": db.session.scalar(select(func.count(func.distinct(EntryCompany.company_id)))),
            "companies": db.session.scalar(select(func.count(Company.id))),
            "contacts": db.session.execute(select(Contact.company_id, Contact.language_form, Contact.source_on)).all(),
            "people": sorted(len(line.split(";")) for line in db.session.scalars(select(Entry.participants))),
            "versions": db.session.scalar(select(func.count(Revision.id)).where(Revision.subject_type == "entry")),
        }  # fmt: skip


# --- everything that is held ----------------------------------------------------------------------------------


def test_file_holds_every_place_that_may_be_read(app: Flask, world: World, traces: Traces) -> None:
    content = held(Client(app, make.BROKER), traces)
    assert content["contact"]["name"] == NAME
    assert content["contact"]["email"] == "zqroar@ranfjord.example"
    assert content["undertaking"]["name"] == "Ranfjord Slagg AS"
    assert [one["name"] for one in content["versions"]] == [NAME, "Zqroar Hemnæs"]
    found = {(one["kind"], one["part"], one["id"]): one for one in content["named_in"]}
    entry = str(traces.entry)
    assert found["entry", "people", entry]["lines"] == [{"field": "Participants", "text": f"{NAME}; Anne Lillevik"}]
    assert {line["field"] for line in found["entry", "text", entry]["lines"]} == {"The text", "Next step"}
    assert found["entry", "people", str(traces.elsewhere)]["certain"]
    assert {kind for kind, _part, _id in found} == {"entry", "remark", "followup"}
    # In the other cluster: took part, and a text. A colleague's draft and two texts that are nowhere stored; a note.
    assert content["named_where_you_may_not_read"] == 2 + 1 + 2 + 1
    assert found["entry", "people", entry]["older_versions"] == 5


def test_page_says_the_same_and_shows_nothing_hidden(app: Flask, world: World, traces: Traces) -> None:
    page = texts(Client(app, make.BROKER).get(f"/companies/contacts/{traces.contact}/held"))
    assert "The name stands in 6 more places that you may not read" in page
    assert f"Participants: {NAME} ; Anne Lillevik" in page
    assert "Hva sa" in page
    for secret in ("Om Zqroar", "Husk Zqroar", "Ola og", "Mer om"):
        assert secret not in page
    lead = texts(Client(app, make.LEAD).get(f"/companies/contacts/{traces.contact}/held"))
    assert "Om Zqroar" in lead
    assert "Husk Zqroar" not in lead


def test_lines_of_a_confidential_entry_are_a_reading(app: Flask, world: World) -> None:
    with app.app_context():
        company = db.session.get_one(Company, world.company)
        contact = actions.record_contact(None, company, {"name": NAME}).id
        entry = make.sent(world, participants=NAME, confidential=True).id
        db.session.commit()
    for email in (make.BROKER, make.LEAD):
        Client(app, email).get(f"/companies/contacts/{contact}/held")
    with app.app_context():
        lines = db.session.query(AuditLine).filter_by(verb="read confidential").all()
        assert [(line.person_id, line.subject_id) for line in lines] == [(make.viewer(make.LEAD).id, str(entry))]


def test_every_kind_of_record_is_looked_through(app: Flask, world: World) -> None:
    """And each is cleaned: texts around the review, own notes, what was written of other contacts."""
    with app.app_context():
        author, mentor = make.viewer(make.BROKER), make.viewer(make.MENTOR)
        company = db.session.get_one(Company, world.company)
        company.note = f"Spør {NAME}"
        contact = actions.record_contact(author.id, company, {"name": NAME, "source": f"{NAME} selv"}).id
        actions.record_contact(author.id, company, {"name": "Anne Lillevik", "source": f"Anbefalt av {NAME}"})
        accepted = make.accepted(world)
        logbook.add_addendum(author, accepted, f"{NAME} ringte")
        entry = make.returned(world)
        remark = remarks.make_remark(mentor, ("entry", entry.id), "question", "Hva?", "text")
        remarks.answer(author, remark, f"Det {NAME} sa")
        remarks.make_note(author, ("entry", entry.id), "cluster", f"{NAME} er god")
        logbook.withdraw(author, make.sent(world), f"{NAME} vil ikke")
        db.session.commit()
    client, address = Client(app, make.BROKER), f"/companies/contacts/{contact}/anonymise"
    keys = boxes(client.get(address).get_data(as_text=True))
    kinds = ["act", "addendum", "answer", "company", "contact", "note"]
    assert sorted(key.split(":")[0] for key in keys) == kinds
    client.post(address, {"place": keys})
    assert NAME not in everything(app)


# --- taking it away -------------------------------------------------------------------------------------------


def boxes(page: str) -> list[str]:
    """The keys of the places that are offered."""
    return [part.split('"')[0] for part in page.split('name="place" value="')[1:]]


def test_preview_counts_and_asks(app: Flask, world: World, traces: Traces) -> None:
    before = everything(app, ("audit_line", "login_session"))
    answer = Client(app, make.BROKER).get(f"/companies/contacts/{traces.contact}/anonymise")
    page = texts(answer)
    assert "This cannot be undone" in page
    # The entries about the undertaking and the other one; the other cluster's, the draft, the unsaved one.
    assert "Replaced in any case 5" in page
    assert "3 places that you may not read." in page
    assert "Also in 3 places that you may not read" in page
    kinds = sorted(key.split(":")[0] for key in boxes(answer.get_data(as_text=True)))
    assert kinds == ["entry", "followup", "remark"]
    assert everything(app, ("audit_line", "login_session")) == before


def test_name_is_gone_everywhere(app: Flask, world: World, traces: Traces) -> None:
    client, address = Client(app, make.BROKER), f"/companies/contacts/{traces.contact}/anonymise"
    before = figures(app)
    keys = boxes(client.get(address).get_data(as_text=True))
    page = texts(client.follow(client.post(address, {"place": keys, "unseen": "1"})))
    assert "The contact is anonymised" in page
    assert "The name is replaced in 11 places" in page
    left = everything(app)
    for secret in ("Zqroar", "zqroar", "Hemnes;", "Hemnæs", "Zqrole", "zqsource", "zqbasis", "90000111", "900 00 111"):
        assert secret not in left, secret
    assert figures(app) == before
    with app.app_context():
        entry = db.session.get_one(Entry, traces.entry)
        assert entry.participants == "Contact 1; Anne Lillevik"
        assert entry.text.startswith("Contact 1 sier at Contact 1 og Contact 1 virker. Nora Hemnesberg")
        for one in revisions.of("entry", traces.entry):
            assert one.fields["participants"] == "Contact 1; Anne Lillevik"
        assert {row.fields["participants"] for row in db.session.query(Conflict)} == {"Contact 1"}
        assert [row.fields["participants"] for row in db.session.query(WorkingCopy)] == [["Contact 1; Ola"]] * 2
        assert db.session.get_one(Entry, traces.draft).participants == "Ola og Contact 1"
        contact = db.session.get_one(Contact, traces.contact)
        assert (contact.name, contact.role, contact.review_on, contact.language_form) == ("Contact 1", "", None, "nn")
        assert contact.anonymised_at is not None
    assert "Nothing fits" not in texts(client.get("/search?q=Ombruk"))
    assert str(traces.entry) not in client.get("/search?q=Zqroar+Hemnes").get_data(as_text=True).split("<main")[1]


def test_log_tells_of_each_place_and_not_the_name(app: Flask, world: World, traces: Traces) -> None:
    client, address = Client(app, make.BROKER), f"/companies/contacts/{traces.contact}/anonymise"
    client.post(address, {"place": [f"entry:text:{traces.entry}"]})
    with app.app_context():
        lines = db.session.query(AuditLine).filter_by(verb="name replaced").all()
        assert ("entry", str(traces.entry), "text") in {(one.subject_type, one.subject_id, one.detail) for one in lines}
        assert len(lines) == 6
        done = db.session.query(AuditLine).filter_by(verb="contact anonymised").one()
        assert (done.subject_id, done.detail) == (str(traces.contact), "6 places")
        assert not [one for one in db.session.query(AuditLine) if "Zqroar" in (one.detail or "")]


def test_full_text_follows(app: Flask, world: World, traces: Traces) -> None:
    def found(words: str) -> set[UUID]:
        with app.app_context():
            expression = fulltext.match_expression(words)
            assert expression is not None
            return {one for _key, one in db.session.execute(fulltext.hits(expression, "entry"))}

    assert {traces.entry, traces.hidden, traces.draft, traces.elsewhere} <= found("zqroar hemnes")
    client, address = Client(app, make.BROKER), f"/companies/contacts/{traces.contact}/anonymise"
    client.post(address, {"place": boxes(client.get(address).get_data(as_text=True)), "unseen": "1"})
    assert found("zqroar hemnes") == set()
    assert traces.entry in found("contact 1")


def test_text_that_was_not_ticked_stays(app: Flask, world: World, traces: Traces) -> None:
    Client(app, make.BROKER).post(f"/companies/contacts/{traces.contact}/anonymise", {"place": ["nonsense"]})
    with app.app_context():
        entry, hidden = db.session.get_one(Entry, traces.entry), db.session.get_one(Entry, traces.hidden)
        assert entry.participants == "Contact 1; Anne Lillevik"
        assert entry.text.startswith(NAME)
        assert (hidden.participants, hidden.text) == ("Contact 1", f"Om {NAME}.")


def test_hidden_place_cannot_be_picked_by_its_key(app: Flask, world: World, traces: Traces) -> None:
    given = {"place": [f"entry:text:{traces.hidden}"]}
    Client(app, make.BROKER).post(f"/companies/contacts/{traces.contact}/anonymise", given)
    with app.app_context():
        assert db.session.get_one(Entry, traces.hidden).text == f"Om {NAME}."


def test_namesake_elsewhere_is_left_to_the_broker(app: Flask, world: World, traces: Traces) -> None:
    with app.app_context():
        other = db.session.get_one(Company, world.other_company)
        actions.record_contact(None, other, {"name": NAME})
        db.session.commit()
    client, address = Client(app, make.BROKER), f"/companies/contacts/{traces.contact}/anonymise"
    assert f"entry:people:{traces.elsewhere}" in boxes(client.get(address).get_data(as_text=True))
    client.post(address)
    with app.app_context():
        assert db.session.get_one(Entry, traces.elsewhere).participants == NAME
        assert db.session.get_one(Entry, traces.hidden).participants == NAME
        assert db.session.get_one(Entry, traces.entry).participants == "Contact 1; Anne Lillevik"


def test_anonymised_contact_stays_and_is_closed(app: Flask, world: World, traces: Traces) -> None:
    client, address = Client(app, make.BROKER), f"/companies/contacts/{traces.contact}"
    for _time in range(2):  # pressed twice
        assert client.post(f"{address}/anonymise").headers["Location"] == address
    page = texts(client.get(address))
    assert "Contact 1" in page
    assert "Nothing tells any more who this was" in page
    for gone in ("/card.vcf", "/held", "/held.json"):
        assert client.get(f"{address}{gone}").status_code == 404
    assert client.post(f"{address}/edit", {"name": NAME, "base_rev": "1"}).status_code == 403
    assert client.post(f"{address}/confirm").status_code == 403
    assert "anonymised" in texts(client.get(f"/companies/parts/contacts/{world.company}"))
    with app.app_context():
        assert {one.fields["name"] for one in revisions.of("contact", traces.contact)} == {"Contact 1"}
