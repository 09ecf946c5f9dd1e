"""The page of one need, and the parts of a need on the pages of undertakings and of the directory."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import queries as accounts
from mono_web.companies import policy as company_policy
from mono_web.companies import queries as companies
from mono_web.companies.models import Company
from mono_web.core import audit, htmx, revisions
from mono_web.core.access import requires, viewer
from mono_web.needs import actions, policy, queries
from mono_web.needs.models import SUBJECT, Need
from mono_web.needs.views.blueprint import bp
from mono_web.remarks import queries as remarks
from mono_web.research import policy as research_policy
from mono_web.research import queries as research
from mono_web.research.models import Environment

ON_CARD = 10


@bp.get("/<uuid:need_id>")
@requires(policy.can_read, need=queries.need_for)
def need_show(need: Need) -> ResponseReturnValue:
    """One need: what it is, whom it is matched with, what has happened. Reading a confidential one is logged."""
    log_reading(need)
    me = viewer()
    acts = [act for act in remarks.acts_of(SUBJECT, need.id) if policy.can_read_revision(me, need, act.on_revision)]
    versions = queries.versions_for(me, need)
    readings = audit.readings_of(SUBJECT, need.id) if need.confidential else []
    people = {act.person_id: act.person for act in acts if act.person_id}
    others = {one.author_id for one in versions} | dict(readings).keys() | _handed(acts)
    people |= accounts.names_of(others - people.keys())
    writes = policy.can_write(me, need)
    return htmx.render(
        "needs/need_show.html",
        need=need,
        matches=queries.matches_of(need),
        thread=remarks.thread_for(me, SUBJECT, need.id, need),
        acts=acts,
        versions=versions,
        readings=readings,
        people=people,
        source=_source(need),
        has_owner=policy.has_owner(need),
        may_write=writes,
        may_give=writes or policy.can_give(me, need),
        may_take=policy.can_make_there(me, need.programme_id, need.cluster_id) and need.owner_id != me.id,
        conflicts=revisions.open_conflicts(SUBJECT, need.id, me.id) if writes else [],
        field_labels=actions.field_labels(),
    )


def log_reading(need: Need) -> None:
    """A confidential need is being shown."""
    if need.confidential and need.owner_id != viewer().id:
        audit.read_confidential(SUBJECT, need.id)


def _handed(acts: list[Any]) -> set[int]:
    """Ids of the people that acts name beside the one who acted."""
    named = [act.reason.split(" -> ") for act in acts if act.verb == "handed_over"]
    return {int(one) for both in named for one in both} - {0}


def _source(need: Need) -> queries.Source | None:
    """The record the need was made from, for those who may read it; a passage of a confidential one is a reading."""
    if need.source_id is None:
        return None
    found = queries.source_for(viewer(), (need.source_type, need.source_id))
    if found and need.source_quote and found.material.confidential and viewer().id not in found.writers:
        audit.read_confidential(*found.key)
    return found


@bp.get("/parts/company/<uuid:company_id>")
@requires(company_policy.can_read, company=companies.company_for)
def company_needs(company: Company) -> ResponseReturnValue:
    """The open needs of an undertaking: a part of its page, loaded by address."""
    me, page = viewer(), queries.Page([])
    if policy.can_read_whole(me):
        page = queries.needs_for(me, queries.Filters(company=company.id), size=ON_CARD)
    return htmx.render(
        "needs/_company_needs.html",
        partial="needs/_company_needs.html",
        company=company,
        found=page,
        whole=policy.can_read_whole(me),
        new_url=url_for("needs.need_new", company_id=company.id) if policy.can_make(me) else "",
    )


@bp.get("/parts/research/<uuid:environment_id>")
@requires(research_policy.can_read, environment=research.environment_for)
def research_matches(environment: Environment) -> ResponseReturnValue:
    """The matches with an environment, as far as one reads their needs: a part of its page, loaded by address."""
    return htmx.render(
        "needs/_research_matches.html",
        partial="needs/_research_matches.html",
        matches=queries.matches_with(viewer(), environment),
    )
