"""The audit log: who did what, when."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import policy, queries
from mono_web.accounts.views.blueprint import admin_tabs, bp
from mono_web.core import htmx
from mono_web.core.access import requires, viewer


@bp.get("/admin/audit")
@requires(policy.can_read_audit)
def audit_list() -> ResponseReturnValue:
    """Newest first, paged by key; of one person where `person` says so."""
    person_id = request.args.get("person", type=int)
    found = queries.audit_for(viewer(), person_id, request.args.get("before", type=int))
    person = queries.person_for(viewer(), person_id) if person_id else None
    older = url_for("accounts.audit_list", person=person_id, before=found.before) if found.before else ""
    return htmx.render(
        "accounts/audit_list.html",
        partial="accounts/_audit_lines.html",
        tabs=admin_tabs("accounts.audit_list"),
        found=found,
        person=person,
        older=older,
    )
