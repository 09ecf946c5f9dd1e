"""Follow-ups: who sees and finishes them, and the two buttons."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from mono_web.accounts import actions as accounts
from mono_web.core import clock
from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from mono_web.followups import policy, queries
from mono_web.followups.models import FollowUp
from tests import factories as make
from tests.client import Client, texts
from tests.factories import World

STEP = "Ring SINTEF om lekkasjen"


def promised(app: Flask, world: World, **changed: Any) -> UUID:
    """The id of the broker's follow-up, due today, made by an entry that was sent."""
    with app.app_context():
        given: dict[str, Any] = {"next_step": STEP, "next_step_date": clock.today(), **changed}
        entry = make.sent(world, **given)
        db.session.commit()
        found = db.session.scalar(select(FollowUp).where(FollowUp.subject_id == entry.id))
        assert found is not None
        return found.id


def is_done(app: Flask, followup_id: UUID) -> bool:
    """Whether it is marked."""
    with app.app_context():
        found = db.session.get(FollowUp, followup_id)
        assert found is not None
        return found.done_at is not None


# People by what the table of rights gives them on an entry of the default audience, and on one the cluster may read.
RIGHTS = {
    make.BROKER: ("do", "do"),
    make.COLLEAGUE: ("", "do"),
    make.OTHER_BROKER: ("", ""),
    make.MENTOR: ("do", "do"),  # also a broker of the cluster, and reads every entry
    make.LEAD: ("read", "read"),
    make.MANAGER: ("", ""),
    make.OBSERVER: ("", ""),
    make.ADMIN: ("", ""),
    make.STRANGER: ("", ""),
    make.PREDECESSOR_BROKER: ("", ""),
}


def test_rights_follow_the_table(app: Flask, world: World) -> None:
    closed, opened = promised(app, world), promised(app, world, audience="cluster")
    with app.test_request_context():
        for email, rights in RIGHTS.items():
            for followup_id, right in zip((closed, opened), rights, strict=True):
                found = queries.followup_for(make.viewer(email), followup_id)
                assert (found is not None) == (right != ""), email
                if found is not None:
                    assert policy.can_finish(make.viewer(email), found) == (right == "do"), email


@pytest.mark.parametrize(
    ("email", "status"), [(make.BROKER, 303), (make.COLLEAGUE, 404), (make.LEAD, 403), (make.STRANGER, 404)]
)
@pytest.mark.parametrize("verb", ["done", "reopen"])
def test_answer_by_person(app: Flask, world: World, email: str, status: int, verb: str) -> None:
    followup_id = promised(app, world)
    response = Client(app, email).post(f"/followups/{followup_id}/{verb}")
    assert response.status_code == status
    assert is_done(app, followup_id) == (email == make.BROKER and verb == "done")


def test_confidential_entry_closes_its_follow_up(app: Flask, world: World) -> None:
    followup_id = promised(app, world, audience="programme", confidential=True)
    assert Client(app, make.COLLEAGUE).post(f"/followups/{followup_id}/done").status_code == 404
    assert Client(app, make.BROKER).post(f"/followups/{followup_id}/done").status_code == 303


def test_unknown_follow_up_is_not_found(app: Flask, world: World) -> None:
    assert Client(app, make.BROKER).post(f"/followups/{uuid4()}/done").status_code == 404


def test_role_that_ended_finishes_nothing(app: Flask, world: World) -> None:
    followup_id = promised(app, world)
    with app.app_context():
        (role,) = make.person(make.BROKER).roles
        accounts.end_role(role, make.day(1))
        db.session.commit()
    assert Client(app, make.BROKER).post(f"/followups/{followup_id}/done").status_code == 404


def test_done_partial_offers_undo(app: Flask, world: World) -> None:
    followup_id = promised(app, world)
    client = Client(app, make.BROKER)
    done = client.post(f"/followups/{followup_id}/done", partial=True)
    body = done.get_data(as_text=True)
    assert done.status_code == 200
    assert body.lstrip().startswith(f'<li id="task_row-{followup_id}" data-done')
    assert "data-focus" in body
    assert f"/followups/{followup_id}/reopen" in body
    assert 'hx-target="#melding"' in body
    assert "The task is done" in body
    assert "followups:task-changed" in done.headers["HX-Trigger"]
    assert is_done(app, followup_id)

    undone = client.post(f"/followups/{followup_id}/reopen", partial=True)
    assert f"/followups/{followup_id}/done" in undone.get_data(as_text=True)
    assert not is_done(app, followup_id)


def test_done_without_scripts_shows_row_with_undo(app: Flask, world: World) -> None:
    followup_id = promised(app, world)
    client = Client(app, make.BROKER)
    page = client.follow(client.post(f"/followups/{followup_id}/done"))
    assert "The task is done" in texts(page)
    assert f"/followups/{followup_id}/reopen" in page.get_data(as_text=True)
    assert STEP not in texts(client.get("/"))
    page = client.follow(client.post(f"/followups/{followup_id}/reopen"))
    assert STEP in texts(page)


def test_done_twice_is_one_line_in_the_log(app: Flask, world: World) -> None:
    followup_id = promised(app, world)
    client = Client(app, make.BROKER)
    for _ in range(2):
        assert client.post(f"/followups/{followup_id}/done").status_code == 303
    with app.app_context():
        lines = db.session.scalars(select(AuditLine).where(AuditLine.verb == "follow-up done")).all()
        assert len(lines) == 1
        assert STEP not in (lines[0].detail or "")


def test_old_token_is_refused(app: Flask, world: World) -> None:
    followup_id = promised(app, world)
    response = Client(app, make.BROKER).post(f"/followups/{followup_id}/done", {"csrf_token": "old"})
    assert response.status_code == 422
    assert not is_done(app, followup_id)


@pytest.mark.parametrize(
    ("day", "sunday"),
    [(date(2021, 11, 8), date(2021, 11, 14)), (date(2021, 11, 14), date(2021, 11, 14))],
)
def test_week_ends_on_sunday(day: date, sunday: date) -> None:
    assert queries.end_of_week(day) == sunday
