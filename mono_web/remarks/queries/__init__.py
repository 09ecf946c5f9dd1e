"""Reads over remarks, notes and acts. Each takes the person first.

`single` (one remark or note, and the acts of a review), `threads` (all that hangs on a record, ready to be
shown), `readers` (who can read a note, by name), `mentions` (where people are named).
"""

from mono_web.remarks.queries.mentions import HOLDERS
from mono_web.remarks.queries.readers import Readers, note_readers
from mono_web.remarks.queries.single import acts_of, last_reasons, note_for, remark_for, review_for, subject_for
from mono_web.remarks.queries.threads import AnswerView, NoteView, RemarkView, Tally, Thread, tally, thread_for

__all__ = [
    "HOLDERS", "AnswerView", "NoteView", "Readers", "RemarkView", "Tally", "Thread", "acts_of", "last_reasons",
    "note_for", "note_readers", "remark_for", "review_for", "subject_for", "tally", "thread_for",
]  # fmt: skip
