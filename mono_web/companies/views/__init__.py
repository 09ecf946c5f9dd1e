"""The pages of undertakings: `records` (list, page, form, suggestions)."""

from mono_web.companies.views import records
from mono_web.companies.views.blueprint import bp

__all__ = ["bp", "records"]
