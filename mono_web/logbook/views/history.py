"""Versions of an entry: any one, any two beside each other, one brought back; the acts around them."""

from __future__ import annotations

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import queries as accounts
from mono_web.core import htmx, revisions
from mono_web.core.access import begin_write, not_there, requires, viewer
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.core.text import first_words
from mono_web.logbook import actions, policy, queries
from mono_web.logbook.models import Entry
from mono_web.logbook.views import comparing
from mono_web.logbook.views.blueprint import bp
from mono_web.logbook.views.conflict import labels, readable
from mono_web.logbook.views.entry import log_reading


@bp.get("/<uuid:entry_id>/versions")
@requires(policy.can_read, entry=queries.entry_for)
def entry_versions(entry: Entry) -> ResponseReturnValue:
    """All versions this person may see, and the difference between two of them (?old=&new=)."""
    log_reading(entry)
    versions = queries.revisions_for(viewer(), entry)
    numbers = [one.number for one in versions]
    new = _asked("new", numbers, numbers[0] if numbers else 0)
    old = _asked("old", numbers, next((one for one in numbers if one < new), new))
    by_number = {one.number: one for one in versions}
    changes = comparing.between(by_number[old].fields, by_number[new].fields) if versions else None
    return htmx.render(
        "logbook/entry_versions.html",
        partial="logbook/_entry_versions.html",
        entry=entry,
        versions=versions,
        people=accounts.names_of(one.author_id for one in versions),
        old=old,
        new=new,
        changes=changes,
        may_bring_back=policy.can_edit(viewer(), entry),
    )


def _asked(name: str, numbers: list[int], otherwise: int) -> int:
    given = revisions.numbered(request.args.get(name))
    return given if given in numbers else otherwise


@bp.get("/<uuid:entry_id>/versions/<int:number>")
@requires(policy.can_read, entry=queries.entry_for)
def version_show(entry: Entry, number: int) -> ResponseReturnValue:
    """One version as it was saved. The accepted one stays addressable so."""
    log_reading(entry)
    version = queries.revision_for(viewer(), entry, number)
    if version is None:
        not_there()
    named = labels()
    return htmx.render(
        "logbook/version_show.html",
        entry=entry,
        version=version,
        heading=version.fields["title"] or first_words(version.fields["text"]),
        author=accounts.names_of([version.author_id]).get(version.author_id, ""),
        facts=[
            (named.get(name, name), readable(name, version.fields.get(name)))
            for name in comparing.SHOWN
            if name not in ("text", "title", "outcome") and version.fields.get(name)
        ],
        may_bring_back=policy.can_edit(viewer(), entry) and number != entry.revision,
    )


@bp.post("/<uuid:entry_id>/versions/<int:number>/bring-back")
@requires(policy.can_edit, entry=queries.entry_for)
def version_bring_back(entry: Entry, number: int) -> ResponseReturnValue:
    """Bring an old version back: that is a new version, and nothing is lost."""
    begin_write()
    if queries.revision_for(viewer(), entry, number) is None:
        not_there()
    try:
        actions.bring_back(viewer(), entry, number)
    except DomainError as error:
        abort(404, str(error.sentence))
    htmx.announce(_("Version %(old)d is brought back as version %(new)d", old=number, new=entry.revision))
    return htmx.redirect_to(url_for("logbook.entry_show", entry_id=entry.id))
