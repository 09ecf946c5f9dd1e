"""Who can read a note, by name: shown before it is written, and before it is opened to more people."""

from __future__ import annotations

from sqlalchemy import select

from mono_web.accounts import queries as accounts
from mono_web.core import subjects
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.remarks import policy
from mono_web.remarks.models import AUDIENCES, Note

_HOW_OPEN = select(policy.AFTER_SENDING, policy.OPEN_TO_CLUSTER, policy.OPEN_TO_ALL, policy.LET_IN_SINCE)
# Name by id, for each audience.
Readers = dict[str, dict[int, str]]


def note_readers(viewer: Viewer, subject: subjects.Key, record: object, note: Note | None = None) -> Readers:
    """Who could read this person's note today, audience by audience: never wider than the record's readers.

    A note that is there keeps the place the record had when it was written, and is kept back from those who were
    let in since; a new one takes today's place.
    """
    known = subjects.get(subject[0])
    programme_id, cluster_id, writer_id = (
        (note.programme_id, note.cluster_id, note.subject_author_id) if note else known.place(record)
    )
    mentors = dict(accounts.holders(["mentor"], programme_id))
    leads = dict(accounts.holders(["lead"], programme_id))
    cluster = dict(accounts.holders(["broker", "cluster_manager"], programme_id, cluster_id))
    others = dict(accounts.holders(["broker", "cluster_manager"], programme_id))
    if note:
        always = accounts.names_of([writer_id]) | mentors | leads
        sent, to_cluster, to_all, let_in = db.session.execute(_HOW_OPEN.where(Note.id == note.id)).one()
        if not sent:
            return {audience: {viewer.id: viewer.name} for audience in AUDIENCES}
        late = {int(one.rpartition("+")[2]) for one in (let_in or "").split() if "+" in one}
        before = {one: name for one, name in others.items() if one not in late}
        cluster = _both(cluster, always | before if to_cluster else always)
        others = _both(others, always | (before if to_all else cluster))
    found: Readers = {
        "only_me": {},
        "author_mentor": accounts.names_of([writer_id]) | mentors,
        "mentors_leads": mentors | leads,
        "cluster": cluster,
        "programme": others | mentors | leads,
    }
    readers = known.readers(record)
    return {
        audience: {viewer.id: viewer.name} | {one: name for one, name in people.items() if one in readers}
        for audience, people in found.items()
    }


def _both(one: dict[int, str], other: dict[int, str]) -> dict[int, str]:
    return {person: name for person, name in one.items() if person in other}
