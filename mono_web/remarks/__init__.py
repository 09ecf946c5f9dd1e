"""Remarks, answers, notes with an audience, and the acts of a review: over any subject.

A remark has a kind (question, praise, must_fix, idea), sits on the whole record or on one of its fields, is
answered and resolved. A note prints its audience and is never wider than the readers of what it hangs on; when
that is opened to more people, older notes stay closed to them.
An act is a step of the review (sent, returned, accepted ...) with who, when, and the reason.
"""
