"""Routes for what is held on one person: shown, as a file, and taken away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import queries as accounts
from mono_web.companies import actions, policy, queries
from mono_web.companies.contact_forms import CONTACT_LABELS, readable
from mono_web.companies.models import CONTACT, Contact
from mono_web.companies.views.blueprint import bp
from mono_web.core import audit, clock, htmx, mentions
from mono_web.core.access import begin_write, not_there, requires, viewer
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import ngettext
from mono_web.core.mentions import Place


@bp.get("/contacts/<uuid:contact_id>/held")
@requires(policy.can_read_contact, contact=queries.contact_for)
def contact_held_show(contact: Contact) -> ResponseReturnValue:
    """Everything that is held on one person, to read and to print."""
    return htmx.render("companies/contact_held_show.html", contact=contact, **_held(contact))


@bp.get("/contacts/<uuid:contact_id>/held.json")
@requires(policy.can_read_contact, contact=queries.contact_for)
def contact_held_file(contact: Contact) -> ResponseReturnValue:
    """The same as a file that programs read."""
    held = _held(contact)
    company = contact.company
    content = {
        "made_at": clock.now().isoformat(),
        "contact": {
            "id": str(contact.id),
            **actions.contact_fields(contact),
            "made_at": contact.created_at.isoformat(),
            "made_by": held["people"].get(contact.created_by, ""),
        },
        "undertaking": {"id": str(company.id), "name": company.name, "orgnr": company.orgnr},
        "versions": [
            {"number": one.number, "at": one.at.isoformat(), "by": held["people"].get(one.author_id, ""), **one.fields}
            for one in held["versions"]
        ],
        "named_in": [_as_data(place) for place in held["shown"]],
        "named_where_you_may_not_read": held["hidden"],
    }
    body = json.dumps(content, ensure_ascii=False, indent=2)
    response = Response(body, content_type="application/json; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename=f"{CONTACT}-{contact.id}.json")
    return response


def _as_data(place: Place) -> dict[str, Any]:
    assert place.shown is not None
    return {
        "kind": place.kind,
        "id": str(place.id),
        "part": place.part,
        "certain": place.certain,
        "title": place.shown.title,
        "date": place.shown.day.isoformat(),
        "address": place.shown.address,
        "lines": [{"field": one.label, "text": one.before + one.found + one.after} for one in place.lines],
        "older_versions": place.older,
    }


def _held(contact: Contact) -> dict[str, Any]:
    """All of it; a contact without a name has nothing that could be looked for."""
    if contact.anonymised_at is not None:
        not_there()
    places = mentions.find(viewer(), queries.sought(contact))
    versions = queries.contact_versions(contact)
    _log_readings(places)
    audit.note("contact exported", CONTACT, contact.id)
    return {
        "facts": [(label, readable(name, actions.contact_fields(contact)[name])) for name, label in _labels()],
        "versions": versions,
        "version_facts": {
            one.number: [(label, text) for name, label in _labels() if (text := readable(name, one.fields.get(name)))]
            for one in versions
        },
        "people": accounts.names_of({one.author_id for one in versions} | {contact.created_by or 0}),
        "shown": [place for place in places if place.shown],
        "hidden": sum(place.shown is None for place in places),
    }


def _labels() -> list[tuple[str, str]]:
    return [(name, str(label)) for name, label in CONTACT_LABELS.items()]


def _log_readings(places: Sequence[Place]) -> None:
    """Lines of confidential records are shown here too."""
    for subject in {one.shown.reads for one in places if one.shown and one.shown.reads}:
        audit.read_confidential(*subject)


@bp.route("/contacts/<uuid:contact_id>/anonymise", methods=["GET", "POST"])
@requires(policy.can_write_contact, contact=queries.contact_for)
def contact_anonymise(contact: Contact) -> ResponseReturnValue:
    """What would happen, and how many places it touches; then, after the question, doing it."""
    there = url_for("companies.contact_show", contact_id=contact.id)
    if contact.anonymised_at is not None:
        return htmx.redirect_to(there)
    sought = queries.sought(contact)
    # Looked for before the lock is taken: all texts are gone through, and nobody's save waits for that.
    places = mentions.find(viewer(), sought)
    if request.method == "GET":
        _log_readings(places)
        return htmx.render("companies/contact_anonymise.html", contact=contact, sought=sought, **_parted(places))
    begin_write()
    if contact.anonymised_at is not None:
        return htmx.redirect_to(there)
    chosen = actions.chosen_places(places, request.form.getlist("place"), unseen="unseen" in request.form)
    actions.anonymise_contact(viewer(), contact, sought, chosen)
    count = len(chosen)
    htmx.announce(_("The contact is anonymised"))
    htmx.announce(ngettext("The name is replaced in %(num)d place", "The name is replaced in %(num)d places", count))
    return htmx.redirect_to(there)


def _parted(places: Sequence[Place]) -> dict[str, Any]:
    """What happens by itself, what somebody decides on, and how many of each nobody here may see."""
    return {
        "certain": [one for one in places if one.certain and one.shown],
        "certain_hidden": sum(one.certain and one.shown is None for one in places),
        "offered": [one for one in places if not one.certain and one.shown],
        "offered_hidden": sum(not one.certain and one.shown is None for one in places),
        "versions": sum(one.older for one in places),
    }
