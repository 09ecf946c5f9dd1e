"""Routes of remarks and answers (`remarks`) and of notes (`notes`)."""

from mono_web.remarks.views import notes, remarks
from mono_web.remarks.views.blueprint import bp

__all__ = ["bp", "notes", "remarks"]
