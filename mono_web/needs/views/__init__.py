"""Routes of needs. Importing the package registers them all."""

from mono_web.needs.views import history, listing, matching, moving, page, record, sharing
from mono_web.needs.views.blueprint import bp

__all__ = ["bp", "history", "listing", "matching", "moving", "page", "record", "sharing"]
