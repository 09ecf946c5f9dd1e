"""Writes over the R&D directory: `environments`, `researchers`, `seed`. They flush, never commit."""

from mono_web.research.actions.environments import environment_fields, record_environment, save_environment
from mono_web.research.actions.researchers import record_researcher, researcher_fields, save_researcher
from mono_web.research.actions.seed import Seeded, seed_environments

__all__ = [
    "Seeded", "environment_fields", "record_environment", "record_researcher", "researcher_fields",
    "save_environment", "save_researcher", "seed_environments",
]  # fmt: skip
