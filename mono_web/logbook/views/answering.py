"""What a reviewer has asked of the one who writes: shown beside the form, and looked after on sending back."""

from __future__ import annotations

from dataclasses import dataclass

from mono_web.core.access import Viewer
from mono_web.logbook import actions
from mono_web.logbook.forms import EntryForm
from mono_web.logbook.models import SUBJECT, Entry
from mono_web.remarks import queries as remarks
from mono_web.remarks.queries import RemarkView

_UNANSWERED = "entry:unanswered"


@dataclass(frozen=True)
class Asked:
    """Why an entry was returned, by whom, and the remarks that are still open."""

    reason: str
    by: str
    remarks: list[RemarkView]


def asked(viewer: Viewer, entry: Entry) -> Asked | None:
    """What a returned entry waits for; None for any other one."""
    if entry.state != "returned":
        return None
    acts = [act for act in remarks.acts_of(SUBJECT, entry.id) if act.verb == "returned"]
    thread = remarks.thread_for(viewer, SUBJECT, entry.id, entry)
    open_still = [one for one in thread.remarks if one.resolved_at is None and one.kind != "praise"]
    return Asked(acts[-1].reason, acts[-1].person or "", open_still) if acts else None


def left_unanswered(viewer: Viewer, entry: Entry) -> int:
    """How many remarks want an answer, where none has one and the text is as the reviewer read it; else 0."""
    if entry.state != "returned" or entry.revision != entry.read_revision:
        return 0
    tally = remarks.thread_for(viewer, SUBJECT, entry.id, entry).tally
    return 0 if tally.answered else tally.answerable


def asks_first(viewer: Viewer, form: EntryForm, entry: Entry, content: actions.Content) -> bool:
    """Whether sending back is to be asked about once: nothing is changed and nothing answered."""
    seen = (form.seen_warnings.data or "").split()
    if _UNANSWERED in seen or actions.as_fields(content) != actions.as_fields(actions.content_of(entry)):
        return False
    form.unanswered = left_unanswered(viewer, entry)
    if form.unanswered:
        form.seen_warnings.data = " ".join(sorted([*seen, _UNANSWERED]))
    return bool(form.unanswered)
