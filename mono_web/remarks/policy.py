"""Who may read and make remarks and notes. The rules of a record itself come from the subjects registry."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    true,
    tuple_,
)

from mono_web.core import subjects
from mono_web.core.access import Viewer
from mono_web.core.db import Fixed
from mono_web.remarks.models import RESOLVABLE, Act, Note, Remark

_NOBODY = [-1]


_OF_RECORD = and_(Act.subject_type == Note.subject_type, Act.subject_id == Note.subject_id)


def _later_than_widening(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether the note is younger than the last time its record was opened to more people."""
    widened = select(func.max(Act.at)).where(_OF_RECORD, Act.verb == "widened", *which)
    return func.coalesce(Note.made_at > widened.correlate(Note).scalar_subquery(), true())


# Sending a draft opens it, too. A note on the draft was written where the only name shown was the writer's own, so
# that it stays theirs alone, as the draft's versions do.
_sent = select(func.min(Act.at)).where(_OF_RECORD, Act.verb == "sent").correlate(Note).scalar_subquery()
AFTER_SENDING = func.coalesce(Note.made_at >= _sent, true())
# Who took the record over later, and could not read it before; the act's reason ends with their id.
_later_handover = and_(_OF_RECORD, Act.verb == "handed_over", Act.at >= Note.made_at)
_LET_IN = exists().where(_later_handover, Act.reason.like("% -> +" + cast(bindparam("me"), String))).correlate(Note)
# The same of everybody, a line for each: for naming those who can read.
LET_IN_SINCE = (
    select(func.aggregate_strings(Act.reason, "\n"))
    .where(_later_handover, Act.reason.like("% -> +%"))
    .correlate(Note)
    .scalar_subquery()
)


# A note is like a version of its record: widening opens what is written from then on and nothing older, since who
# wrote it was shown the names of that time. An older note stays with who could read it: its author, the record's,
# mentors and leads; and the cluster, where the record was open to the cluster before.
OPEN_TO_ALL = _later_than_widening()
OPEN_TO_CLUSTER = _later_than_widening(Act.reason.not_like("cluster -> %"))
# A note that those whom the widening let in cannot read, whatever audience is printed on it.
KEPT_BACK = case(
    (Note.audience == "only_me", false()),
    (not_(AFTER_SENDING), true()),
    (Note.audience == "cluster", not_(OPEN_TO_CLUSTER)),
    (Note.audience == "programme", not_(OPEN_TO_ALL)),
    else_=false(),
)
_REVIEWS = or_(Note.subject_author_id == bindparam("me"), Note.programme_id.in_(bindparam("leading", expanding=True)))
_IN_CLUSTER = tuple_(Note.programme_id, Note.cluster_id).in_(bindparam("places", expanding=True))

# The notes whose audience a person belongs to (`note_params`), and their own. Together with the record's own
# `visible_to`.
_TO_ME = or_(
    and_(
        Note.audience == "author_mentor",
        or_(
            Note.subject_author_id == bindparam("me"),
            Note.programme_id.in_(bindparam("reviewing", expanding=True)),
        ),
    ),
    and_(Note.audience == "mentors_leads", Note.programme_id.in_(bindparam("leading", expanding=True))),
    and_(Note.audience == "cluster", _IN_CLUSTER, or_(_REVIEWS, and_(not_(_LET_IN), OPEN_TO_CLUSTER))),
    and_(
        Note.audience == "programme",
        Note.programme_id.in_(bindparam("members", expanding=True)),
        or_(_REVIEWS, and_(not_(_LET_IN), or_(OPEN_TO_ALL, and_(_IN_CLUSTER, OPEN_TO_CLUSTER)))),
    ),
)
VISIBLE_NOTES = or_(Note.author_id == bindparam("me"), and_(AFTER_SENDING, _TO_ME))


def note_params(viewer: Viewer) -> dict[str, Any]:
    """Values for `VISIBLE_NOTES`: the audiences this person belongs to."""
    return {
        "me": viewer.id,
        "places": Fixed(sorted(viewer.places("broker", "cluster_manager")) or [(-1, -1)]),
        "reviewing": Fixed(sorted(viewer.programmes("mentor")) or _NOBODY),
        "leading": Fixed(sorted(viewer.programmes("mentor", "lead")) or _NOBODY),
        "members": Fixed(sorted(viewer.programmes("broker", "mentor", "lead", "cluster_manager")) or _NOBODY),
    }


def can_read_remark(_viewer: Viewer, remark: Remark) -> bool:
    """What `remark_for` gave may be read."""
    return remark is not None


def can_answer(viewer: Viewer, remark: Remark) -> bool:
    """The author of the record, and a reviewer who goes on with the thread; not once it is resolved."""
    if remark.kind not in RESOLVABLE or remark.resolved_at is not None:
        return False
    record = subjects.load(viewer, remark.subject_type, remark.subject_id)
    return record is not None and subjects.get(remark.subject_type).may_answer(viewer, record)


def can_resolve(viewer: Viewer, remark: Remark) -> bool:
    """Who made it, or any reviewer where the maker is none today. To take that back is the same right."""
    record = subjects.load(viewer, remark.subject_type, remark.subject_id)
    known = subjects.get(remark.subject_type)
    if remark.kind not in RESOLVABLE or record is None or not known.may_remark(viewer, record):
        return False
    return remark.author_id == viewer.id or not known.is_reviewer(remark.author_id, record)


def can_remark(viewer: Viewer, subject: subjects.Key) -> bool:
    """Whether this person may make a remark on the record."""
    record = subjects.load(viewer, *subject)
    return record is not None and subjects.get(subject[0]).may_remark(viewer, record)


def can_note(viewer: Viewer, subject: subjects.Key) -> bool:
    """Who may read the record may write a note on it, and read the notes that are for them."""
    return subjects.load(viewer, *subject) is not None


def can_change_note(viewer: Viewer, note: Note) -> bool:
    """Its author alone."""
    return note.author_id == viewer.id


def can_delete_note(viewer: Viewer, note: Note) -> bool:
    """Its author, while nobody else can read it."""
    return can_change_note(viewer, note) and note.audience == "only_me"
