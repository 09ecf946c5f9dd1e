"""Two records of one undertaking become one, and two again: every row is where it was."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, text

from mono_web.accounts import actions as accounts
from mono_web.companies import actions, queries
from mono_web.companies.models import Company, CompanyMerging, Contact
from mono_web.core import clock
from mono_web.core.db import Base, db
from mono_web.core.errors import DomainError
from mono_web.logbook import actions as logbook
from mono_web.logbook.models import Entry, EntryCompany
from mono_web.programmes.models import Programme
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World


def double(world: World, name: str = "RANFJORD SLAGG A/S", **more: Any) -> UUID:
    """The world's undertaking once more, under another spelling."""
    made = actions.record_company(name, municipality="Rana", cluster_id=world.act, **more)
    db.session.commit()
    return made.company.id


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """Everything that is stored, but for histories and logs."""
    apart = {"audit_line", "revision", "company_merging", "search_document", "once"}
    return {
        table.name: sorted((tuple(row) for row in db.session.execute(select(table))), key=str)
        for table in Base.metadata.sorted_tables
        if table.name not in apart
    }


def linked(company_id: UUID) -> set[UUID]:
    """The entries about an undertaking."""
    return set(db.session.scalars(select(EntryCompany.entry_id).where(EntryCompany.company_id == company_id)))


def merge(kept_id: UUID, gone_id: UUID, by: str = make.BROKER) -> UUID:
    kept, gone = db.session.get_one(Company, kept_id), db.session.get_one(Company, gone_id)
    merging = actions.merge_companies(make.viewer(by), kept, gone, {})
    db.session.commit()
    return merging.id


def undo(merging_id: UUID, by: str = make.BROKER) -> actions.Undone:
    done = actions.undo_merging(make.viewer(by), db.session.get_one(CompanyMerging, merging_id))
    db.session.commit()
    return done


def test_two_brokers_make_the_same_company_merge_and_undo(app: Flask, world: World) -> None:
    with app.app_context():
        other = double(world)
        one, two = make.sent(world), make.sent(world, make.COLLEAGUE, companies=(other,))
        both = make.draft(world, companies=(world.company, other))
        db.session.commit()
        before = rows()
        merging_id = merge(world.company, other)
        assert linked(world.company) == {one.id, two.id, both.id}
        assert linked(other) == set()
        assert queries.company_for(make.viewer(make.BROKER), other).id == world.company  # type: ignore[union-attr]
        done = undo(merging_id)
        assert (done.gone, done.fields) == (0, [])
        after = rows()
        for kept in (before, after):  # the number of the last revision grows
            kept["company"] = [tuple(v for v in row if not isinstance(v, int)) for row in kept["company"]]
        assert after == before


def test_what_was_made_since_stays_and_is_listed(app: Flask, world: World) -> None:
    with app.app_context():
        other = double(world)
        moved = make.sent(world, companies=(other,)).id
        db.session.commit()
        merging_id = merge(world.company, other)
        later = make.sent(world, title="Etter sammenslåingen").id
        db.session.commit()
        since = actions.made_since(db.session.get_one(CompanyMerging, merging_id))
        assert [(row.table, row.key["entry_id"]) for row in since] == [("entry_company", later)]
    page = texts(Client(app, make.BROKER).get(f"/companies/mergings/{merging_id}"))
    assert "Etter sammenslåingen" in page
    with app.app_context():
        undo(merging_id)
        assert linked(world.company) == {later}
        assert linked(other) == {moved}


def test_rows_that_went_elsewhere_meanwhile_stay_there(app: Flask, world: World) -> None:
    with app.app_context():
        other = double(world)
        entry = make.draft(world, companies=(other,))
        db.session.commit()
        merging_id = merge(world.company, other)
        db.session.execute(text("DELETE FROM entry_company WHERE entry_id = :id"), {"id": entry.id.hex})
        db.session.commit()
        done = undo(merging_id)
        assert (done.back, done.gone) == (0, 1)
        assert linked(other) == set()


def test_field_that_was_changed_since_stays(app: Flask, world: World) -> None:
    with app.app_context():
        other = double(world, website="slagg.example")
        merging_id = merge(world.company, other)
        kept = db.session.get_one(Company, world.company)
        actions.save_company(make.viewer(make.BROKER), kept, {"website": "nytt.example"}, kept.revision)
        db.session.commit()
        assert undo(merging_id).fields == ["website"]
        assert db.session.get_one(Company, world.company).website == "nytt.example"


def test_number_moves_to_the_one_that_stays_and_back(app: Flask, world: World) -> None:
    with app.app_context():
        other = double(world)
        merging_id = merge(other, world.company)
        found = queries.by_number("310279323")
        assert found is not None
        assert found.id == other
        undo(merging_id)
        found = queries.by_number("310279323")
        assert found is not None
        assert found.id == world.company


def test_two_numbers_are_two_undertakings(app: Flask, world: World) -> None:
    with app.app_context():
        other = double(world, orgnr="311263315")
        with pytest.raises(DomainError, match="different organisation numbers"):
            merge(world.company, other)
        db.session.rollback()
    answer = Client(app, make.BROKER).post(f"/companies/{world.company}/merge/{other}")
    assert answer.status_code == 422
    assert "two undertakings" in texts(answer)


