"""Routes of contacts: the part of an undertaking's page, form, page with history, review, address card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from mono_web.accounts import queries as accounts
from mono_web.companies import actions, policy, queries, vcard
from mono_web.companies.contact_forms import CONTACT_LABELS, LANGUAGE_LABELS, ContactForm, readable
from mono_web.companies.models import CONTACT, Company, Contact
from mono_web.companies.views.blueprint import bp
from mono_web.core import access, audit, clock, htmx, i18n, once, revisions, stale
from mono_web.core.access import begin_write, not_there, requires, viewer
from mono_web.core.differences import Piece, word_difference
from mono_web.core.i18n import gettext as _
from mono_web.core.revisions import Revision

bp.add_app_template_filter(lambda code: LANGUAGE_LABELS.get(code, code), "language_form_name")


@bp.get("/parts/contacts/<uuid:company_id>")
@requires(policy.can_read_contacts, company=queries.company_with_contacts)
def contact_list_part(company: Company) -> ResponseReturnValue:
    """The contacts of an undertaking: a part of its page, and a page of its own where scripts are off."""
    after = request.args.get("after", "")
    found = queries.contacts_of(viewer(), company.id, after)
    return htmx.render(
        "companies/contact_list_part.html",
        partial="companies/_contact_rows.html" if after else "companies/_contact_list.html",
        company=company,
        found=found,
        after=after,
        may_write=policy.can_write_contacts(viewer(), company),
    )


@bp.get("/contacts/<uuid:contact_id>")
@requires(policy.can_read_contact, contact=queries.contact_for)
def contact_show(contact: Contact) -> ResponseReturnValue:
    """A contact: the facts with their source, and what was changed when by whom."""
    versions = queries.contact_versions(contact)
    people = accounts.names_of({one.author_id for one in versions} | {contact.created_by or 0})
    return htmx.render(
        "companies/contact_show.html",
        contact=contact,
        steps=_history(versions),
        people=people,
        may_edit=policy.can_edit_contact(viewer(), contact),
        is_due=contact.review_on is not None and contact.review_on <= clock.today(),
    )


@dataclass(frozen=True)
class Step:
    """A version and what it changed: (label, pieces) of each field."""

    version: Revision
    changes: list[tuple[str, list[Piece]]]


def _history(versions: Sequence[Revision]) -> list[Step]:
    """Newest first; the first version changed nothing."""
    steps = [Step(new, _changes(old, new)) for new, old in pairwise(versions)]
    return [*steps, *(Step(first, []) for first in versions[-1:])]


def _changes(old: Revision, new: Revision) -> list[tuple[str, list[Piece]]]:
    return [
        (str(label), word_difference(readable(name, old.fields.get(name)), readable(name, new.fields.get(name))))
        for name, label in CONTACT_LABELS.items()
        if old.fields.get(name) != new.fields.get(name)
    ]


@bp.route("/<uuid:company_id>/contacts/new", methods=["GET", "POST"])
@requires(policy.can_write_contacts, company=queries.company_with_contacts)
def contact_new(company: Company) -> ResponseReturnValue:
    """Write down a contact of an undertaking."""
    today = clock.today()
    form = ContactForm(data={"source_on": today, "review_on": actions.next_review(today)})
    if not form.validate_on_submit():
        return _show(form, company, None)
    begin_write()
    if done := once.earlier(viewer().id):
        return once.answer_again(done)
    contact = actions.record_contact(viewer().id, company, form.fields())
    address = url_for("companies.contact_show", contact_id=contact.id)
    once.remember(viewer().id, address)
    htmx.announce(_("%(name)s is saved", name=contact.name))
    return htmx.redirect_to(address)


@bp.route("/contacts/<uuid:contact_id>/edit", methods=["GET", "POST"])
@requires(policy.can_edit_contact, contact=queries.contact_for)
def contact_edit(contact: Contact) -> ResponseReturnValue:
    """Change the facts of a contact."""
    values = {name: getattr(contact, name) for name in CONTACT_LABELS}
    form = ContactForm(data={**values, "base_rev": str(contact.revision)})
    if not form.validate_on_submit():
        return _show(form, contact.company, contact)
    begin_write()
    mine = stale.chosen(form.fields(), actions.contact_fields(contact), request.form)
    base = revisions.numbered(form.base_rev.data)
    try:
        taken = actions.save_contact(viewer(), contact, mine, base)
    except stale.StaleError as error:
        return _conflict(form, contact, error, base)
    revisions.settle_conflicts(CONTACT, contact.id, viewer().id)
    htmx.announce(_("%(name)s is saved", name=contact.name))
    stale.tell_taken(taken, CONTACT_LABELS)
    return htmx.redirect_to(url_for("companies.contact_show", contact_id=contact.id))


def _show(
    form: ContactForm,
    company: Company,
    contact: Contact | None,
    met: list[stale.MetField] | None = None,
    taken: Sequence[str] = (),
) -> ResponseReturnValue:
    return htmx.render(
        "companies/contact_edit.html" if contact else "companies/contact_new.html",
        partial="companies/_contact_form.html",
        status=409 if met else (422 if request.method == "POST" else 200),
        form=form,
        company=company,
        contact=contact,
        met=met,
        taken=[str(CONTACT_LABELS[name]) for name in taken],
        resumed=access.resuming(),
    )


def _conflict(form: ContactForm, contact: Contact, error: stale.StaleError, base: int) -> ResponseReturnValue:
    """409: nothing was stored; my text is kept in a row beside it, and both are shown."""
    met_rev = contact.revision
    current = {name: getattr(contact, name) for name in error.taken}
    stale.keep_beside(CONTACT, contact.id, viewer().id, base, met_rev, error.mine)
    form.base_rev.data = str(met_rev)
    for name, value in current.items():
        form[name].data = value
        form[name].typed = ""  # a day shows what was typed, unless nothing was
    met = stale.both_texts(error, CONTACT_LABELS, readable)
    return _show(form, contact.company, contact, met, error.taken)


# --- review ---------------------------------------------------------------------------------------------------


@bp.get("/contacts/due")
@requires(policy.can_review_contacts)
def contact_due_list() -> ResponseReturnValue:
    """Contacts that somebody should look at: one's own (?whose=mine), or those of the cluster."""
    own = request.args.get("whose") == "mine" and viewer().has("broker")
    after = request.args.get("after", "")
    found = queries.due_contacts(viewer(), clock.today(), own=own, after=after)
    return htmx.render(
        "companies/contact_due_list.html",
        partial="companies/_contact_due_rows.html",
        found=found,
        own=own,
        after=after,
        writable={one.id for one in found.rows if policy.can_edit_contact(viewer(), one)},
        is_broker=viewer().has("broker"),
    )


