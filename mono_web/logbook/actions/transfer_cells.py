"""Cells of the logbook's CSV: which columns a file has, and what stands in one row.

Pure reading: nothing here looks into the database. Codes and the words people write for them are both taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from mono_web.core import clock, dates, hours, numbers
from mono_web.core.errors import DomainError
from mono_web.core.files import Table, recognise_columns
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.text import own_title, tidy_line, tidy_text, unstorable
from mono_web.logbook.actions.writing import form_of
from mono_web.logbook.models import AUDIENCES, FORMS, HELD, KINDS, STATES

# The columns, each with the other names it goes by.
KNOWN: dict[str, tuple[str, ...]] = {
    "entry_id": ("id", "loggføring"),
    "date": ("dato", "day", "dag"),
    "kind": ("type", "type kontakt", "kontaktform", "slag", "kind of contact"),
    "form": ("møteform", "form of meeting"),
    "orgnr": ("org.nr", "organisasjonsnummer", "organisasjonsnr", "organization number", "organisation number"),
    "company": ("virksomhet", "verksemd", "bedrift", "firma", "selskap", "undertaking", "companies"),
    "cluster": ("klynge", "klyngje"),
    "broker": (
        "megler",
        "meklar",
        "e-post",
        "epost",
        "author",
        "broker (e-mail)",
        "megler (e-post)",
        "meklar (e-post)",
    ),
    "participants": ("deltakere", "deltakarar", "deltagere"),
    "hours": ("timer", "timar", "antall timer", "tidsbruk"),
    "title": ("tittel", "sak", "tema", "emne"),
    "text": ("tekst", "notat", "beskrivelse", "innhold", "referat"),
    "next_step": ("neste steg", "neste skritt", "oppfølging"),
    "next_step_date": ("neste steg dato", "dato neste steg", "frist", "date of the next step", "dato for neste steg"),
    "held": ("holdt", "gjennomført", "avholdt", "halden"),
    "status": ("tilstand", "state"),
    "programme": ("program", "prosjekt", "project"),
    "outcome": ("utfall", "resultat", "result"),
    "audience": ("målgruppe", "hvem kan lese", "kven kan lese", "lesere", "who can read"),
    "confidential": ("fortrolig", "konfidensiell", "fortruleg"),
}
MOST_COMPANIES = 50
LONGEST = {
    "participants": 500, "title": 200, "text": 100_000, "next_step": 300, "outcome": 5_000, "company": 2_000,
}  # fmt: skip
_LINES = ("participants", "title", "next_step")
WORDS: dict[str, dict[str, str]] = {
    "kind": {code: code for code in KINDS} | {
        "besøk": "visit", "bedriftsbesøk": "visit", "bedriftsbesok": "visit", "verksemdbesøk": "visit",
        "company visit": "visit", "dialogmøte": "dialogue_meeting", "møte": "dialogue_meeting",
        "dialogue meeting": "dialogue_meeting", "digitalt møte": "digital_meeting", "teams": "digital_meeting",
        "nettmøte": "digital_meeting", "digital meeting": "digital_meeting", "telefon": "phone",
        "e-post": "email", "epost": "email", "e-mail": "email", "nettverksmøte": "network_meeting",
        "network meeting": "network_meeting", "annet": "other", "anna": "other",
    },
    "form": {code: code for code in FORMS} | {"fysisk": "physical", "digitalt": "digital"},
    "held": {code: code for code in HELD} | {
        "ja": "yes", "gjennomført": "yes", "holdt": "yes", "halde": "yes", "held": "yes", "avlyst": "cancelled",
        "nei": "cancelled", "no": "cancelled", "canceled": "cancelled", "utsatt": "postponed", "utsett": "postponed",
    },
    "status": {code: code for code in STATES} | {
        "kladd": "draft", "sendt": "submitted", "innsend": "submitted", "innsendt": "submitted",
        "leses": "in_review", "returnert": "returned",
        "besvart": "answered", "godkjent": "accepted", "låst": "locked", "trukket": "withdrawn",
        "blir lesen": "in_review", "svart på": "answered", "godkjend": "accepted", "trekt": "withdrawn",
        "in review": "in_review",
    },
    "audience": {code: code for code in AUDIENCES} | {
        "klynga": "cluster", "alle i klynga": "cluster", "everyone in the cluster": "cluster",
        "programmet": "programme", "hele programmet": "programme", "heile programmet": "programme",
        "the whole programme": "programme", "mentor og prosjektleder": "mentor_lead",
        "mentor og prosjektleiar": "mentor_lead", "mentor and project lead": "mentor_lead",
    },
    "confidential": {"yes": "yes", "no": "no", "ja": "yes", "nei": "no", "true": "yes", "false": "no"},
}  # fmt: skip
# The same values as they are told to whoever wrote another one: in the person's language.
TOLD: dict[str, tuple[str, ...]] = {
    "kind": (_l("Company visit"), _l("Dialogue meeting"), _l("Digital meeting"), _l("Phone"), _l("E-mail"),
             _l("Network meeting"), _l("Other")),
    "form": (_l("Physical"), _l("Digital")),
    "held": (_l("Held"), _l("Cancelled"), _l("Postponed")),
    "status": (_l("Draft"), _l("Submitted"), _l("In review"), _l("Returned"), _l("Answered"), _l("Accepted"),
               _l("Locked"), _l("Withdrawn")),
    "audience": (_l("Mentor and project lead"), _l("Everyone in the cluster"), _l("The whole programme")),
    "confidential": (_l("Yes"), _l("No")),
}  # fmt: skip
_DEFAULTS = {"held": "yes", "status": "draft", "audience": "mentor_lead", "confidential": "no"}


@dataclass(frozen=True)
class Refusal:
    """Why a row was not taken: its line in the file, the column ("" for the whole row), a sentence."""

    row: int
    column: str
    sentence: str


@dataclass
class Cells:
    """One row, read. Codes of people and places are not looked up yet.

    companies  (number or "", name) of each undertaking
    derived    the row has no id of its own; `entry_id` was made from its content
    """

    row: int
    entry_id: UUID | None = None
    derived: bool = False
    date: dt.date | None = None
    kind: str = ""
    form: str = ""
    held: str = "yes"
    minutes: int | None = None
    texts: dict[str, str] = field(default_factory=dict)
    next_step_date: dt.date | None = None
    companies: list[tuple[str, str]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    status: str = "draft"
    audience: str = "mentor_lead"
    confidential: bool = False


class CellError(Exception):
    """A cell that could not be read: the column's known name and a sentence."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(f"{column}: {sentence}")
        self.column = column
        self.sentence = sentence


