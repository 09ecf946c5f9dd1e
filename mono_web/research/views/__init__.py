"""The pages of the R&D directory: `environments`, `researchers`, `lookup` (NVA)."""

from mono_web.research.views import environments, lookup, researchers
from mono_web.research.views.blueprint import bp

__all__ = ["bp", "environments", "lookup", "researchers"]
