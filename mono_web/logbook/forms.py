"""Forms of the logbook, and the words for its codes."""

from __future__ import annotations

from mono_web.core.i18n import lazy_gettext as _l

KIND_LABELS = {
    "visit": _l("Company visit"),
    "dialogue_meeting": _l("Dialogue meeting"),
    "digital_meeting": _l("Digital meeting"),
    "phone": _l("Phone"),
    "email": _l("E-mail"),
    "network_meeting": _l("Network meeting"),
    "other": _l("Other"),
}
FORM_LABELS = {"physical": _l("Physical"), "digital": _l("Digital")}
HELD_LABELS = {"yes": _l("Held"), "cancelled": _l("Cancelled"), "postponed": _l("Postponed")}
AUDIENCE_LABELS = {
    "mentor_lead": _l("Mentor and project lead"),
    "cluster": _l("Everyone in the cluster"),
    "programme": _l("The whole programme"),
}
STATE_LABELS = {
    "draft": _l("Draft"),
    "submitted": _l("Submitted"),
    "in_review": _l("In review"),
    "returned": _l("Returned"),
    "answered": _l("Answered"),
    "accepted": _l("Accepted"),
    "locked": _l("Locked"),
    "withdrawn": _l("Withdrawn"),
}
