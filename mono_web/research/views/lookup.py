"""The look-up in NVA: a page of its own, so that writing by hand never waits for it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from flask import current_app
from flask.typing import ResponseReturnValue

from mono_web.core import htmx
from mono_web.core.access import requires
from mono_web.core.db import db
from mono_web.core.i18n import gettext as _
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.i18n import ngettext
from mono_web.core.outside import NoAnswerError
from mono_web.core.text import tidy_line
from mono_web.research import nva, policy, queries
from mono_web.research.views.blueprint import asked, bp

_ID = re.compile(r"[0-9]{1,12}")
TROUBLE = {
    "off": _l("Look-up in NVA is switched off here. Write the facts yourself."),
    "resting": _l("NVA did not answer a moment ago. Try again in a minute, or write the facts yourself."),
    "unreachable": _l("There is no connection to NVA. Write the facts yourself, or try again later."),
    "slow": _l("NVA did not answer in time. Write the facts yourself, or try again later."),
    "busy": _l("NVA has too much to do just now. Wait a minute, or write the facts yourself."),
    "broken": _l("Something is wrong at NVA. Write the facts yourself, or try again later."),
    "unreadable": _l("The answer of NVA could not be read. Write the facts yourself."),
    "large": _l("The answer of NVA is too long to be right. Write the facts yourself."),
}


@dataclass(frozen=True)
class Picked:
    """A person chosen out of NVA: the fields they fill, or a sentence on why there are none."""

    person: nva.Found | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    trouble: str = ""


@bp.get("/nva")
@requires(policy.can_write)
def nva_search() -> ResponseReturnValue:
    """Persons in NVA by name, and by the name of their organisation."""
    name, organization = tidy_line(asked("name")), tidy_line(asked("organization"))
    hits: list[nva.Found] = []
    trouble = "" if _base() else str(TROUBLE["off"])
    if name and not trouble:
        db.session.rollback()  # no transaction is open while another service is asked
        try:
            hits = nva.search(_base(), name, organization)
        except NoAnswerError as error:
            trouble = str(TROUBLE[error.reason])
    if htmx.is_partial():
        htmx.announce(trouble or ngettext("%(num)d person in NVA", "%(num)d persons in NVA", len(hits)))
    homes = queries.by_cristin_ids({one for hit in hits for one in hit.institutions})
    return htmx.render(
        "research/nva_search.html",
        partial="research/_nva_hits.html",
        name=name,
        organization=organization,
        hits=[(hit, [homes[one].name for one in hit.institutions if one in homes]) for hit in hits],
        known=queries.by_nva_uris([hit.uri for hit in hits]),
        trouble=trouble,
        most=nva.HITS,
    )


def pick(person_id: str) -> Picked:
    """Fetch a person and the unit they work at, and find the environment of the directory they belong to."""
    db.session.rollback()  # no transaction is open while another service is asked
    try:
        person = nva.person(_base(), person_id) if _ID.fullmatch(person_id) else None
    except NoAnswerError as error:
        return Picked(trouble=str(TROUBLE[error.reason]))
    if person is None:
        return Picked(trouble=_("NVA knows nobody under this id. Write the facts yourself."))
    unit = _unit_of(person)
    ids = [*(unit.ids if unit else ()), *person.units, *person.institutions]
    homes = queries.by_cristin_ids(ids)
    home = next((homes[one] for one in ids if one in homes), None)
    is_home = unit is not None and home is not None and unit.ids[:1] == (home.cristin_id,)
    return Picked(
        person,
        {
            "name": person.name,
            "environment": str(home.id) if home else "",
            "unit": unit.name if unit and not is_home else "",
            "link": person.uri,
            "themes": list(person.themes),
        },
    )


def _unit_of(person: nva.Found) -> nva.Unit | None:
    """The first place of work. Without an answer the field stays empty: the person is there all the same."""
    try:
        return nva.unit(_base(), person.units[0]) if person.units else None
    except NoAnswerError:
        return None


def _base() -> str:
    return str(current_app.config["SETTINGS"].nva_url)
