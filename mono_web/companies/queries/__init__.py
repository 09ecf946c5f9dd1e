"""Reads over undertakings: `records` (the undertakings themselves)."""

from mono_web.companies.queries.records import (
    PAGE,
    SUGGESTIONS,
    Page,
    by_number,
    companies_by_id,
    companies_for,
    company_for,
    named,
    parse_orgnr_or_none,
    suggestions,
    twins,
)

__all__ = [
    "PAGE", "SUGGESTIONS", "Page", "by_number", "companies_by_id", "companies_for", "company_for", "named",
    "parse_orgnr_or_none", "suggestions", "twins",
]  # fmt: skip
