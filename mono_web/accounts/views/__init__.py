"""Routes of accounts: the door (log-in, links, language), the own profile, people and the audit log."""

from mono_web.accounts.views import audit, door, held, people, profile, roles
from mono_web.accounts.views.blueprint import bp

__all__ = ["audit", "bp", "door", "held", "people", "profile", "roles"]
