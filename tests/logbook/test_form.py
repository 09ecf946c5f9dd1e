"""Writing entries over HTTP: the new one, the edited one, what is refused, what is kept."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from mono_web.companies.models import Company
from mono_web.core import revisions
from mono_web.core.db import db
from mono_web.core.revisions import Conflict
from mono_web.logbook.models import Entry
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World


def form(world: World, **changed: Any) -> dict[str, Any]:
    """The fields of the form as a broker fills them in."""
    return {
        "action": "send",
        "record_id": str(uuid4()),
        "base_rev": "0",
        "place": f"{world.programme}-{world.act}",
        "company": "Ranfjord Slagg AS",
        "date": "i går",
        "hours": "1:30",
        "participants": "Roar Hemnes",
        "kind": "visit",
        "contact_form": "physical",
        "held": "yes",
        "text": "De kjører slagg til deponi. Ingen vet om det lekker.",
        "audience": "mentor_lead",
        **changed,
    }


def stored(app: Flask) -> list[Entry]:
    with app.app_context():
        return list(db.session.scalars(select(Entry)))


def test_new_form_has_sensible_values(client: Client) -> None:
    page = client.login(make.BROKER).get("/logbook/new")
    assert page.status_code == 200
    assert f'value="{make.day(0):%d.%m.%Y}"' in page.text
    assert "Håkon Leder and Marit Mentor can read it." in texts(page)
    assert "Send to Marit" in texts(page)


def test_new_form_for_other_roles_is_refused(app: Flask, client: Client) -> None:
    for email in (make.LEAD, make.MANAGER, make.OBSERVER, make.ADMIN, make.STRANGER):
        assert Client(app, email).get("/logbook/new").status_code == 403
    assert Client(app).get("/logbook/new").status_code == 303


def test_entry_is_sent(app: Flask, world: World, client: Client) -> None:
    answer = client.login(make.BROKER).post("/logbook/new", form(world))
    assert answer.status_code == 303
    page = client.follow(answer)
    assert "The entry is sent to Marit Mentor" in texts(page)
    [entry] = stored(app)
    assert (entry.state, entry.minutes, entry.title) == (
        "submitted",
        90,
        "De kjører slagg til deponi. Ingen vet om det lekker.",
    )


def test_same_form_sent_twice_is_one_entry(app: Flask, world: World, client: Client) -> None:
    client.login(make.BROKER)
    fields = form(world, op_id=str(uuid4()))
    first = client.post("/logbook/new", fields)
    second = client.post("/logbook/new", fields)
    assert first.status_code == 303
    assert second.status_code in (303, 404, 409)
    assert len(stored(app)) == 1


def test_draft_is_seen_by_its_author_alone(app: Flask, world: World, client: Client) -> None:
    client.login(make.BROKER).post("/logbook/new", form(world, action="save", text="", hours=""))
    [entry] = stored(app)
    assert entry.state == "draft"
    for email in make.PEOPLE:
        status = Client(app, email).get(f"/logbook/{entry.id}").status_code
        assert status == (200 if email == make.BROKER else 404), email


def test_new_company_is_made_when_sent_and_not_before(app: Flask, world: World, client: Client) -> None:
    client.login(make.BROKER)
    new = {
        "company": "Glomen Prosess AS",
        "new_company": "1",
        "new_name": "Glomen Prosess AS",
        "new_orgnr": "",
        "new_municipality": "Meløy",
    }
    draft = form(world, action="save", **new)
    client.post("/logbook/new", draft)
    with app.app_context():
        assert db.session.scalar(select(Company).where(Company.name == "Glomen Prosess AS")) is None
    [entry] = stored(app)
    answer = client.post(f"/logbook/{entry.id}/edit", {**draft, "action": "send", "base_rev": "1"})
    assert answer.status_code == 303
    with app.app_context():
        made = db.session.scalars(select(Company).where(Company.name == "Glomen Prosess AS")).one()
        assert [cluster.code for cluster in made.clusters] == ["act"]


def test_known_number_uses_the_existing_company_and_says_so(app: Flask, world: World, client: Client) -> None:
    client.login(make.BROKER)
    new = {"company": "Et annet navn", "new_company": "1", "new_name": "Et annet navn", "new_orgnr": "310 279 323"}
    page = client.follow(client.post("/logbook/new", form(world, **new)))
    assert "Ranfjord Slagg AS was registered from before" in texts(page)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Company)) == 2


def test_unknown_company_is_asked_for(app: Flask, world: World, client: Client) -> None:
    answer = client.login(make.BROKER).post("/logbook/new", form(world, company="Ranfjord"))
    assert answer.status_code == 422
    assert "Choose an undertaking from the list, or register “Ranfjord” as new" in texts(answer)
    assert "Did you mean?" in texts(answer)
    chosen = re.search(r'name="pick_company" value="([^"]+)"', answer.text)
    assert chosen
    again = client.post("/logbook/new", form(world, company="Ranfjord", action="", pick_company=chosen[1]))
    assert 'value="Ranfjord Slagg AS"' in again.text
    assert stored(app) == []


def test_summary_says_whether_it_is_sending_that_was_refused(app: Flask, world: World, client: Client) -> None:
    client.login(make.BROKER)
    sent = client.post("/logbook/new", form(world, hours="", text=""))
    assert "2 things must be filled in or put right before you can send" in texts(sent)
    saved = client.post("/logbook/new", form(world, action="save", hours="25"))
    assert "One thing must be put right" in texts(saved)
    assert "before you can send" not in texts(saved)


BAD = [
    ({"date": "31.02.2026"}, "There is no such day"),
    ({"date": "snart"}, "Write the date like this"),
    ({"date": "01.01.2099"}, "The date lies ahead"),
    ({"hours": "25"}, "At most 24 hours"),
    ({"hours": "en stund"}, "Write hours as a number"),
    ({"hours": ""}, "Write how many hours it took"),
    ({"text": ""}, "Write a few words about what you talked about"),
    ({"text": "nul\x00tegn"}, "invisible character"),
    ({"text": "snudd \u202etekst"}, "turn the reading direction"),
    ({"text": "Se <script>alert(1)</script>"}, "holds HTML or a script"),
    ({"text": "Nummeret er 01819010001"}, "looks like a national identity number"),
    ({"company": "923609015"}, "The number is not right"),
    ({"new_company": "1", "new_name": "Ny AS", "new_orgnr": "923609015"}, "The number is not right"),
    ({"kind": "seance"}, "Choose one of the possibilities"),
    ({"place": "99-99"}, "Choose one of the possibilities"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "sentence"), BAD)
def test_bad_input_gets_a_sentence_and_keeps_the_rest(
    app: Flask, world: World, client: Client, changed: dict[str, str], sentence: str
) -> None:
    fields = form(world, outcome="Vi ringes i neste uke", **changed)
    answer = client.login(make.BROKER).post("/logbook/new", fields)
    assert answer.status_code == 422
    assert sentence in texts(answer)
    assert "Vi ringes i neste uke" in answer.text
    assert 'value="Roar Hemnes"' in answer.text
    typed = next(iter(changed.values()))
    if "kind" not in changed and "place" not in changed and typed and "\x00" not in typed:
        assert typed.replace("<", "&lt;").replace(">", "&gt;") in answer.text
    assert stored(app) == []


def test_two_megabytes_of_text_come_back_whole(app: Flask, world: World, client: Client) -> None:
    answer = client.login(make.BROKER).post("/logbook/new", form(world, text="x" * 2_000_000))
    assert answer.status_code == 422
    whole, told = "x" * 2_000_000 in answer.text, "The text is too long: 2000000 characters." in answer.text
    assert (whole, told) == (True, True)
    assert stored(app) == []


def test_warning_lets_the_second_send_through(app: Flask, world: World, client: Client) -> None:
    client.login(make.BROKER)
    fields = form(world, text="Konto eller nummer 01819010001")
    first = client.post("/logbook/new", fields)
    assert first.status_code == 422
    seen = re.search(r'name="seen_warnings" value="([^"]+)"', first.text)
    assert seen
    assert client.post("/logbook/new", {**fields, "seen_warnings": seen[1]}).status_code == 303
    assert len(stored(app)) == 1


def test_two_tabs_with_the_same_field_keep_both_texts(app: Flask, world: World, client: Client) -> None:
    with app.app_context():
        entry_id = make.sent(world).id
        db.session.commit()
    client.login(make.BROKER)
    first = form(world, action="save", base_rev="2", text="Betongen herder i saltvann.")
    second = form(world, action="save", base_rev="2", text="Roar ringer på fredag.")
    assert client.post(f"/logbook/{entry_id}/edit", first).status_code == 303
    answer = client.post(f"/logbook/{entry_id}/edit", second)
    assert answer.status_code == 409
    assert "Betongen herder i saltvann." in answer.text
    assert "Roar ringer på fredag." in answer.text
    with app.app_context():
        row = db.session.scalars(select(Conflict)).one()
        assert row.fields["text"] == "Roar ringer på fredag."
        assert db.session.get_one(Entry, entry_id).text == "Betongen herder i saltvann."
    base = re.search(r'name="base_rev" value="(\d+)"', answer.text)
    assert base
    settled = client.post(f"/logbook/{entry_id}/edit", {**second, "base_rev": base[1]})
    assert settled.status_code == 303
    with app.app_context():
        texts_kept = [one.fields["text"] for one in revisions.of("entry", entry_id)]
    assert texts_kept[:2] == ["Roar ringer på fredag.", "Betongen herder i saltvann."]


def test_what_only_the_other_tab_changed_survives_the_conflict(app: Flask, world: World, client: Client) -> None:
    with app.app_context():
        entry_id = make.sent(world, outcome="Gammelt utfall").id
        db.session.commit()
    client.login(make.BROKER)
    client.post(
        f"/logbook/{entry_id}/edit", form(world, action="save", base_rev="2", text="En.", outcome="Nytt utfall")
    )
    mine = form(world, action="save", base_rev="2", text="To.", outcome="Gammelt utfall")
    answer = client.post(f"/logbook/{entry_id}/edit", mine)
    assert answer.status_code == 409
    assert "Nytt utfall" in answer.text
    assert "Gammelt utfall" not in answer.text


def test_keep_theirs_on_the_conflict_page(app: Flask, world: World, client: Client) -> None:
    with app.app_context():
        entry_id = make.sent(world).id
        db.session.commit()
    client.login(make.BROKER)
    client.post(f"/logbook/{entry_id}/edit", form(world, action="save", base_rev="2", text="Den ene."))
    fields = form(world, action="save", base_rev="3", text="Den andre.", **{"choose-text": "theirs"})
    assert client.post(f"/logbook/{entry_id}/edit", fields).status_code == 303
    with app.app_context():
        assert db.session.get_one(Entry, entry_id).text == "Den ene."


def test_rewrite_of_the_same_length_makes_a_version(app: Flask, world: World, client: Client) -> None:
    with app.app_context():
        entry_id = make.draft(world, text="abcd").id
        db.session.commit()
    client.login(make.BROKER).post(f"/logbook/{entry_id}/edit", form(world, action="save", base_rev="1", text="dcba"))
    with app.app_context():
        assert [one.fields["text"] for one in revisions.of("entry", entry_id)] == ["dcba", "abcd"]


def test_working_copy_is_kept_and_offered_to_its_author_alone(app: Flask, world: World, client: Client) -> None:
    client.login(make.BROKER)
    record = str(uuid4())
    fields = form(world, record_id=record, text="Halvskrevet tanke", opened_at="2020-01-01T00:00:00+00:00", tab="en")
    assert client.post(f"/logbook/parts/working-copy/{record}", fields).status_code == 204
    page = client.get(f"/logbook/new?draft={record}")
    assert "Halvskrevet tanke" in page.text
    assert "which is not saved" in texts(page)
    assert stored(app) == []
    assert "Halvskrevet" not in Client(app, make.COLLEAGUE).get(f"/logbook/new?draft={record}").text
    assert client.post("/logbook/new", fields).status_code == 303
    with app.app_context():
        assert revisions.working_copies(make.viewer(make.BROKER).id, "entry") == []


def test_second_tab_does_not_overwrite_a_newer_working_copy(world: World, client: Client) -> None:
    client.login(make.BROKER)
    record = str(uuid4())
    early = "2020-01-01T00:00:00+00:00"
    one = form(world, record_id=record, text="Fane en", opened_at=early, tab="en")
    two = form(world, record_id=record, text="Fane to", opened_at=early, tab="to")
    assert client.post(f"/logbook/parts/working-copy/{record}", one).status_code == 204
    answer = client.post(f"/logbook/parts/working-copy/{record}", two)
    assert answer.status_code == 409
    assert answer.headers["Location"].endswith(f"draft={record}")
    assert "Fane en" in client.get(f"/logbook/new?draft={record}").text


def test_working_copy_of_another_persons_entry_does_not_exist(app: Flask, world: World) -> None:
    with app.app_context():
        entry_id = make.draft(world).id
        db.session.commit()
    fields = form(world, record_id=str(entry_id))
    assert Client(app, make.COLLEAGUE).post(f"/logbook/parts/working-copy/{entry_id}", fields).status_code == 404
    assert Client(app, make.COLLEAGUE).post("/logbook/new", fields).status_code == 404
    with app.app_context():
        assert db.session.get_one(Entry, UUID(str(entry_id))).author_id == make.viewer(make.BROKER).id


def test_future_is_for_cancelled_and_postponed(app: Flask, world: World, client: Client) -> None:
    client.login(make.BROKER)
    ahead = f"{make.day(-10):%d.%m.%Y}"
    assert client.post("/logbook/new", form(world, date=ahead)).status_code == 422
    assert client.post("/logbook/new", form(world, date=ahead, held="postponed")).status_code == 303


def test_form_as_partial_is_the_form_alone(world: World, client: Client) -> None:
    answer = client.login(make.BROKER).post("/logbook/new", form(world, text=""), partial=True)
    assert answer.status_code == 422
    assert answer.text.lstrip().startswith("<form")
    done = client.post("/logbook/new", form(world), partial=True)
    assert (done.status_code, "HX-Redirect" in done.headers) == (204, True)


# --- the undertaking --------------------------------------------------------------------------------------


def test_new_undertaking_of_the_quick_start_is_opened(client: Client) -> None:
    page = client.login(make.BROKER).get("/logbook/new?company=Nyskapt+Tare+AS&company_id=&new_company=1")
    assert re.search(r'name="new_name"[^>]* value="Nyskapt Tare AS"', page.text)
    assert re.search(r'name="new_company" value="1"', page.text)
    numbered = client.get("/logbook/new?company=974+760+673&new_company=1")
    assert re.search(r'name="new_orgnr"[^>]* value="974760673"', numbered.text)
    assert "New undertaking" not in texts(client.get("/logbook/new?company=Nyskapt+Tare+AS"))


def test_registered_name_is_chosen_though_a_new_one_is_asked_for(world: World, client: Client) -> None:
    page = client.login(make.BROKER).get("/logbook/new?company=Ranfjord+Slagg+AS&new_company=1")
    assert f'name="company_id" value="{world.company}"' in page.text


def test_entry_that_is_edited_is_no_earlier_meeting(app: Flask, world: World, client: Client) -> None:
    with app.app_context():
        first, second = make.sent(world).id, make.sent(world, title="Den andre saken").id
        db.session.commit()
    client.login(make.BROKER)
    said = texts(client.get(f"/logbook/{first}/edit"))
    assert "meeting number 2" in said
    assert "Den andre saken" in said
    aside = f"/logbook/parts/company-context?company_id={world.company}"
    assert "Ombruk av slagg" not in texts(client.get(f"{aside}&record_id={first}", partial=True))
    assert "meeting number 2" in texts(client.get(f"{aside}&record_id={second}", partial=True))
    assert "meeting number 3" in texts(client.get(f"{aside}&record_id={uuid4()}", partial=True))


# --- the title --------------------------------------------------------------------------------------------

LONG = "De kjører slagg til deponi hver uke, og ingen i bedriften vet om det lekker mangan til fjorden."


def test_title_nobody_wrote_follows_the_text(app: Flask, world: World, client: Client) -> None:
    fields = form(world, text=LONG)
    client.login(make.BROKER).post("/logbook/new", fields)
    [entry] = stored(app)
    assert entry.title == "De kjører slagg til deponi hver uke, og ingen i bedriften…"
    edit = f"/logbook/{entry.id}/edit"
    assert re.search(r'name="title"[^>]* value=""', client.get(edit).text)
    again = {**fields, "base_rev": str(entry.revision), "text": "Alt er målt på nytt.", "action": "save"}
    assert client.post(edit, again).status_code == 303
    [entry] = stored(app)
    assert entry.title == "Alt er målt på nytt."
    changed = client.get(f"/logbook/{entry.id}/versions?old=1&new={entry.revision}")
    assert "<h2>Title</h2>" not in changed.text


def test_title_somebody_wrote_stays(app: Flask, world: World, client: Client) -> None:
    fields = form(world, text=LONG, title="Mangan i fjorden")
    client.login(make.BROKER).post("/logbook/new", fields)
    [entry] = stored(app)
    again = {**fields, "base_rev": str(entry.revision), "text": "Alt er målt på nytt.", "action": "save"}
    client.post(f"/logbook/{entry.id}/edit", again)
    assert stored(app)[0].title == "Mangan i fjorden"


def test_two_changed_fields_do_not_meet_in_the_title(app: Flask, world: World, client: Client) -> None:
    """One writes the text, the other the hours: the title that follows the text is nobody's change."""
    fields = form(world, text=LONG)
    client.login(make.BROKER).post("/logbook/new", fields)
    [entry] = stored(app)
    based = {**fields, "base_rev": str(entry.revision), "action": "save"}
    assert client.post(f"/logbook/{entry.id}/edit", {**based, "text": "Alt er målt på nytt."}).status_code == 303
    assert client.post(f"/logbook/{entry.id}/edit", {**based, "hours": "3"}).status_code == 303
    [entry] = stored(app)
    assert (entry.title, entry.minutes) == ("Alt er målt på nytt.", 180)
