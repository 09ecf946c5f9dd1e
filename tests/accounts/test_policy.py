"""Who may read and manage people: every role, every rule."""

from __future__ import annotations

import pytest
from flask import Flask

from mono_web.accounts import policy, queries
from mono_web.core.db import db
from tests import factories as make
from tests.factories import World

# role: reads people, manages people, reads the audit log
TABLE = {
    make.BROKER: (False, False, False),
    make.MENTOR: (False, False, False),
    make.LEAD: (True, False, False),
    make.MANAGER: (False, False, False),
    make.OBSERVER: (False, False, False),
    make.ADMIN: (True, True, True),
    make.STRANGER: (False, False, False),
}


@pytest.mark.parametrize("email", TABLE)
def test_rules_of_role(app: Flask, world: World, email: str) -> None:
    with app.app_context():
        viewer = make.viewer(email)
        found = (
            policy.can_read_people(viewer),
            policy.can_manage_people(viewer),
            policy.can_read_audit(viewer),
        )
        assert found == TABLE[email]
        seen = db.session.scalars(policy.visible_to(viewer)).all()
        assert len(seen) == (len(make.PEOPLE) if TABLE[email][0] else 0)


@pytest.mark.parametrize("email", [email for email in TABLE if email != make.ADMIN])
def test_audit_log_is_empty_for_others(app: Flask, world: World, email: str) -> None:
    with app.app_context():
        assert queries.audit_for(make.viewer(email)).lines == []
