"""From a sent form to the content of an entry, and back. Shared by the form's routes; no routes of its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import request

from mono_web.companies import queries as companies
from mono_web.companies.models import Company
from mono_web.core import clock, i18n
from mono_web.core.access import Viewer
from mono_web.core.i18n import gettext as _
from mono_web.core.numbers import looks_like_orgnr
from mono_web.core.text import name_key, own_title
from mono_web.logbook import actions, policy, queries
from mono_web.logbook.forms import EntryForm
from mono_web.logbook.models import FORM_OF_KIND, Entry
from mono_web.programmes import queries as programmes

NewCompany = dict[str, str]


def places_of(viewer: Viewer) -> list[tuple[str, str]]:
    """The choices of place: ("programme-cluster", its name), the running programme first."""
    return [
        (f"{place.programme_id}-{place.cluster_id}", f"{place.cluster}, {place.programme}")
        for place in programmes.places_for(viewer, "broker")
    ]


def split_place(value: str) -> tuple[int, int]:
    """ "3-7" as (3, 7)."""
    programme, _dash, cluster = value.partition("-")
    return int(programme), int(cluster)


def first_values(viewer: Viewer, places: list[tuple[str, str]]) -> dict[str, Any]:
    """What an empty form begins with: today, the running programme, and the kind and audience used last."""
    values: dict[str, Any] = {"date": clock.today(), "place": places[0][0] if places else ""}
    if last := queries.last_own(viewer):
        values |= {"kind": last.kind, "contact_form": last.form, "audience": last.audience}
        if (place := f"{last.programme_id}-{last.cluster_id}") in dict(places):
            values["place"] = place
    return values


def values_of(entry: Entry) -> dict[str, Any]:
    """An entry as the form shows it."""
    return values_of_content(actions.content_of(entry), entry.companies)


def values_of_content(content: actions.Content, linked: list[Company]) -> dict[str, Any]:
    """Content as the form shows it; `linked` are its registered undertakings in order."""
    new = list(content.new_companies)
    values: dict[str, Any] = {
        name: getattr(content, name)
        for name in (
            "date", "participants", "kind", "held", "text", "title", "outcome", "next_step",
            "next_step_date", "audience", "confidential",
        )
    }  # fmt: skip
    values |= {
        "title": own_title(content.title, content.text),
        "contact_form": content.form,
        "hours": content.minutes,
        "place": f"{content.programme_id}-{content.cluster_id}",
    }
    if linked:
        values |= {"company": linked[0].name, "company_id": str(linked[0].id)}
    elif new and new[0].get("pending"):
        values["company"] = new.pop(0)["name"]
    elif new:
        first = new.pop(0)
        values |= {"new_company": "1", "new_name": first["name"], "new_orgnr": first.get("orgnr", "")}
        values["new_municipality"] = first.get("municipality", "")
    further = [one.orgnr or one.name for one in linked[1:]] + [_line(one) for one in new]
    values["more_companies"] = "\n".join(further)
    return values


def _line(new: Mapping[str, str]) -> str:
    return f"{new['name']}, {new['orgnr']}" if new.get("orgnr") else new["name"]


def read_companies(viewer: Viewer, form: EntryForm, *, strict: bool) -> tuple[list[UUID], list[NewCompany]]:
    """The undertakings a form names: registered ones by id, and new ones as text.

    `strict` (sending) puts a sentence at the field where a name is not known; a draft keeps it as it was typed.
    """
    ids: list[UUID] = []
    new: list[NewCompany] = []
    for field in (form.company, form.new_name, form.new_orgnr, form.more_companies):
        if len(field.data or "") > field.longest:  # looked up line by line, it would keep everybody waiting
            return ids, new
    if form.new_company.data:
        _read_new(viewer, form, ids, new, strict=strict)
    elif form.company.data:
        _read_known(viewer, form, ids, new, strict=strict)
    for line in (form.more_companies.data or "").splitlines():
        if line.strip():
            _read_further(viewer, form, line.strip(), ids, new, strict=strict)
    return list(dict.fromkeys(ids)), new


def _read_new(viewer: Viewer, form: EntryForm, ids: list[UUID], new: list[NewCompany], *, strict: bool) -> None:
    orgnr = form.new_orgnr.data or ""
    if orgnr and not form.new_orgnr.errors and (known := companies.by_number(orgnr)):
        ids.append(known.id)
        form.known_company = known.name
        return
    name = form.new_name.data or ("" if looks_like_orgnr(form.company.data or "") else form.company.data) or ""
    if not name and strict:
        form.add_error("new_name", _("Write the name of the new undertaking"))
    if name:
        new.append({"name": name, "orgnr": orgnr, "municipality": form.new_municipality.data or ""})


def _read_known(viewer: Viewer, form: EntryForm, ids: list[UUID], new: list[NewCompany], *, strict: bool) -> None:
    typed = form.company.data or ""
    chosen = _chosen(viewer, form.company_id.data, typed)
    found = [chosen] if chosen else companies.named(viewer, typed)
    if len(found) == 1:
        ids.append(found[0].id)
        form.company_id.data = str(found[0].id)
        return
    if not strict:
        new.append({"name": typed, "orgnr": "", "municipality": "", "pending": "1"})
        return
    form.candidates = found or companies.suggestions(viewer, typed)
    form.offer_new = True
    if looks_like_orgnr(typed) and companies.parse_orgnr_or_none(typed) is None:
        form.add_error("company", _("The number is not right. An organisation number has nine digits"))
    elif found:
        form.add_error("company", _("There are several undertakings with this name. Choose one of them"))
    else:
        form.add_error("company", _("Choose an undertaking from the list, or register “%(name)s” as new", name=typed))


def _chosen(viewer: Viewer, company_id: str | None, typed: str) -> Company | None:
    """The undertaking that was picked, as long as the name beside it still is its name."""
    try:
        company = companies.company_for(viewer, UUID(company_id or ""))
    except ValueError:
        return None
    if company is None:
        return None
    same = name_key(typed) == company.name_key or companies.parse_orgnr_or_none(typed) == company.orgnr
    return company if same else None


def _read_further(
    viewer: Viewer, form: EntryForm, line: str, ids: list[UUID], new: list[NewCompany], *, strict: bool
) -> None:
    found = companies.named(viewer, line)
    if len(found) == 1:
        ids.append(found[0].id)
        return
    name, _comma, number = (part.strip() for part in line.rpartition(","))
    orgnr = companies.parse_orgnr_or_none(number) if name else None
    if orgnr and (known := companies.by_number(orgnr)):
        ids.append(known.id)
    elif orgnr:
        new.append({"name": name, "orgnr": orgnr, "municipality": ""})
    elif strict and found:
        form.add_error(
            "more_companies",
            _("There are several called “%(name)s”. Write the organisation number", name=line),
        )
    elif strict:
        form.add_error(
            "more_companies",
            _("“%(name)s” is not registered. Write “name, organisation number” to register it", name=line),
        )
    else:
        new.append({"name": line, "orgnr": "", "municipality": "", "pending": "1"})


def content_from(form: EntryForm, ids: list[UUID], new: list[NewCompany]) -> actions.Content:
    """The content of a valid form."""
    programme_id, cluster_id = split_place(form.place.data)
    kind = form.kind.data
    return actions.Content(
        programme_id=programme_id,
        cluster_id=cluster_id,
        date=form.date.data or clock.today(),
        kind=kind,
        form=FORM_OF_KIND.get(kind, form.contact_form.data),
        held=form.held.data,
        minutes=form.hours.data,
        participants=form.participants.data or "",
        title=form.title.data or "",
        text=form.text.data or "",
        outcome=form.outcome.data or "",
        next_step=form.next_step.data or "",
        next_step_date=form.next_step_date.data,
        audience=form.audience.data,
        confidential=form.confidential.data,
        companies=tuple(ids),
        new_companies=tuple(new),
    )


def reads(viewer: Viewer, place: str, entry: Entry | None = None) -> dict[str, str]:
    """For each audience the names of those who will be able to read, apart from the one who writes now."""
    try:
        programme_id, cluster_id = split_place(place)
    except ValueError:
        return {}
    writers = {viewer.id: viewer.name}
    if entry is not None and entry.taker_id:
        writers |= queries.working_on(entry)
    found: dict[str, str] = {}
    for audience in ("mentor_lead", "cluster", "programme", "confidential"):
        readers = queries.readers_of(programme_id, cluster_id, writers, audience)
        names = i18n.names([name for person_id, name in readers.items() if person_id != viewer.id])
        if audience == "confidential":
            found[audience] = names or _("nobody but you")
        else:
            found[audience] = _("%(names)s can read it.", names=names) if names else _("Only you can read it.")
    return found


def reviewer_names(viewer: Viewer, place: str, entry: Entry | None = None) -> list[str]:
    """First names of who gets the entry when it is sent."""
    try:
        programme_id, _cluster = split_place(place)
    except ValueError:
        return []
    writers = entry.writers if entry is not None else (viewer.id,)
    return [name.split()[0] for _id, name in policy.reviewers_in(programme_id, writers)]


def posted_fields() -> dict[str, list[str]] | None:
    """What stands in the form right now, as it was typed: for the working copy. None where a text is too long for it.

    Nothing but the form's own fields: a copy is kept for long, and is no place for anything else.
    """
    posted = {name: request.form[name] for name in _longest() if name in request.form}
    if any(len(value) > _longest()[name] for name, value in posted.items()):
        return None
    return {name: [value] for name, value in posted.items()}


@lru_cache(maxsize=1)
def _longest() -> dict[str, int]:
    """How long each field of the form may be; one that is chosen or parsed is short."""
    form = EntryForm(formdata=None)
    machinery = ("seen_warnings", "base_rev", "tab")
    return {field.name: getattr(field, "longest", 200) for field in form if field.name not in machinery}
