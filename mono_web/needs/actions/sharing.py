"""The abstract: released with the undertaking's consent, and taken back."""

from __future__ import annotations

from mono_web.core import clock
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.needs.actions.records import withdraw_release
from mono_web.needs.models import SUBJECT, Need
from mono_web.remarks import actions as remarks


def release_abstract(viewer: Viewer, need: Need, consent_by: str) -> None:
    """Let the other clusters of the programme read the abstract. `consent_by`: who at the undertaking agreed."""
    if need.confidential:
        raise DomainError(_l("A confidential need shares nothing. Lift that first"))
    if not need.abstract:
        raise DomainError(_l("Write the abstract first: it is what the others read"))
    if not consent_by:
        raise DomainError(_l("Write who at the undertaking has agreed"), "consent_by")
    if need.shared:
        return
    need.abstract_released_on, need.abstract_consent_by = clock.today(), consent_by
    db.session.flush()
    remarks.act(SUBJECT, need.id, viewer.id, "shared", consent_by, need.revision)


def take_back_abstract(viewer: Viewer, need: Need) -> None:
    """The others read it no more. Pressed twice, the first time counts."""
    if need.shared:
        withdraw_release(viewer, need)
        db.session.flush()
