"""Who may search. What they find is decided by the `visible_to` of entries and undertakings."""

from __future__ import annotations

from mono_web.companies import policy as companies
from mono_web.core.access import Viewer


def can_search(viewer: Viewer) -> bool:
    """Whoever holds a role that reads content: not the observer, not the admin, nobody without a role."""
    return companies.can_read_companies(viewer)
