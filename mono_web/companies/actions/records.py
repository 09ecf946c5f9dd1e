"""Writes over undertakings. They flush, never commit. What the register says is read in register.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from mono_web.companies import municipalities, queries
from mono_web.companies.models import SUBJECT, Company
from mono_web.companies.register import from_register
from mono_web.core import audit, clock, fulltext, revisions, stale
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.text import name_key, tidy_line
from mono_web.programmes.models import Cluster

# Who a revision is by when nobody wrote it: the register, an import, the command line.
NOBODY = 0
_PLAIN = (
    "orgnr", "name", "form", "country", "employees", "industry_code", "industry_vintage", "industry_name", "website",
    "status", "parent_orgnr", "note",
)  # fmt: skip
# What the register tells beside the fields that a person writes.
_BESIDE = (
    "country", "employees", "industry_code", "industry_vintage", "industry_name", "status", "status_on", "parent_orgnr",
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What the register said (as_fields, or some of it), and on which day."""

    facts: Mapping[str, Any]
    on: date


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
    website: str = "",
    more_clusters: Iterable[int] = (),
    note: str = "",
    told: Told | None = None,
) -> Made:
    """Register an undertaking; a known number gives the existing one, untouched but for a first cluster.

    `told` is what the register had said of this number when the person filled in the fields.
    """
    known = queries.by_number(orgnr) if orgnr else None
    company = known or _new(name, orgnr, form, website, source, made_by, note)
    clusters = [*([cluster_id] if cluster_id is not None else []), *more_clusters]
    if known is None:
        _place(company, municipality_code, municipality)
        if company_id:
            company.id = company_id
        db.session.add(company)
    joined = _join(company, clusters) if known is None or not company.clusters else False
    db.session.flush()
    if known is None and told:
        take(company, told.facts, told.on, _BESIDE)
    if known is None or joined:
        keep(company, made_by)
    if known is None:
        audit.note("company made", SUBJECT, company.id)
    return Made(company, known is not None)


def _new(name: str, orgnr: str | None, form: str, website: str, source: str, made_by: int | None, note: str) -> Company:
    return Company(
        orgnr=orgnr or None,
        name=tidy_line(name),
        name_key=name_key(name),
        form=form,
        website=website,
        note=note,
        source=source,
        source_on=clock.today(),
        created_at=clock.now(),
        created_by=made_by,
    )


def _place(company: Company, code: str | None, name: str) -> None:
    place = municipalities.by_code(code, name) if code else municipalities.by_name(name)
    company.municipality_code, company.municipality = place.code, place.name


def _join(company: Company, cluster_ids: Iterable[int]) -> bool:
    there = {cluster.id for cluster in company.clusters}
    new = [db.session.get(Cluster, one) for one in dict.fromkeys(cluster_ids) if one not in there]
    company.clusters.extend(cluster for cluster in new if cluster is not None)
    return bool(new)


def as_fields(company: Company) -> dict[str, Any]:
    """An undertaking as a revision keeps it: JSON values only. The municipality is "1833 Rana", or a bare name."""
    return {
        **{name: getattr(company, name) for name in _PLAIN},
        "municipality": municipalities.joined(company.municipality_code, company.municipality),
        "status_on": company.status_on.isoformat() if company.status_on else None,
        "clusters": sorted(cluster.id for cluster in company.clusters),
    }


def keep(company: Company, by: int | None) -> None:
    """Store the revision and let search follow."""
    company.revision = revisions.keep(SUBJECT, company.id, by or NOBODY, as_fields(company)).number
    db.session.flush()
    index(company)


def index(company: Company) -> None:
    """Follow the undertaking in the full text."""
    day = clock.local(company.created_at).date()
    fulltext.put(SUBJECT, company.id, day, company.name, [company.orgnr or "", company.municipality])


def save_company(
    viewer: Viewer, company: Company, fields: Mapping[str, Any], base_rev: int, told: Told | None = None
) -> list[str]:
    """Save a form that was filled from revision `base_rev`; `fields` has the keys of `as_fields`, or some of them.

    `told` is what the register had said of this number when the person filled in the fields.

    Returns the names of fields that somebody else had changed meanwhile and that stay. Raises StaleError where
    the same field was changed on both sides, and DomainError for a number that another undertaking has.
    """
    before = as_fields(company)
    wanted, taken = stale.merged(SUBJECT, company.id, company.revision, base_rev, before, fields)
    other = queries.by_number(wanted["orgnr"]) if wanted["orgnr"] else None
    if other is not None and other is not company:
        raise DomainError(_l("This number is registered already: %(name)s", name=other.name), "orgnr")
    write_fields(company, wanted, before)
    if told:
        take(company, told.facts, told.on, _BESIDE)
    db.session.flush()
    keep(company, viewer.id)
    audit.note("company changed", SUBJECT, company.id)
    return taken


def write_fields(company: Company, wanted: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Put `wanted` in the place of `before` (as_fields). A fetched field that changes is from now on a typed one."""
    for name in _PLAIN:
        setattr(company, name, wanted[name])
    company.status_on = date.fromisoformat(wanted["status_on"]) if wanted["status_on"] else None
    company.name, company.name_key = tidy_line(company.name), name_key(company.name)
    if wanted["municipality"] != before["municipality"]:
        _place(company, *municipalities.split(wanted["municipality"]))
    if wanted["clusters"] != before["clusters"]:
        company.clusters = [one for one in map(_cluster, wanted["clusters"]) if one is not None]
    if company.fetched:
        mark(company, [name for name in company.fetched if wanted[name] != before[name]], "typed", clock.today())
    elif any(wanted[name] != before[name] for name in ("orgnr", "name", "form", "municipality")):
        company.source, company.source_on = "typed", clock.today()


def mark(company: Company, names: Iterable[str], source: str, on: date) -> None:
    """Note where these fields come from, and since when."""
    company.fetched = {**company.fetched, **{name: {"source": source, "on": on.isoformat()} for name in names}}


def take(company: Company, facts: Mapping[str, Any], on: date, names: Iterable[str] | None = None) -> None:
    """Write what the register said `on` that day: these fields, or all of them.

    Every field that then stands as the register has it is marked as fetched on that day.
    """
    before = as_fields(company)
    chosen = facts if names is None else {name: facts[name] for name in names}
    write_fields(company, {**before, **chosen}, before)
    now = as_fields(company)
    mark(company, [name for name in facts if now[name] == facts[name]], "brreg", on)
    company.source, company.source_on = "brreg", on


def _cluster(cluster_id: int) -> Cluster | None:
    return db.session.get(Cluster, cluster_id)


def record_from_register(
    record: Mapping[str, Any] | None, cluster_id: int | None = None, on: date | None = None
) -> Made:
    """Take an undertaking from the register: a new one, or the existing one with its facts renewed.

    `on` is the day the record was fetched; today without it. Raises DomainError for a record of an undertaking
    that is deleted, removed or unknown, and for one that cannot be read.
    """
    day = on or clock.today()
    facts = from_register(record, day)
    code, place = municipalities.split(facts["municipality"])
    made = record_company(
        facts["name"], orgnr=facts["orgnr"], form=facts["form"], municipality=place, municipality_code=code,
        website=facts["website"], cluster_id=cluster_id, source="brreg", told=Told(facts, day),
    )  # fmt: skip
    company, before = made.company, as_fields(made.company)
    take(company, facts, day)
    db.session.flush()
    if as_fields(company) != before:
        keep(company, None)
    return made
