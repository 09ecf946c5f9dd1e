"""Refreshing one undertaking from the register: what would change is shown, and taken as far as it is ticked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from mono_web.companies import actions, municipalities, policy, queries
from mono_web.companies.actions.refresh import Change
from mono_web.companies.forms import ALL_LABELS, FORM_LABELS, STATUS_LABELS
from mono_web.companies.models import Company, Status
from mono_web.companies.register import as_day
from mono_web.companies.views import lookup
from mono_web.companies.views.blueprint import bp
from mono_web.core import forms, htmx, i18n
from mono_web.core.access import begin_write, not_there, requires, viewer
from mono_web.core.i18n import gettext as _
from mono_web.core.numbers import format_orgnr


@bp.route("/<uuid:company_id>/refresh", methods=["GET", "POST"])
@requires(policy.can_edit, company=queries.company_for)
def company_refresh(company: Company) -> ResponseReturnValue:
    """GET asks the register and shows what has changed; POST takes what is ticked of it, asking nobody."""
    if request.method == "POST":
        return _take(company)
    if not company.orgnr:
        return _show(company, None, _("Write the organisation number first. The register is asked by it."))
    reply = lookup.asked(company.orgnr)
    told = actions.Told(reply.facts, reply.on) if reply.facts else None
    return _show(company, told, reply.sentence)


def _take(company: Company) -> ResponseReturnValue:
    told = lookup.unsealed(request.form.get("told"), company.orgnr)
    if told is None:
        return _show(company, None, _("The page had become too old. Ask the register again."), 422)
    begin_write()
    seen = set(forms.posted("shown"))
    now = actions.changes(company, told.facts)
    if {_key(change) for change in now} != seen:
        sentence = _("The undertaking was changed meanwhile. Look at it again.")
        return _show(company, told, sentence, 409)
    actions.take_changes(viewer().id, company, told, forms.posted("take"))
    htmx.announce(_("%(name)s is as the register has it, as far as you chose", name=company.name))
    return htmx.redirect_to(url_for("companies.company_show", company_id=company.id))


def _key(change: Change) -> str:
    """A change as the page showed it: the same on both sides only while nothing was saved in between."""
    return f"{change.name}:{_in_words(change, change.old)}"


def _show(company: Company, told: actions.Told | None, sentence: str, status: int = 200) -> ResponseReturnValue:
    found = actions.changes(company, told.facts) if told else []
    return htmx.render(
        "companies/company_refresh.html",
        status=status,
        company=company,
        sentence=sentence,
        told=told,
        sealed=lookup.sealed(company.orgnr or "", told.facts, told.on) if told else "",
        rows=[
            {
                "name": change.name,
                "key": _key(change),
                "label": ALL_LABELS[change.name],
                "old": _in_words(change, change.old),
                "new": _in_words(change, change.new),
                "by_hand": change.by_hand,
            }
            for change in found
        ],
    )


def _in_words(change: Change, values: Mapping[str, Any]) -> str:
    """One side of a change; empty where nothing is known."""
    match change.name:
        case "status":
            day = as_day(values["status_on"] or "")
            words = [str(STATUS_LABELS.get(values["status"], _("Active"))), i18n.day_long(day) if day else ""]
        case "municipality":
            words = [municipalities.split(values["municipality"])[1], values["country"]]
        case "form":
            words = [str(FORM_LABELS.get(values["form"], values["form"]))]
        case "employees":
            words = ["" if values["employees"] is None else i18n.number(values["employees"])]
        case "parent_orgnr":
            words = [format_orgnr(values["parent_orgnr"])]
        case "industry_code":
            words = [values["industry_code"], values["industry_name"], values["industry_vintage"]]
        case _:
            words = [str(values[change.name] or "")]
    return ", ".join(word for word in words if word)


@bp.route("/<uuid:company_id>/erase", methods=["GET", "POST"])
@requires(policy.can_edit, company=queries.company_for)
def company_erase(company: Company) -> ResponseReturnValue:
    """After a question: erase what came from the register, which has removed this undertaking and asks for it."""
    if company.status != Status.REMOVED:
        not_there()
    if request.method == "GET":
        return htmx.render("companies/company_erase.html", company=company)
    begin_write()
    actions.erase_facts(viewer(), company)
    htmx.announce(_("What came from the register is erased"))
    return htmx.redirect_to(url_for("companies.company_show", company_id=company.id))
