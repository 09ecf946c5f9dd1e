"""Undertakings that are there twice: the list of them, the preview of a merging, the merging and its undoing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.companies import actions, policy, queries
from mono_web.companies.forms import ALL_LABELS, FIELD_LABELS, TABLE_LABELS, readable
from mono_web.companies.models import CONTACT, Company, CompanyMerging
from mono_web.companies.views.blueprint import bp
from mono_web.core import htmx, subjects
from mono_web.core.access import begin_write, requires, viewer
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import ngettext
from mono_web.core.text import unstorable

# Rows whose record has a page of its own: table -> (kind of record, column of its id).
_PAGES = {"entry_company": ("entry", "entry_id"), "need": ("need", "id")}
_MOST_TOLD, _MOST_NAMED = 200, 30


@bp.get("/doubles")
@requires(policy.can_look_for_doubles)
def double_list() -> ResponseReturnValue:
    """Pairs that may be one undertaking, by name, a page at a time."""
    after = request.args.get("after", "")[:200]
    found = queries.doubles_for(viewer(), "" if unstorable(after) else after)
    return htmx.render(
        "companies/double_list.html",
        found=found,
        rows=[(pair, policy.can_merge(viewer(), pair.one, pair.other)) for pair in found.rows],
        next_url=url_for("companies.double_list", after=found.after) if found.after else "",
    )


@bp.route("/<uuid:company_id>/merge/<uuid:other_id>", methods=["GET", "POST"])
@requires(policy.can_merge, company=queries.company_for, other=queries.company_for)
def company_merge(company: Company, other: Company) -> ResponseReturnValue:
    """The preview: both records side by side and what would move; POST merges `other` into `company`."""
    if request.method == "GET":
        return _preview(company, other)
    begin_write()
    gone_name = other.name
    try:
        actions.merge_companies(viewer(), company, other, _chosen(other))
    except DomainError as error:
        return _preview(company, other, str(error.sentence))
    htmx.announce(_("%(gone)s is now part of %(kept)s", gone=gone_name, kept=company.name))
    return htmx.redirect_to(url_for("companies.company_show", company_id=company.id))


def _chosen(other: Company) -> dict[str, Any]:
    """The fields for which the other record's word was chosen."""
    theirs = actions.as_fields(other)
    return {name: value for name, value in theirs.items() if request.form.get(f"choose-{name}") == "theirs"}


def _preview(company: Company, other: Company, problem: str = "") -> ResponseReturnValue:
    mine, theirs = actions.as_fields(company), actions.as_fields(other)
    clusters = {one.id: one.name for one in (*company.clusters, *other.clusters)}
    fields = [
        {
            "name": name,
            "label": label,
            "mine": readable(name, mine[name], clusters),
            "theirs": readable(name, theirs[name], clusters),
            "differs": bool(mine[name] and theirs[name] and mine[name] != theirs[name] and name != "clusters"),
        }
        for name, label in FIELD_LABELS.items()
        if name in mine and (mine[name] or theirs[name])
    ]
    refused = problem or (
        _("They have different organisation numbers, so they are two undertakings")
        if company.orgnr and other.orgnr and company.orgnr != other.orgnr
        else ""
    )
    return htmx.render(
        "companies/company_merge.html",
        status=422 if problem else 200,
        company=company,
        other=other,
        fields=fields,
        refused=refused,
        moves=_told(actions.rows_of(other.id)),
    )


class Told(NamedTuple):
    """Of some rows what this person may read: (kind of record, how many), and (title, address) of the first."""

    counts: list[tuple[str, int]]
    named: list[tuple[str, str]]


def _told(rows: Iterable[actions.Moved]) -> Told:
    """What a person may not read is not counted either."""
    counts: dict[str, int] = {}
    named: list[tuple[str, str]] = []
    for row in list(rows)[:_MOST_TOLD]:
        kind, column = _PAGES.get(row.table, ("", ""))
        if kind:
            key = UUID(str(row.key[column]))
            record = subjects.load(viewer(), kind, key)
            if record is None:
                continue
            named.append((subjects.get(kind).title(record), subjects.get(kind).address(key)))
        elif row.table != CONTACT or queries.contact_for(viewer(), UUID(str(row.key["id"]))) is None:
            continue
        counts[row.table] = counts.get(row.table, 0) + 1
    return Told([(str(TABLE_LABELS[table]), count) for table, count in counts.items()], named[:_MOST_NAMED])


@bp.post("/<uuid:company_id>/apart/<uuid:other_id>")
@requires(policy.can_merge, company=queries.company_for, other=queries.company_for)
def company_apart(company: Company, other: Company) -> ResponseReturnValue:
    """They are two: not proposed again."""
    begin_write()
    actions.tell_apart(viewer(), company, other)
    htmx.announce(_("They are kept as two undertakings"))
    return htmx.redirect_to(url_for("companies.double_list"))


@bp.get("/mergings/<uuid:merging_id>")
@requires(policy.can_read_merging, merging=queries.merging_for)
def merging_show(merging: CompanyMerging) -> ResponseReturnValue:
    """One merging: who, when, what moved, what was made since; and the way back."""
    return htmx.render(
        "companies/merging_show.html",
        merging=merging,
        kept_name=queries.name_of(merging.kept_id),
        gone_name=queries.name_of(merging.gone_id),
        moved=_told(actions.Moved(*one) for one in merging.moved),
        later=_told(actions.made_since(merging)),
        may_undo=merging.undone_at is None,
    )


@bp.post("/mergings/<uuid:merging_id>/undo")
@requires(policy.can_read_merging, merging=queries.merging_for)
def merging_undo(merging: CompanyMerging) -> ResponseReturnValue:
    """Two records again."""
    begin_write()
    try:
        done = actions.undo_merging(viewer(), merging)
    except DomainError as error:
        htmx.announce(str(error.sentence))
        return htmx.redirect_to(url_for("companies.merging_show", merging_id=merging.id))
    htmx.announce(_("The two undertakings are there again"))
    if done.gone:
        htmx.announce(
            ngettext(
                "%(num)d record was changed since and stays where it is",
                "%(num)d records were changed since and stay where they are",
                done.gone,
            )
        )
    if done.fields:
        names = ", ".join(str(ALL_LABELS[name]) for name in done.fields if name in ALL_LABELS)
        htmx.announce(_("Changed since, and kept: %(fields)s", fields=names))
    return htmx.redirect_to(url_for("companies.merging_show", merging_id=merging.id))
