"""The pages of undertakings: `records` (list, page, form, suggestions), `lookup` and `refresh` (the register),
`merging` (doubles), `contacts`, `traces` (what is held on one person)."""

from mono_web.companies.views import contacts, lookup, merging, records, refresh, traces
from mono_web.companies.views.blueprint import bp

__all__ = ["bp", "contacts", "lookup", "merging", "records", "refresh", "traces"]