def test_merging_twice_and_undoing_twice(app: Flask, world: World) -> None:
    with app.app_context():
        second, third = double(world), double(world, "Ranfjord-Slagg AS")
        first = merge(world.company, second)
        later = merge(third, world.company)
        assert queries.company_for(make.viewer(make.BROKER), second).id == third  # type: ignore[union-attr]
        with pytest.raises(DomainError, match="merged again"):
            undo(first)
        db.session.rollback()
        undo(later)
        undo(first)
        with pytest.raises(DomainError, match="undone already"):
            undo(first)


def test_pairs_are_proposed_until_somebody_tells_them_apart(app: Flask, world: World) -> None:
    with app.app_context():
        other = double(world)
        double(world, "Ranfjord Slagg AS", orgnr="311263315")  # another number: another undertaking
        actions.record_company("Ranfjord Slagg AS", municipality="Narvik", cluster_id=world.act)  # another place
        db.session.commit()
        pairs = queries.doubles_for(make.viewer(make.BROKER)).rows
        assert {world.company, other} in [{pair.one.id, pair.other.id} for pair in pairs]
        assert all(not (pair.one.orgnr and pair.other.orgnr) for pair in pairs)
        assert all({pair.one.municipality, pair.other.municipality} != {"Rana", "Narvik"} for pair in pairs)
    client = Client(app, make.BROKER)
    assert "RANFJORD SLAGG A/S" in texts(client.get("/companies/doubles"))
    client.follow(client.post(f"/companies/{world.company}/apart/{other}"))
    with app.app_context():
        told = [{pair.one.id, pair.other.id} for pair in queries.doubles_for(make.viewer(make.BROKER)).rows]
        assert {world.company, other} not in told


def test_preview_merging_and_undoing_over_http(app: Flask, world: World) -> None:
    with app.app_context():
        other = double(world, website="slagg.example", form="AS")
        make.sent(world, make.COLLEAGUE, companies=(other,), title="Hemmelig for megleren")
        make.sent(world, companies=(other,), title="Min egen")
        db.session.commit()
    client = Client(app, make.BROKER)
    page = texts(client.get(f"/companies/{world.company}/merge/{other}"))
    assert "Log entries: 1" in page  # the colleague's is not for this person, and is not counted
    answer = client.post(f"/companies/{world.company}/merge/{other}", {"choose-name": "theirs"})
    card = client.follow(answer)
    assert "RANFJORD SLAGG A/S" in texts(card)
    assert client.get(f"/companies/{other}").status_code == 200
    with app.app_context():
        merging_id = db.session.scalars(select(CompanyMerging.id)).one()
    shown = texts(client.follow(client.post(f"/companies/mergings/{merging_id}/undo")))
    assert "Undone on" in shown
    assert "Make them two again" not in shown
    with app.app_context():
        assert db.session.get_one(Company, world.company).name == "Ranfjord Slagg AS"


@pytest.mark.parametrize(
    ("email", "status"),
    [(make.BROKER, 200), (make.LEAD, 200), (make.OTHER_BROKER, 403), (make.MENTOR, 200), (make.MANAGER, 403),
     (make.OBSERVER, 404), (make.ADMIN, 404), (make.STRANGER, 404)],
)  # fmt: skip
def test_who_may_merge(app: Flask, world: World, email: str, status: int) -> None:
    with app.app_context():
        other = double(world)
        merging_id = None
        if status != 200:
            merging_id = merge(world.company, double(world, "Ranfjord Slagg a s"))
    client = Client(app, email)
    address = f"/companies/{world.company}/merge/{other}"
    assert client.get(address).status_code == status
    if merging_id:
        assert client.post(address).status_code == status
        assert client.get(f"/companies/mergings/{merging_id}").status_code == status
        assert client.post(f"/companies/mergings/{merging_id}/undo").status_code == status


def test_old_version_of_an_entry_comes_back_with_the_one_that_stayed(app: Flask, world: World) -> None:
    with app.app_context():
        other = double(world)
        entry = make.draft(world, companies=(other,))
        logbook.save_entry(make.viewer(make.BROKER), entry, make.content(world, text="Ny tekst", companies=(other,)), 1)
        db.session.commit()
        entry_id = entry.id
        merge(world.company, other)
        logbook.bring_back(make.viewer(make.BROKER), db.session.get_one(Entry, entry_id), 1)
        db.session.commit()
        assert linked(world.company) == {entry_id}
        assert linked(other) == set()


def test_contacts_are_not_counted_for_who_may_not_read_them(app: Flask, world: World) -> None:
    with app.app_context():
        other = double(world)
        db.session.add(Contact(company_id=other, name="Roar", created_at=clock.now()))
        elsewhere = Programme(code="annet", name="Et annet program", starts_on=make.day(100))
        db.session.add(elsewhere)
        db.session.flush()
        accounts.give_role(make.person(make.STRANGER), "lead", make.day(90), None, elsewhere.id, None)
        db.session.commit()
    address = f"/companies/{world.company}/merge/{other}"
    assert "Contacts: 1" in texts(Client(app, make.BROKER).get(address))
    assert "Contacts" not in texts(Client(app, make.STRANGER).get(address))
