"""Reads over undertakings."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from mono_web.companies import policy
from mono_web.companies.models import Company
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.numbers import looks_like_orgnr, parse_orgnr
from mono_web.core.text import name_key

SUGGESTIONS = 8


def company_for(viewer: Viewer, company_id: UUID) -> Company | None:
    """One undertaking."""
    return db.session.scalar(
        policy.visible_to(viewer).where(Company.id == company_id).options(selectinload(Company.clusters))
    )


def companies_by_id(viewer: Viewer, ids: list[UUID]) -> list[Company]:
    """Several undertakings, in the order asked for; unknown ones are left out."""
    found = {
        company.id: company
        for company in db.session.scalars(policy.visible_to(viewer).where(Company.id.in_(ids)))
    }
    return [found[one] for one in ids if one in found]


def by_number(orgnr: str) -> Company | None:
    """The undertaking with this number (nine digits), whoever asks: numbers are unique."""
    return db.session.scalar(select(Company).where(Company.orgnr == orgnr))


def named(viewer: Viewer, typed: str) -> list[Company]:
    """The undertakings a person may mean who typed exactly this name or number; at most 8."""
    if looks_like_orgnr(typed):
        wanted = Company.orgnr == parse_orgnr_or_none(typed)
    else:
        wanted = Company.name_key == name_key(typed)
    return list(db.session.scalars(policy.visible_to(viewer).where(wanted).order_by(Company.name).limit(SUGGESTIONS)))


def suggestions(viewer: Viewer, typed: str) -> list[Company]:
    """What to offer while somebody types: names that begin so first, then names that hold it; or numbers."""
    key = name_key(typed)
    digits = "".join(sign for sign in typed if sign.isdigit())
    wanted = [Company.name_key.startswith(key, autoescape=True)] if key else []
    if len(digits) >= 3:
        wanted.append(Company.orgnr.startswith(digits))
    if not wanted:
        return []
    visible = policy.visible_to(viewer).options(selectinload(Company.clusters)).order_by(Company.name, Company.id)
    found = list(db.session.scalars(visible.where(or_(*wanted)).limit(SUGGESTIONS)))
    if len(found) < SUGGESTIONS and len(key) >= 3:
        known = [company.id for company in found]
        more = visible.where(Company.name_key.contains(key, autoescape=True), Company.id.not_in(known))
        found += db.session.scalars(more.limit(SUGGESTIONS - len(found)))
    return found


def parse_orgnr_or_none(typed: str) -> str | None:
    """Nine digits, or None where the number does not hold."""
    try:
        return parse_orgnr(typed)
    except ValueError:
        return None
