"""What a broker leaves behind when their role has ended, and how the lead hands it over."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Flask

from mono_web.accounts import actions as accounts
from mono_web.core import clock
from mono_web.core.db import db
from mono_web.logbook import actions as logbook
from mono_web.logbook.models import SUBJECT
from mono_web.remarks import actions as remarks
from tests import factories as make
from tests.client import Client
from tests.factories import World

LIST = "/logbook/handover/"


@dataclass(frozen=True)
class Estate:
    """What a broker leaves behind: ids by name, and the address of the page that hands it over."""

    draft: UUID
    returned: UUID
    accepted: UUID
    sent: UUID
    address: str


def end_role(email: str) -> None:
    """The broker's role has ended yesterday."""
    for role in make.person(email).roles:
        if role.kind == "broker":
            accounts.end_role(role, make.day(1))


def leave_behind(app: Flask, world: World) -> Estate:
    """Ingrid's role has ended: a draft, a returned entry with a step, an accepted one with a step, one that is sent."""
    with app.test_request_context():
        step = {"next_step": "Ring Roar", "next_step_date": clock.today()}
        draft = make.draft(world, title="Kladden min", text="zqkladd")
        returned = make.draft(world, title="Returnert sak", text="zqforsending")
        author = make.viewer(make.BROKER)
        now = make.content(world, title="Returnert sak", text="Slik den ble sendt.", **step)
        logbook.save_entry(author, returned, now, returned.revision)
        logbook.send_entry(author, returned)
        key = (SUBJECT, returned.id)
        remarks.make_note(author, key, "only_me", "zqbareingrid")
        remarks.make_note(author, key, "author_mentor", "zqingridogmentor")
        remarks.make_remark(make.viewer(make.MENTOR), key, "question", "Hva veit ingen?", "text")
        logbook.return_entry(make.viewer(make.MENTOR), returned, "Hva er det konkret dere ikke vet?")
        accepted = make.accepted(world, title="Godkjent sak", next_step="Send rapporten", next_step_date=clock.today())
        sent = make.sent(world, title="Sendt sak")
        db.session.commit()
        end_role(make.BROKER)
        db.session.commit()
        address = f"{LIST}{world.programme}-{author.id}"
        return Estate(draft.id, returned.id, accepted.id, sent.id, address)


def person_id(app: Flask, email: str) -> str:
    with app.app_context():
        return str(make.person(email).id)


def hand(app: Flask, estate: Estate, taker: str = make.COLLEAGUE, *entries: UUID) -> None:
    """The lead lets somebody take over: these entries, or all."""
    chosen = [str(one) for one in entries or (estate.returned, estate.accepted)]
    done = Client(app, make.LEAD).post(estate.address, {"chosen": chosen, "taker": person_id(app, taker)})
    assert done.status_code == 303
