"""Routes of programmes: the pages with what takes part, and the forms of the three kinds of records."""

from mono_web.programmes.views import pages, records
from mono_web.programmes.views.blueprint import bp

__all__ = ["bp", "pages", "records"]