def columns_of(table: Table) -> dict[str, str]:
    """The file's columns by the names they are known by; columns of unknown meaning are left out."""
    return {known: column for column, known in recognise_columns(table.columns, KNOWN).items()}


def read_cells(row: int, given: Mapping[str, str]) -> Cells:
    """One row by known column names. Raises CellError at the first cell that cannot be read."""
    for column, value in given.items():
        _refuse_unstorable(column, value)
    cells = Cells(row)
    cells.entry_id = _uuid(given.get("entry_id", ""))
    cells.date = _day("date", given.get("date", ""))
    if cells.date is None:
        raise CellError("date", _l("The date is missing"))
    cells.next_step_date = _day("next_step_date", given.get("next_step_date", ""))
    cells.kind = _code("kind", given)
    if not cells.kind:
        raise CellError("kind", _l("The kind of contact is missing"))
    cells.form = _form(cells.kind, _code("form", given))
    cells.held, cells.status, cells.audience = (_code(name, given) for name in ("held", "status", "audience"))
    cells.confidential = _code("confidential", given) == "yes"
    cells.minutes = _minutes(given.get("hours", ""))
    cells.texts = {name: _text(name, given.get(name, "")) for name in (*_LINES, "text", "outcome")}
    cells.texts["title"] = own_title(cells.texts["title"], cells.texts["text"])
    cells.companies = _companies(given.get("orgnr", ""), given.get("company", ""))
    cells.codes = {name: tidy_line(given.get(name, "")) for name in ("programme", "cluster", "broker")}
    return cells


