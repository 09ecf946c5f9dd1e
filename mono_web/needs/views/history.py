"""Versions of a need: any two beside each other, and one brought back."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import abort, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import queries as accounts
from mono_web.core import htmx, revisions
from mono_web.core.access import begin_write, not_there, requires, viewer
from mono_web.core.differences import Piece, word_difference
from mono_web.core.errors import DomainError
from mono_web.core.i18n import gettext as _
from mono_web.needs import actions, policy, queries
from mono_web.needs.models import Need
from mono_web.needs.views import words
from mono_web.needs.views.blueprint import bp
from mono_web.needs.views.page import log_reading


class ChangedField(NamedTuple):
    """A field that differs between two versions: its pieces in reading order."""

    label: str
    pieces: list[Piece]


@bp.get("/<uuid:need_id>/versions")
@requires(policy.can_read, need=queries.need_for)
def need_versions(need: Need) -> ResponseReturnValue:
    """All versions, and the difference between two of them (?old=&new=)."""
    log_reading(need)
    versions = {one.number: one for one in queries.revisions_for(viewer(), need)}
    numbers = list(versions)
    new = _asked("new", numbers, numbers[0])
    old = _asked("old", numbers, next((one for one in numbers if one < new), new))
    return htmx.render(
        "needs/need_versions.html",
        partial="needs/_need_versions.html",
        need=need,
        versions=list(versions.values()),
        people=accounts.names_of(one.author_id for one in versions.values()),
        old=old,
        new=new,
        changes=_between(versions[old].fields, versions[new].fields),
        may_bring_back=policy.can_write(viewer(), need),
    )


def _asked(name: str, numbers: list[int], otherwise: int) -> int:
    given = revisions.numbered(request.args.get(name))
    return given if given in numbers else otherwise


def _between(old: dict[str, Any], new: dict[str, Any]) -> list[ChangedField]:
    readable = words.readable_with(viewer())
    return [
        ChangedField(label, word_difference(readable(name, old.get(name)), readable(name, new.get(name))))
        for name, label in words.labels().items()
        if old.get(name) != new.get(name)
    ]


@bp.post("/<uuid:need_id>/versions/<int:number>/bring-back")
@requires(policy.can_write, need=queries.need_for)
def version_bring_back(need: Need, number: int) -> ResponseReturnValue:
    """Bring an old version back: that is a new version, and nothing is lost."""
    begin_write()
    if number not in {one.number for one in queries.versions_for(viewer(), need)}:
        not_there()
    try:
        actions.bring_back(viewer(), need, number)
    except DomainError as error:
        abort(404, str(error.sentence))
    htmx.announce(_("Version %(old)d is brought back as version %(new)d", old=number, new=need.revision))
    return htmx.redirect_to(url_for("needs.need_show", need_id=need.id))
