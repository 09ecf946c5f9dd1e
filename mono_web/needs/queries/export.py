"""The list as a table for a file: whole needs only, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import bindparam, select

from mono_web.accounts.models import Person
from mono_web.companies.models import Company
from mono_web.core import clock
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.needs.models import Need
from mono_web.needs.queries.rows import Filters, Key, needs_for
from mono_web.programmes.models import Cluster, PriorityArea, Programme

COLUMNS = (
    "need_id", "title", "description", "orgnr", "company", "programme", "cluster", "owner", "theme", "priority_area",
    "trl", "new_knowledge", "conclusion", "referred_to", "scheme", "state", "closed_reason", "match", "next_step",
    "next_step_date", "abstract", "abstract_released_on", "confidential", "moved_on", "created_on",
)  # fmt: skip
BATCH = 500


class Exported(NamedTuple):
    """A row of the file, and what the audit needs to know of it."""

    need_id: UUID
    owner_id: int | None
    confidential: bool
    cells: list[str]


_WHOLE = (
    select(Need, Company.orgnr, Company.name, Programme.code, Cluster.code, Person.email, PriorityArea.name)
    .join(Company, Company.id == Need.company_id)
    .join(Programme, Programme.id == Need.programme_id)
    .join(Cluster, Cluster.id == Need.cluster_id)
    .outerjoin(Person, Person.id == Need.owner_id)
    .outerjoin(PriorityArea, PriorityArea.id == Need.priority_area_id)
    .where(Need.id.in_(bindparam("ids", expanding=True)))
)


def exported(viewer: Viewer, filters: Filters) -> Iterator[Exported]:
    """Every need of a filtered list, in its order. Two statements for each 500 rows."""
    after: Key | None = None
    while True:
        page = needs_for(viewer, filters, after, BATCH)
        found = {row[0].id: row for row in db.session.execute(_WHOLE, {"ids": [row.id for row in page.rows]})}
        for row in page.rows:
            need = found[row.id][0]
            yield Exported(need.id, need.owner_id, need.confidential, _cells(*found[row.id], row.partner))
        db.session.expunge_all()
        if page.after is None:
            return
        after = page.after


def _cells(
    need: Need, orgnr: str | None, company: str, programme: str, cluster: str, owner: str | None, area: str | None,
    partner: str | None,
) -> list[str]:  # fmt: skip
    return [
        str(need.id), need.title, need.description, orgnr or "", company, programme, cluster, owner or "", need.theme,
        area or "", _text(need.trl), _yes_no(need.new_knowledge), need.conclusion, need.referred_to, need.scheme,
        need.state, need.closed_reason, partner or "", need.next_step, _text(need.next_step_date), need.abstract,
        _text(need.abstract_released_on), _yes_no(need.confidential), _text(clock.local(need.moved_at).date()),
        _text(clock.local(need.created_at).date()),
    ]  # fmt: skip


def _yes_no(value: bool | None) -> str:
    return "" if value is None else ("yes" if value else "no")


def _text(value: Any) -> str:
    return "" if value is None else str(value)
