"""Routes of the logbook: lists, transfer, the form, the entry's page, its review and its history, handing over."""

from mono_web.logbook.views import entry, form, handover, history, listing, review, transfer
from mono_web.logbook.views.blueprint import bp

__all__ = ["bp", "entry", "form", "handover", "history", "listing", "review", "transfer"]
