"""Writes over undertakings. They flush, never commit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from mono_web.companies import queries
from mono_web.companies.models import Company
from mono_web.core import audit, clock, fulltext
from mono_web.core.db import db
from mono_web.core.text import name_key, tidy_line
from mono_web.programmes.models import Cluster

SUBJECT = "company"


@dataclass(frozen=True)
class Made:
    """An undertaking and whether it was known before."""

    company: Company
    known: bool


def record_company(
    name: str,
    *,
    orgnr: str | None = None,
    form: str = "",
    municipality: str = "",
    municipality_code: str | None = None,
    cluster_id: int | None = None,
    made_by: int | None = None,
    source: str = "typed",
    company_id: UUID | None = None,
) -> Made:
    """Register an undertaking; a known number gives the existing one, untouched but for the cluster."""
    known = queries.by_number(orgnr) if orgnr else None
    company = known or Company(
        orgnr=orgnr or None,
        name=tidy_line(name),
        name_key=name_key(name),
        form=form,
        municipality=municipality,
        municipality_code=municipality_code,
        source=source,
        source_on=clock.today(),
        created_at=clock.now(),
        created_by=made_by,
    )
    if known is None:
        if company_id:
            company.id = company_id
        db.session.add(company)
    if cluster_id is not None and (known is None or not company.clusters):
        _join(company, cluster_id)
    db.session.flush()
    if known is None:
        index(company)
        audit.note("company made", SUBJECT, company.id)
    return Made(company, known is not None)


def _join(company: Company, cluster_id: int) -> None:
    cluster = db.session.get(Cluster, cluster_id)
    if cluster is not None and cluster not in company.clusters:
        company.clusters.append(cluster)


def index(company: Company) -> None:
    """Follow the undertaking in the full text."""
    day = clock.local(company.created_at).date()
    fulltext.put(SUBJECT, company.id, day, company.name, [company.orgnr or "", company.municipality])


def from_register(record: Mapping[str, Any]) -> dict[str, Any]:
    """Number, name, form, municipality and the like out of a record of Enhetsregisteret (shape: /enheter/{orgnr}).

    A foreign business address has no municipality but a country. Employees are None where the register
    gives none: "unknown" is not 0. Source: Enhetsregisteret, Brønnøysundregistrene, NLOD 2.0.
    """
    address = record.get("forretningsadresse") or record.get("postadresse") or {}
    industry = record.get("naeringskode1") or {}
    counted = record.get("harRegistrertAntallAnsatte", bool(record.get("antallAnsatte")))
    country = address.get("landkode") or ""
    return {
        "orgnr": record["organisasjonsnummer"],
        "name": tidy_line(record["navn"]),
        "form": (record.get("organisasjonsform") or {}).get("kode") or "",
        "municipality_code": address.get("kommunenummer") or None,
        "municipality": (address.get("kommune") or "").title(),
        "country": "" if country == "NO" else country,
        "employees": record.get("antallAnsatte") if counted else None,
        "industry_code": industry.get("kode") or "",
        "website": record.get("hjemmeside") or "",
    }


def record_from_register(record: Mapping[str, Any], cluster_id: int | None = None) -> Made:
    """Take an undertaking from the register: a new one, or the existing one with its facts renewed."""
    facts = from_register(record)
    made = record_company(facts["name"], orgnr=facts["orgnr"], cluster_id=cluster_id, source="brreg")
    company = made.company
    for field, value in facts.items():
        setattr(company, field, value)
    company.name_key = name_key(company.name)
    company.source, company.source_on = "brreg", clock.today()
    if made.known:
        company.revision += 1
    db.session.flush()
    index(company)
    return made
