"""Looking up in Enhetsregisteret while an undertaking is written: hits, and the form filled from one of them.

What was found travels with the form, signed, so that saving asks nobody: it needs no answer from outside.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer

from mono_web.companies import actions, asking, policy, queries
from mono_web.companies.asking import Reply
from mono_web.companies.forms import CompanyForm
from mono_web.companies.views.blueprint import bp
from mono_web.core import clock, htmx, outside
from mono_web.core.access import requires
from mono_web.core.db import db
from mono_web.core.forms import orgnr_sentence
from mono_web.core.i18n import ngettext
from mono_web.core.numbers import BadOrgnr, looks_like_orgnr, parse_orgnr
from mono_web.core.text import unstorable

SHORTEST_NAME = 3
_KEPT_SECONDS = 24 * 3600


@bp.get("/parts/register")
@requires(policy.can_make)
def register_lookup() -> ResponseReturnValue:
    """What the register has of the number or name that was typed, to pick from."""
    typed = _meant(request.args.get("q", ""), request.args.get("orgnr", ""), request.args.get("name", ""))
    page = "companies/_company_lookup.html"
    found = looked_up(typed)
    number = len(found["hits"])
    hits = ngettext("%(num)d hit in the register", "%(num)d hits in the register", number) if number else ""
    if spoken := found["sentence"] or hits:
        htmx.announce(spoken)
    return htmx.render(page, partial=page, lookup=found, lookup_on=is_on(), sent=False)


def is_on() -> bool:
    """Whether there is a register to ask."""
    return bool(_base())


def _base() -> str:
    return str(current_app.config["SETTINGS"].brreg_url)


def looked_up(typed: str) -> dict[str, Any]:
    """For the template: `hits` to pick from, which of them are here already (`there`), and the sentence to tell."""
    number, wrong = _number(typed)
    if wrong or unstorable(typed) or (number is None and len(typed) < SHORTEST_NAME):
        return {"hits": [], "there": {}, "sentence": wrong}
    if number is None:
        found = asking.by_name(_ask(), typed)
        rows, sentence = found.rows, found.sentence
    else:
        reply = asked(number)
        rows, sentence = [reply.facts] if reply.state == "found" else [], reply.sentence
    return {"hits": rows, "there": queries.by_numbers([row["orgnr"] for row in rows]), "sentence": sentence}


def _meant(picked: str, orgnr: str, name: str) -> str:
    """What to look up: what was picked, else a number, else the name."""
    typed = picked or (orgnr if looks_like_orgnr(orgnr) else name)
    return typed.strip()[:200]


def _number(typed: str) -> tuple[str | None, str]:
    """The number that was typed, if it is one, and what is wrong with it."""
    if not looks_like_orgnr(typed):
        return None, ""
    try:
        return parse_orgnr(typed), ""
    except BadOrgnr as error:
        return None, orgnr_sentence(error.reason)


def asked(number: str) -> Reply:
    """What the register says of this number."""
    return asking.by_number(_ask(), number)


def _ask() -> asking.Ask:
    """With no transaction open: an answer may take its time."""
    db.session.rollback()
    return partial(outside.ask, _base())


# --- in the form ----------------------------------------------------------------------------------------------------


def is_wished() -> bool:
    """Whether the form was sent to be filled from the register, not to be saved."""
    return request.method == "POST" and ("pick" in request.form or request.form.get("action") == "fetch")


def fill(form: CompanyForm) -> dict[str, Any]:
    """Fill the form where one undertaking is meant, else give what to pick from; for the template. Stores nothing."""
    typed = _meant(request.form.get("pick", ""), form.orgnr.data or "", form.name.data or "")
    found = looked_up(typed)
    meant = found["hits"][0] if len(found["hits"]) == 1 and looks_like_orgnr(typed) else None
    if meant is None:
        return found
    form.put_facts(meant)
    form.register.data = sealed(meant["orgnr"], meant, clock.today())
    form.known = found["there"].get(meant["orgnr"])
    return {**found, "hits": [], "filled": meant}


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="mono-register")


def sealed(number: str, facts: Mapping[str, Any], on: date) -> str:
    """What the register said of a number, so that nobody can change it on the way through a form."""
    return str(_signer().dumps({"number": number, "facts": facts, "on": on.isoformat()}))


def unsealed(value: str | None, number: str | None) -> actions.Told | None:
    """What was sealed, if it is of this number; None where nothing was, or it no longer holds."""
    try:
        kept = _signer().loads(value or "", max_age=_KEPT_SECONDS)
    except BadSignature:
        return None
    return actions.Told(kept["facts"], date.fromisoformat(kept["on"])) if kept["number"] == number else None
