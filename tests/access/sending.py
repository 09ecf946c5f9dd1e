"""What is sent in the walk over the matrix: forms that their endpoints carry out when the rule lets them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from mono_web.companies.views.lookup import sealed
from mono_web.core.db import db
from mono_web.logbook.models import Entry
from tests import factories as make
from tests.access.building import FILE, Built

if TYPE_CHECKING:
    from tests.access.walking import Case


def entry_form(built: Built, entry: Entry | None = None) -> dict[str, Any]:
    """The form of an entry, filled in and complete."""
    world = built.world
    programme, cluster = (entry.programme_id, entry.cluster_id) if entry else (world.programme, world.act)
    return {
        "action": "save", "record_id": str(entry.id if entry else uuid4()),
        "base_rev": str(entry.revision if entry else 0), "place": f"{programme}-{cluster}",
        "company": "Ranfjord Slagg AS", "date": "i går", "hours": "1", "kind": "visit", "form": "physical",
        "held": "yes", "text": "Endret.", "audience": "mentor_lead",
    }  # fmt: skip


def _forms(built: Built) -> dict[str, dict[str, Any]]:
    """What is sent to each endpoint that asks for more than a reason."""
    today = f"{make.day(0):%d.%m.%Y}"
    return {
        "logbook.entry_send": {"anyway": "1"},
        "logbook.entry_import": {"file": (BytesIO(FILE.encode()), "logg.csv")},
        "logbook.entry_audience": {"audience": "mentor_lead"},
        "remarks.remark_new": {"kind": "question", "field": "", "text": "Hvorfor?"},
        "remarks.note_new": {"audience": "only_me", "text": "Husk."},
        "remarks.remark_answer": {"text": "Derfor."},
        "remarks.note_audience": {"audience": "only_me"},
        "logbook.entry_addendum": {"text": "Mer."},
        "logbook.handover_edit": {"chosen": str(built.entries["left"]), "taker": str(built.ids["taker"])},
        "companies.company_new": {"name": "Nytt AS", "legal_form": "AS", "form": "AS", "municipality": "1833"},
        "companies.company_edit": {
            "name": "Ranfjord Slagg AS",
            "orgnr": "310279323",
            "base_rev": "1",
            "legal_form": "AS",
            "form": "AS",
            "municipality": "1833",
        },
        # What the register is said to have told: that nothing has changed.
        "companies.company_refresh": {"told": sealed("310279323", {}, make.day(0))},
        "accounts.profile_edit": {"lang": "en", "color_scheme": "auto", "shortcuts": "y"},
        "accounts.language_save": {"lang": "en"},
        "accounts.person_new": {"name": "Ny", "email": "ny@mono.test", "lang": ""},
        "accounts.person_edit": {"name": "Stig", "email": make.STRANGER, "lang": ""},
        "accounts.role_new": {
            "kind": "observer",
            "programme": str(built.ids["programme"]),
            "cluster": "",
            "starts_on": today,
        },
        "accounts.role_end": {"ends_on": today},
        "programmes.programme_new": {"name": "Nytt", "code": "nytt", "starts_on": today, "late_days": "5"},
        "programmes.programme_edit": {
            "name": "MoNo",
            "code": "mono",
            "starts_on": today,
            "late_days": "5",
            "base_rev": "1",
        },
        "programmes.programme_cluster_add": {"cluster": str(built.ids["betong"])},
        "programmes.area_new": {"name": "Ny"},
        "programmes.area_edit": {"name": "Ny", "base_rev": "1"},
        "programmes.cluster_new": {"name": "Ny", "code": "ny"},
        "programmes.cluster_edit": {"name": "Ny", "code": "act", "base_rev": "1"},
    }


def _contact_forms() -> dict[str, dict[str, Any]]:
    facts = {"name": "Ny kontakt", "language_form": ""}
    return {"companies.contact_new": facts, "companies.contact_edit": {**facts, "base_rev": "2"}}


def _directory_and_need_forms(built: Built) -> dict[str, dict[str, Any]]:
    return {
        "needs.need_edit": {"title": "Endret", "base_rev": "1"},
        "needs.need_move": {"state": "on_hold"},
        "needs.match_new": {"partner": "Tarelaboratoriet"},
        "needs.match_move": {"state": "meeting"},
        "needs.abstract_release": {"consent_by": "Roar Hemnes"},
        "research.environment_new": {"name": "Nytt", "approved": "no"},
        "research.environment_edit": {
            "name": "Ranfjord Tareforsk",
            "part_of": "",
            "approved": "yes",
            "base_rev": "1",
        },
        "research.researcher_new": {"name": "Ny", "environment": str(built.environment)},
        "research.researcher_edit": {"name": "Tone Tareforsker", "environment": "", "base_rev": "1"},
    }


def fields_of(built: Built, case: Case, person: str) -> dict[str, Any]:
    """A form that this endpoint carries out when its rule lets it."""
    if case.endpoint in ("logbook.entry_edit", "logbook.entry_new", "logbook.working_copy_put"):
        entry = db.session.get(Entry, case.values["entry_id"]) if "entry_id" in case.values else None
        form = entry_form(built, entry)
        if person == "other":
            form["place"] = f"{built.world.programme}-{built.world.betong}"
        if person == "former":
            form["place"] = f"{built.world.predecessor}-{built.world.act}"
        return form
    if case.endpoint == "needs.need_new":
        world, home = built.world, built.world.betong if person == "other" else built.world.act
        programme = world.predecessor if person == "former" else world.programme
        return {"company": "Ranfjord Slagg AS", "place": f"{programme}-{home}", "title": "Nytt"}
    if case.endpoint == "needs.need_give":
        in_charge = make.OTHER_BROKER if case.thing == "others" else make.BROKER
        return {"owner": str(make.person(in_charge).id)}
    if case.endpoint == "logbook.handover_edit" and person == "nobody":
        return {}  # a form that could not be sent comes back with what was typed
    return {**_forms(built), **_contact_forms(), **_directory_and_need_forms(built)}.get(
        case.endpoint, {"reason": "Fordi."}
    )