def _refuse_unstorable(column: str, value: str) -> None:
    found = unstorable(value)
    if found == "bidi":
        raise CellError(column, _l("The text holds hidden marks that turn the reading direction. Remove them"))
    if found:
        raise CellError(column, _l("The text holds an invisible character that cannot be stored. Write it anew"))


def _uuid(typed: str) -> UUID | None:
    try:
        return UUID(typed.strip()) if typed.strip() else None
    except ValueError:
        raise CellError("entry_id", _l("This is no id of an entry. Leave it empty for a new one")) from None


def _day(column: str, typed: str) -> dt.date | None:
    """A date with its year: a short one would mean another day next year."""
    if not typed.strip():
        return None
    today = clock.today()
    try:
        found = dates.parse_date(typed, today)
        if found != dates.parse_date(typed, today - dt.timedelta(days=800)):
            raise CellError(column, _l("Write the date with its year, like this: 11.11.2021"))
    except dates.UnreadableDate as error:
        sentence = _l("There is no such day. Write the date like this: 11.11.2021")
        unreadable = _l("Write the date like this: 11.11.2021")
        raise CellError(column, sentence if error.reason == "impossible" else unreadable) from error
    return found


def _code(column: str, given: Mapping[str, str]) -> str:
    typed = tidy_line(given.get(column, ""))
    if not typed:
        return _DEFAULTS.get(column, "")
    found = WORDS[column].get(typed.casefold())
    if found is None:
        known = ", ".join(str(one) for one in TOLD[column])
        raise CellError(
            column, _l("“%(typed)s” is not known here. Write one of: %(known)s", typed=typed[:60], known=known)
        )
    return found


def _form(kind: str, form: str) -> str:
    try:
        return form_of(kind, form or None)
    except DomainError as error:
        raise CellError("form", error.sentence) from error


_HOURS: dict[str, Callable[[], str]] = {
    "too_many": lambda: _l("At most 24 hours in one entry"),
    "negative": lambda: _l("Hours cannot be less than 0"),
    "unreadable": lambda: _l("Write hours as a number, for example 2,5"),
}


def _minutes(typed: str) -> int | None:
    if not typed.strip():
        return None
    try:
        return hours.parse_hours(typed)
    except hours.UnreadableHours as error:
        raise CellError("hours", _HOURS[error.reason]()) from error


def _text(column: str, typed: str) -> str:
    tidy = tidy_line(typed) if column in _LINES else tidy_text(typed)
    longest = LONGEST[column]
    if len(tidy) > longest:
        raise CellError(column, _l("At most %(most)d characters; this is %(now)d", most=longest, now=len(tidy)))
    return tidy


def _companies(numbers_cell: str, names_cell: str) -> list[tuple[str, str]]:
    """Pairs of number and name, in their order; an undertaking without a number has an empty place."""
    names = [tidy_line(one) for one in names_cell.split(";")] if names_cell.strip() else []
    typed = [one.strip() for one in numbers_cell.split(";")] if numbers_cell.strip() else []
    if names and typed and len(names) != len(typed):
        raise CellError("orgnr", _l("The numbers and the names are not equally many. Leave an empty place"))
    most = max(len(names), len(typed))
    if most > MOST_COMPANIES:
        raise CellError("company", _l("At most %(most)d undertakings in one entry", most=MOST_COMPANIES))
    names, typed = names or [""] * most, typed or [""] * most
    pairs = [(_orgnr(number), name) for number, name in zip(typed, names, strict=True)]
    if any(len(name) > LONGEST["title"] for name in names):
        raise CellError("company", _l("The name is too long"))
    return [pair for pair in pairs if any(pair)]


def _orgnr(typed: str) -> str:
    try:
        return numbers.parse_orgnr(typed) if typed else ""
    except numbers.BadOrgnr as error:
        sentences: dict[str, Any] = {
            "length": _l("An organisation number has nine digits"),
        }
        wrong = _l("The number is not right. An organisation number has nine digits, and the last one is a check digit")
        raise CellError("orgnr", sentences.get(error.reason, wrong)) from error
