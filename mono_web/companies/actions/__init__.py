"""Writes over undertakings: `records` (the undertakings themselves). They flush, never commit."""

from mono_web.companies.actions.records import (
    NOBODY,
    Made,
    as_fields,
    index,
    record_company,
    record_from_register,
    save_company,
)
from mono_web.companies.models import SUBJECT
from mono_web.companies.register import from_register

__all__ = [
    "NOBODY", "SUBJECT", "Made", "as_fields", "from_register", "index", "record_company", "record_from_register",
    "save_company",
]  # fmt: skip
