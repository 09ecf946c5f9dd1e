"""The gate: who gets in, what a refusal leaves behind, tokens that are missing, foreign or too old."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask, url_for

from mono_web.app import create_app
from mono_web.config import Settings
from mono_web.core import access
from mono_web.core.audit import AuditLine
from mono_web.core.db import db
from mono_web.logbook.models import Entry
from tests import factories as make
from tests.client import PARTIAL, Client, texts
from tests.conftest import Ground
from tests.factories import World


@pytest.fixture
def entry_id(app: Flask, world: World) -> str:
    """An entry that was sent: the mentor reviews it, a colleague of the author does not see it."""
    with app.app_context():
        made = str(make.sent(world).id)
        db.session.commit()
    return made


def lines(app: Flask, verb: str) -> list[AuditLine]:
    with app.app_context():
        return list(db.session.query(AuditLine).filter(AuditLine.verb == verb).order_by(AuditLine.id))


def state(app: Flask, entry_id: str) -> str:
    with app.app_context():
        return db.session.query(Entry.state).filter(Entry.state != "draft").scalar() or ""


def form(world: World, **changed: str) -> dict[str, str]:
    return {
        "action": "send", "record_id": str(uuid4()), "base_rev": "0", "place": f"{world.programme}-{world.act}",
        "company": "Ranfjord Slagg AS", "date": "i går", "hours": "1", "kind": "visit", "form": "physical",
        "held": "yes", "text": "Et besøk.", "audience": "mentor_lead", **changed,
    }  # fmt: skip


# --- refusals -----------------------------------------------------------------------------------------------


def test_refusals_leave_a_line_without_the_text(app: Flask, entry_id: str) -> None:
    reason = {"reason": "Et hemmelig ord"}
    assert Client(app, make.LEAD).post(f"/logbook/{entry_id}/return", reason).status_code == 403
    assert Client(app, make.COLLEAGUE).post(f"/logbook/{entry_id}/return", reason).status_code == 404
    [forbidden], [missing] = lines(app, "refused 403"), lines(app, "refused 404")
    with app.app_context():
        who = [make.person(make.LEAD).id, make.person(make.COLLEAGUE).id]
    assert [forbidden.person_id, missing.person_id] == who
    for line in (forbidden, missing):
        assert (line.subject_id, line.detail) == ("logbook.entry_return", f"entry_id={entry_id}")
    assert state(app, entry_id) == "submitted"


def test_refusal_inside_a_view_leaves_a_line(app: Flask, world: World, entry_id: str) -> None:
    """The version of the draft is the author's alone: the view itself says that there is none."""
    assert Client(app, make.MENTOR).get(f"/logbook/{entry_id}/versions/1").status_code == 404
    assert len(lines(app, "refused 404")) == 1
    foreign = form(world, record_id=entry_id)
    assert Client(app, make.COLLEAGUE).post("/logbook/new", foreign).status_code == 404
    assert len(lines(app, "refused 404")) == 2
    assert Client(app, make.COLLEAGUE).post(f"/logbook/parts/working-copy/{entry_id}", foreign).status_code == 404
    assert len(lines(app, "refused 404")) == 3


def test_unknown_address_is_no_refusal(app: Flask, world: World) -> None:
    assert Client(app, make.BROKER).get("/no/such/page").status_code == 404
    assert lines(app, "refused 404") == []


def test_refusal_says_the_same_of_hidden_and_missing(app: Flask, entry_id: str) -> None:
    """Nobody learns from the answer that there is an entry."""
    browser = Client(app, make.COLLEAGUE)

    def told(one: str) -> str:
        page = browser.get(f"/logbook/{one}")
        assert page.status_code == 404
        return re.sub(r"[0-9a-f-]{36}|~\S+|value=\"[^\"]*\"|X-CSRFToken[^']*|\d\d[.:]\d\d", "", page.text)

    assert told(entry_id) == told(str(uuid4()))


# --- without a log-in ---------------------------------------------------------------------------------------


def test_stranger_is_led_to_the_log_in_and_back(app: Flask, world: World) -> None:
    answer = Client(app).get("/logbook/?state=draft")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/logbook/?state%3Ddraft")
    partial = app.test_client().get("/logbook/", headers=PARTIAL)
    assert partial.status_code == 401
    assert "Location" not in partial.headers
    assert "HX-Redirect" not in partial.headers


def test_head_and_options(app: Flask, world: World, entry_id: str) -> None:
    browser = Client(app, make.MENTOR)
    head = browser.http.head(f"/logbook/{entry_id}")
    assert (head.status_code, head.get_data()) == (200, b"")
    assert browser.http.head("/admin/").status_code == 403
    for http in (browser.http, app.test_client()):
        options = http.options(f"/logbook/{entry_id}/accept")
        assert b"Ombruk" not in options.get_data()
        assert options.status_code in (200, 303)
    assert state(app, entry_id) == "submitted"


def test_other_methods_are_refused(app: Flask, world: World, entry_id: str) -> None:
    browser = Client(app, make.BROKER)
    for method in ("PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"):
        answer = browser.http.open(f"/logbook/{entry_id}/delete", method=method)
        assert answer.status_code == 405, method
    assert browser.http.post(f"/logbook/{entry_id}/print").status_code == 405


