"""Setting an empty instance up: the answers so far, kept in a signed file, and what is made of them.

Nobody has an account yet, so the answers lie beside the database until the last page is sent. The password is
never among them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from itsdangerous import Signer
from sqlalchemy import exists, select

from mono_web.accounts import actions as accounts
from mono_web.accounts.models import Person
from mono_web.core import audit, clock
from mono_web.core.db import db
from mono_web.programmes.models import Cluster, Programme

Answers = dict[str, Any]


def is_empty() -> bool:
    """Whether there is neither a person nor a programme."""
    return not db.session.scalar(select(exists(select(Person.id)) | exists(select(Programme.id))))


# --- the answers so far -------------------------------------------------------------------------------------


class AnswersFile:
    """The answers of the first pages by page name, in the instance folder. A file that was tampered with is empty."""

    def __init__(self, folder: Path, secret_key: str) -> None:
        self.path = folder / "setup_answers.json"
        self._signer = Signer(secret_key, salt="mono-setup")

    def read(self) -> Answers:
        """What was answered so far."""
        try:
            held = json.loads(self.path.read_text(encoding="utf-8"))
            whole = self._signer.verify_signature(self._plain(held["answers"]), held["signature"])
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return dict(held["answers"]) if whole else {}

    def keep(self, part: str, answer: Any) -> None:
        """Add or replace the answer of one page."""
        answers = {**self.read(), part: answer}
        signature = self._signer.get_signature(self._plain(answers)).decode()
        beside = self.path.with_suffix(".new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"answers": answers, "signature": signature}, file, ensure_ascii=False)
        beside.replace(self.path)

    def forget(self) -> None:
        """Done."""
        self.path.unlink(missing_ok=True)

    @staticmethod
    def _plain(answers: Answers) -> str:
        return json.dumps(answers, sort_keys=True)


# --- what is made of them -----------------------------------------------------------------------------------


def set_up(answers: Answers, who: Mapping[str, Any], password_hash: str) -> Person:
    """Make the programme, its clusters and the first person, who administers and, if so wished, leads. No commit.

    `answers` holds programme, period and clusters; `who` has name, email, lang and leads.
    """
    about, period = answers["programme"], answers["period"]
    programme = Programme(
        code=about["code"],
        name=about["name"],
        funder=about["funder"],
        funder_ref=about["funder_ref"],
        budget_nok=about["budget_nok"],
        starts_on=date.fromisoformat(period["starts_on"]),
        ends_on=date.fromisoformat(period["ends_on"]) if period["ends_on"] else None,
        clusters=[Cluster(code=code, name=name) for code, name in answers["clusters"]],
    )
    db.session.add(programme)
    db.session.flush()
    person = accounts.make_person(who["email"], who["name"], who["lang"])
    person.password_hash = password_hash
    today = clock.today()
    accounts.give_role(person, "admin", today)
    if who["leads"]:
        accounts.give_role(person, "lead", min(today, programme.starts_on), None, programme.id)
    audit.note("instance set up", "programme", programme.id)
    return person
