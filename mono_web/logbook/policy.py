"""Who may read a log entry and do what with it (access.md, row by row).

`VISIBLE` is one CASE over the entry's own columns: portable, decided for each row, and deliberately of no use
to an index, so that the order of a list decides the query plan and not the person who asks.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, false, or_, select, true, tuple_

from mono_web.accounts import queries as accounts
from mono_web.core.access import Viewer
from mono_web.core.db import Fixed
from mono_web.core.revisions import Revision, Version
from mono_web.logbook.models import CLOSED, EDITABLE, WITH_REVIEWER, Entry

_WORKS_THERE = Entry.programme_id.in_(bindparam("working", expanding=True))
VISIBLE = case(
    (and_(Entry.author_id == bindparam("me"), or_(Entry.state == "draft", _WORKS_THERE)), true()),
    (Entry.state == "draft", false()),
    (and_(Entry.taker_id == bindparam("me"), _WORKS_THERE), true()),
    (Entry.programme_id.in_(bindparam("reading", expanding=True)), true()),
    (or_(Entry.confidential, Entry.state == "withdrawn"), false()),
    (
        Entry.audience == "cluster",
        tuple_(Entry.programme_id, Entry.cluster_id).in_(bindparam("places", expanding=True)),
    ),
    (Entry.audience == "programme", Entry.programme_id.in_(bindparam("members", expanding=True))),
    else_=false(),
)
_NONE = [-1]  # an expanding IN is never empty: one constant is cheaper than the empty set's subquery


def visible_params(viewer: Viewer) -> dict[str, Any]:
    """Values for `VISIBLE`: what the roles held today amount to."""
    return {
        "me": viewer.id,
        "working": Fixed(sorted(viewer.programmes("broker")) or _NONE),
        "reading": Fixed(sorted(viewer.programmes("mentor", "lead")) or _NONE),
        "places": Fixed(sorted(viewer.places("broker", "cluster_manager")) or [(-1, -1)]),
        "members": Fixed(sorted(viewer.programmes("broker", "cluster_manager")) or _NONE),
    }


def visible_to(viewer: Viewer) -> Select[Entry]:
    """The entries this person may read."""
    return select(Entry).where(VISIBLE).params(**visible_params(viewer))


def can_open_logbook(viewer: Viewer) -> bool:
    """Brokers, mentors, leads and cluster managers; observer and admin read no entries.

    A former broker may still reach the logbook, to fetch their own drafts.
    """
    return viewer.has("broker", "mentor", "lead", "cluster_manager") or not viewer.roles


def can_write(viewer: Viewer) -> bool:
    """Brokers write."""
    return viewer.has("broker")


def can_hand_over(viewer: Viewer, **_: object) -> bool:
    """Leads name who takes over when a broker's role has ended."""
    return viewer.has("lead")


def works_in(viewer: Viewer, programme_id: int) -> bool:
    """Whether the person is a broker of the programme today."""
    return programme_id in viewer.programmes("broker")


def _own(viewer: Viewer, entry: Entry) -> bool:
    """The author, and who took the entry over: as long as they are brokers of the programme."""
    return viewer.id in entry.writers and works_in(viewer, entry.programme_id)


def is_writer(viewer: Viewer, entry: Entry) -> bool:
    """Whether it is this person's to work on; a draft is its author's also after their role has ended."""
    return _own(viewer, entry) or can_delete(viewer, entry)


def can_read(_viewer: Viewer, entry: Entry) -> bool:
    """What `visible_to` gave may be read."""
    return entry is not None


def can_edit(viewer: Viewer, entry: Entry) -> bool:
    """The author, until acceptance."""
    return _own(viewer, entry) and entry.state in EDITABLE


def can_send(viewer: Viewer, entry: Entry) -> bool:
    """The author, when it is their turn."""
    return _own(viewer, entry) and entry.state in ("draft", "returned")


def can_delete(viewer: Viewer, entry: Entry) -> bool:
    """One's own draft, also after the role has ended: nobody else will ever read it."""
    return entry.author_id == viewer.id and entry.state == "draft"


def can_withdraw(viewer: Viewer, entry: Entry) -> bool:
    """The author, from sending to acceptance."""
    return _own(viewer, entry) and (entry.state in (*WITH_REVIEWER, "returned", "accepted"))


def can_add(viewer: Viewer, entry: Entry) -> bool:
    """Addenda: the author, after acceptance."""
    return _own(viewer, entry) and entry.state in CLOSED


def can_change_audience(viewer: Viewer, entry: Entry) -> bool:
    """The author, at any time but after withdrawal."""
    return _own(viewer, entry) and entry.state != "withdrawn"


def reviewers_in(programme_id: int, writers: Collection[int]) -> list[tuple[int, str]]:
    """(id, name) of who reviews what these people work on: mentors other than them, else leads other than them."""
    for kind in ("mentor", "lead"):
        if found := [who for who in accounts.holders([kind], programme_id) if who[0] not in writers]:
            return found
    return []


def is_reviewer(viewer: Viewer, entry: Entry) -> bool:
    """Whether this person reviews this entry. Nobody reviews their own, nor what they took over."""
    if viewer.id in entry.writers:
        return False
    if entry.programme_id in viewer.programmes("mentor"):
        return True
    if entry.programme_id not in viewer.programmes("lead"):
        return False
    return viewer.id in dict(reviewers_in(entry.programme_id, entry.writers))


def can_review(viewer: Viewer, entry: Entry) -> bool:
    """Start reading, return, accept: a reviewer, when it is the reviewer's turn."""
    return entry.state in WITH_REVIEWER and is_reviewer(viewer, entry)


def can_remark(viewer: Viewer, entry: Entry) -> bool:
    """Remarks: a reviewer, on what was sent and is not closed."""
    return entry.state in (*WITH_REVIEWER, "returned") and is_reviewer(viewer, entry)


def can_take_back(viewer: Viewer, entry: Entry) -> bool:
    """Take an acceptance back: a reviewer, until the period is closed."""
    return entry.state == "accepted" and is_reviewer(viewer, entry)


def can_read_review(viewer: Viewer, entry: Entry) -> bool:
    """Remarks, answers and reasons: the author, who took over, the mentors and the leads."""
    return is_writer(viewer, entry) or entry.programme_id in viewer.programmes("mentor", "lead")


def can_answer(viewer: Viewer, entry: Entry) -> bool:
    """Answers: the author while the entry is open, and a reviewer who goes on with the thread."""
    open_still = entry.state in EDITABLE and entry.state != "draft"
    return open_still and (_own(viewer, entry) or is_reviewer(viewer, entry))


def can_read_revision(viewer: Viewer, entry: Entry, revision: Revision | Version) -> bool:
    """Draft revisions stay the author's alone; a widened audience opens only what came after."""
    if revision.private:
        return entry.author_id == viewer.id
    return can_read_review(viewer, entry) or revision.number >= entry.opened_from