# --- tokens -------------------------------------------------------------------------------------------------


def test_every_post_needs_a_token(app: Flask, world: World) -> None:
    """Walks the URL map: without a token nothing is carried out anywhere."""
    values: dict[str, Any] = {
        "IntegerConverter": 1, "UUIDConverter": uuid4(), "UnicodeConverter": "x", "AnyConverter": "programme",
        "SubjectConverter": ("entry", uuid4()),
    }  # fmt: skip
    browser = Client(app, make.ADMIN)
    tried = 0
    with app.test_request_context():
        addresses = {
            rule.endpoint: url_for(
                rule.endpoint, **{name: values[type(one).__name__] for name, one in rule._converters.items()}
            )
            for rule in app.url_map.iter_rules()
            if "POST" in (rule.methods or ())
        }
    for endpoint, address in addresses.items():
        needed = access.requirement_of(app.view_functions[endpoint])
        answer = browser.http.post(address, data={"csrf_token": "", "lang": "en"})
        public = needed is not None and needed.rule is access.public
        # A page for everybody shows its form again, or is not there at all; nothing else lets it in.
        assert answer.status_code in ((200, 404, 422) if public else (422,)), (endpoint, answer.status_code)
        tried += 1
    assert tried > 40
    assert Client(app, make.ADMIN).get("/").status_code == 200  # logged in still: /logout was not carried out


@pytest.mark.parametrize("token", ["", "x", "~", "x~y", "\x00", "a" * 10_000])
def test_without_a_token_nothing_is_carried_out(app: Flask, world: World, token: str) -> None:
    browser = Client(app, make.BROKER)
    answer = browser.post("/logbook/new", form(world, csrf_token=token, text="Skal ikke lagres"))
    assert answer.status_code == 422
    assert "Skal ikke lagres" not in answer.text
    with app.app_context():
        assert db.session.query(Entry).count() == 0


def test_token_of_another_person_shows_nothing(app: Flask, world: World) -> None:
    other = Client(app, make.COLLEAGUE).token()
    answer = Client(app, make.BROKER).post("/logbook/new", form(world, csrf_token=other, text="Hennes ord"))
    assert answer.status_code == 422
    assert "Hennes ord" not in answer.text


def test_own_token_of_an_older_session_shows_the_form_filled(app: Flask, world: World) -> None:
    old = Client(app, make.BROKER).token()
    browser = Client(app, make.BROKER)
    fields = form(world, csrf_token=old, text="Skrevet i den gamle økten", outcome="Et utfall")
    answer = browser.post("/logbook/new", fields)
    assert answer.status_code == 422
    assert "The page had become too old to send" in texts(answer)
    assert "Skrevet i den gamle økten" in answer.text
    assert "Et utfall" in answer.text
    with app.app_context():
        assert db.session.query(Entry).count() == 0
    fresh = re.search(r'name="csrf_token" value="([^"]+)"', answer.text)
    assert fresh
    assert fresh[1] != old
    assert browser.post("/logbook/new", {**fields, "csrf_token": fresh[1]}).status_code == 303


def test_htmx_with_an_old_token_is_refused_and_leaves_the_form(app: Flask, world: World) -> None:
    old = Client(app, make.BROKER).token()
    answer = Client(app, make.BROKER).post("/logbook/new", form(world, csrf_token=old), partial=True)
    assert answer.status_code == 422


def test_old_token_carries_out_no_button(app: Flask, entry_id: str) -> None:
    old = Client(app, make.MENTOR).token()
    for act in ("start", "accept"):
        answer = Client(app, make.MENTOR).post(f"/logbook/{entry_id}/{act}", {"csrf_token": old})
        assert answer.status_code == 422
    assert state(app, entry_id) == "submitted"


def test_token_in_the_header_counts(app: Flask, entry_id: str) -> None:
    browser = Client(app, make.MENTOR)
    header = {"X-CSRFToken": browser.token()}
    assert browser.http.post(f"/logbook/{entry_id}/start", headers=header).status_code == 303
    assert state(app, entry_id) == "in_review"


# --- the start ----------------------------------------------------------------------------------------------


def test_unguarded_view_is_never_run(ground: Ground, tmp_path: Path) -> None:
    """Even if one got past the start-up check."""
    shutil.copy(ground.peopled, tmp_path / "mono.sqlite")
    app = create_app(Settings(instance=tmp_path, testing=True))
    app.add_url_rule("/open", "open_show", lambda: "secret")
    assert access.unguarded_views(app) == ["open_show"]
    assert app.test_client().get("/open").status_code == 404


def test_rule_is_asked_again_under_the_lock(app: Flask, entry_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the gate and the lock the mentor's role ends: the act is refused."""
    from mono_web.logbook.views import review

    inner = access.begin_write

    def late() -> None:
        with app.app_context():
            make.person(make.MENTOR).roles[0].ends_on = make.day(1)
            db.session.commit()
        inner()

    monkeypatch.setattr(review, "begin_write", late)
    answer = Client(app, make.MENTOR).post(f"/logbook/{entry_id}/start")
    assert answer.status_code in (403, 404)
    assert state(app, entry_id) == "submitted"
