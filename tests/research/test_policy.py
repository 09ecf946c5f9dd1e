"""Who reads and who writes the directory."""

from __future__ import annotations

import pytest
from flask import Flask

from mono_web.core.db import db
from mono_web.research import actions, policy, queries
from tests import factories as make
from tests.factories import World

WRITERS = [make.BROKER, make.OTHER_BROKER, make.MENTOR, make.PREDECESSOR_BROKER]
READERS = [*WRITERS, make.LEAD, make.MANAGER, make.OTHER_MANAGER]
OTHERS = [make.OBSERVER, make.ADMIN, make.STRANGER]


@pytest.mark.parametrize("email", [*READERS, *OTHERS])
def test_people_and_rights(app: Flask, world: World, email: str) -> None:
    with app.app_context():
        viewer = make.viewer(email)
        home = actions.record_environment({"name": "Tareforsk", "themes": ["tare"]}, viewer.id)
        who = {"name": "Tone", "environment": str(home.id), "unit": "", "link": "", "themes": []}
        researcher = actions.record_researcher(who, viewer.id)
        reads = email in READERS
        assert policy.can_read_research(viewer) is reads
        assert policy.can_read(viewer, environment=home) is reads
        assert policy.can_read(viewer, researcher=researcher) is reads
        assert not policy.can_read(viewer)
        assert policy.can_write(viewer, environment=home) is (email in WRITERS)
        assert policy.can_seed(viewer) is (email in (*WRITERS, make.LEAD))
        assert policy.can_read_matches(viewer) is (email in (*WRITERS, make.LEAD))
        assert (queries.environment_for(viewer, home.id) is home) is reads
        assert (queries.researcher_for(viewer, researcher.id) is researcher) is reads
        assert bool(queries.environments_for(viewer).rows) is reads
        assert bool(queries.researchers_for(viewer).rows) is reads
        assert bool(queries.suggestions(viewer, "t")) is reads
        assert bool(queries.themes_for(viewer)) is reads
        assert bool(queries.choices_for(viewer)) is reads
        db.session.rollback()
