"""Who may read and write the R&D directory."""

from __future__ import annotations

from sqlalchemy import Select, false, select

from mono_web.core.access import Viewer
from mono_web.research.models import Environment, Researcher

READERS = ("broker", "mentor", "lead", "cluster_manager")


def can_read_research(viewer: Viewer) -> bool:
    """Everyone who works in a programme; not the observer, not the admin. The matches have rules of their own."""
    return viewer.has(*READERS)


def visible_to(viewer: Viewer) -> Select[Environment]:
    """The environments this person may see."""
    return select(Environment) if can_read_research(viewer) else select(Environment).where(false())


def researchers_visible_to(viewer: Viewer) -> Select[Researcher]:
    """The researchers this person may see."""
    return select(Researcher) if can_read_research(viewer) else select(Researcher).where(false())


def can_read(viewer: Viewer, environment: Environment | None = None, researcher: Researcher | None = None) -> bool:
    """What the loaders gave may be read."""
    return (environment is not None or researcher is not None) and can_read_research(viewer)


def can_read_matches(viewer: Viewer) -> bool:
    """Who reads matches at all; for whom the directory is all there is, it shows no place for them."""
    return viewer.has("broker", "mentor", "lead")


def can_write(viewer: Viewer, environment: Environment | None = None, researcher: Researcher | None = None) -> bool:
    """The directory is common to all clusters: every broker writes in it."""
    return viewer.has("broker")


def can_seed(viewer: Viewer) -> bool:
    """Who may begin the directory with the list that comes with MoNo."""
    return viewer.has("broker", "lead")
