"""Reads over undertakings: `records` (the undertakings themselves), `doubles` (what may be there
twice), `contacts`."""

from mono_web.companies.queries.contacts import (
    ContactPage,
    company_with_contacts,
    contact_for,
    contact_number,
    contact_versions,
    contacts_of,
    due_contacts,
    sought,
)
from mono_web.companies.queries.doubles import (
    Pair,
    Pairs,
    as_they_are_now,
    doubles_for,
    merging_for,
    mergings_of,
    name_of,
)
from mono_web.companies.queries.records import (
    PAGE,
    SUGGESTIONS,
    Page,
    by_number,
    by_numbers,
    companies_by_id,
    companies_for,
    company_for,
    meant,
    named,
    parse_orgnr_or_none,
    suggestions,
    twins,
)

__all__ = [
    "PAGE", "SUGGESTIONS", "ContactPage", "Page", "Pair", "Pairs", "as_they_are_now", "by_number",
    "by_numbers", "companies_by_id", "companies_for", "company_for", "company_with_contacts", "contact_for",
    "contact_number", "contact_versions", "contacts_of", "doubles_for", "due_contacts", "meant", "merging_for",
    "mergings_of", "name_of", "named", "parse_orgnr_or_none", "sought", "suggestions", "twins",
]  # fmt: skip