@bp.post("/contacts/<uuid:contact_id>/confirm")
@requires(policy.can_edit_contact, contact=queries.contact_for)
def contact_confirm(contact: Contact) -> ResponseReturnValue:
    """Everything is still right: the contact is looked at again after the usual time."""
    begin_write()
    if contact.review_on is None or contact.review_on <= clock.today():
        actions.confirm_contact(viewer(), contact)
    day = i18n.day_long(contact.review_on)
    htmx.announce(_("%(name)s is to be looked at again on %(day)s", name=contact.name, day=day))
    whose = request.form.get("whose")
    if whose in ("mine", "cluster"):
        return htmx.redirect_to(url_for("companies.contact_due_list", whose=whose))
    return htmx.redirect_to(url_for("companies.contact_show", contact_id=contact.id))


# --- address card ---------------------------------------------------------------------------------------------


@bp.get("/contacts/<uuid:contact_id>/card.vcf")
@requires(policy.can_read_contact, contact=queries.contact_for)
def contact_card(contact: Contact) -> ResponseReturnValue:
    """The contact as a vCard, for an address book."""
    if contact.anonymised_at is not None:
        not_there()
    latest = queries.contact_versions(contact)[0]
    audit.note("contact card fetched", CONTACT, contact.id)
    response = Response(vcard.written(contact, latest.at), content_type="text/vcard; charset=utf-8")
    name = re.sub(r"[^\w]+", "-", contact.name).strip("-") or CONTACT
    response.headers.set("Content-Disposition", "attachment", filename=f"{name}.vcf")
    return response
