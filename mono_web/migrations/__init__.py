"""Alembic: `env` and the versions."""
