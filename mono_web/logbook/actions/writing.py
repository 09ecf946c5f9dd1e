"""Writing log entries: record, save, send, delete, audience. They flush, never commit. The review is beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select

from mono_web.companies import actions as companies
from mono_web.companies import queries as registered
from mono_web.companies.models import Company
from mono_web.core import audit, clock, fulltext, revisions, stale
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l
from mono_web.core.text import own_title
from mono_web.followups import actions as followups
from mono_web.logbook import policy
from mono_web.logbook.models import CLOSED, FORM_OF_KIND, SUBJECT, Entry, EntryCompany
from mono_web.programmes.models import Period
from mono_web.remarks import actions as remarks

REVIEW_AFTER = dt.timedelta(days=548)
NARROW_TO_WIDE = ("mentor_lead", "cluster", "programme")


@dataclass(frozen=True)
class Content:
    """What a person writes in an entry. `companies` are registered ones, `new_companies` become so at sending.

    A new company is {"name", "orgnr" (nine digits or ""), "municipality"}; `minutes` are whole minutes.
    """

    programme_id: int
    cluster_id: int
    date: dt.date
    kind: str
    form: str
    held: str = "yes"
    minutes: int | None = None
    participants: str = ""
    title: str = ""
    text: str = ""
    outcome: str = ""
    next_step: str = ""
    next_step_date: dt.date | None = None
    audience: str = "mentor_lead"
    confidential: bool = False
    companies: tuple[UUID, ...] = ()
    new_companies: tuple[Mapping[str, str], ...] = field(default=())


def form_of(kind: str, form: str | None) -> str:
    """The form follows the kind where it can; a clash is refused."""
    fixed = FORM_OF_KIND.get(kind)
    if fixed and form and form != fixed:
        raise DomainError(_l("This kind of contact cannot have that form"), "form")
    return fixed or form or "physical"


def as_fields(content: Content) -> dict[str, Any]:
    """The content as a revision keeps it: JSON values only. A title that only repeats the text is none."""
    return {
        **{name: getattr(content, name) for name in _PLAIN},
        "title": own_title(content.title, content.text),
        "date": content.date.isoformat(),
        "next_step_date": content.next_step_date.isoformat() if content.next_step_date else None,
        "companies": [str(one) for one in content.companies],
        "new_companies": [dict(one) for one in content.new_companies],
    }


def from_fields(fields: Mapping[str, Any]) -> Content:
    """A revision's fields as content."""
    given = {name: fields[name] for name in _PLAIN}
    due = fields.get("next_step_date")
    return Content(
        **given,
        date=dt.date.fromisoformat(fields["date"]),
        next_step_date=dt.date.fromisoformat(due) if due else None,
        companies=tuple(UUID(one) for one in fields["companies"]),
        new_companies=tuple(fields["new_companies"]),
    )


def content_of(entry: Entry) -> Content:
    """The content of an entry as it stands."""
    return Content(
        **{name: getattr(entry, name) for name in _PLAIN},
        date=entry.date,
        next_step_date=entry.next_step_date,
        companies=tuple(link.company_id for link in entry.links),
        new_companies=tuple(entry.new_companies),
    )


_PLAIN = (
    "programme_id", "cluster_id", "kind", "form", "held", "minutes", "participants", "title", "text", "outcome",
    "next_step", "audience", "confidential",
)  # fmt: skip


def record_entry(author_id: int, content: Content, entry_id: UUID) -> Entry:
    """A new entry, as a draft. Its id is made by the one who writes, so that a resend finds it."""
    now = clock.now()
    entry = Entry(id=entry_id, author_id=author_id, state="draft", created_at=now, turn_since=now, revision=0)
    db.session.add(entry)
    with db.session.no_autoflush:
        _write(entry, content)
    _keep(entry, author_id)
    audit.note("entry made", SUBJECT, entry.id)
    return entry


def save_entry(viewer: Viewer, entry: Entry, content: Content, base_rev: int) -> list[str]:
    """Save what was written on top of revision `base_rev`; the state does not change.

    Returns the names of fields that somebody else had changed meanwhile and that were merged in. Raises
    StaleError where the same field was changed on both sides: then nothing is stored here.
    """
    taken: list[str] = []
    if base_rev != entry.revision:
        current = as_fields(content_of(entry))
        may_read = partial(policy.can_read_revision, viewer, entry)
        merged = stale.merged(SUBJECT, entry.id, entry.revision, base_rev, current, as_fields(content), may_read)
        content, taken = from_fields(merged.fields), merged.taken
    _refuse_widening_by_edit(entry, content)
    _write(entry, content)
    _keep(entry, viewer.id)
    return taken


def _refuse_widening_by_edit(entry: Entry, content: Content) -> None:
    """After sending, the audience has a page of its own, which shows the names and asks; and the place says who."""
    if entry.state == "draft":
        return
    if is_wider(entry, content.audience, content.confidential):
        raise DomainError(_l("More people will be able to read this. Use “Change who can read”"), "audience")
    if content.programme_id != entry.programme_id:
        sentence = _l("What was sent stays in its programme. Withdraw the entry and write it anew in the other one")
        raise DomainError(sentence, "place")
    opened_to_cluster = content.audience == "cluster" and not content.confidential
    if content.cluster_id != entry.cluster_id and opened_to_cluster:
        sentence = _l("The other cluster would be able to read this. Let fewer people read the entry first")
        raise DomainError(sentence, "place")


def is_wider(entry: Entry, audience: str, confidential: bool) -> bool:
    """Whether somebody could read after the change who cannot now."""
    if confidential:
        return False
    now = -1 if entry.confidential else NARROW_TO_WIDE.index(entry.audience)
    return NARROW_TO_WIDE.index(audience) > max(now, 0)


def _write(entry: Entry, content: Content) -> None:
    title = own_title(own_title(content.title, content.text), entry.text or "")
    for name in _PLAIN:
        setattr(entry, name, getattr(content, name))
    entry.title = title
    if entry.state != "draft":
        entry.title = entry.heading  # without a title of its own it follows the text
    entry.date, entry.next_step_date = content.date, content.next_step_date
    entry.new_companies = [dict(one) for one in content.new_companies]
    link_companies(entry, list(content.companies))
    mark_until(entry)


def mark_until(entry: Entry, until: dt.date | None = None) -> None:
    """When the confidentiality is to be looked at again: the day given, else 18 months on; none where not marked."""
    if not entry.confidential:
        entry.confidential_until = None
    elif until or entry.confidential_until is None:
        entry.confidential_until = until or clock.today() + REVIEW_AFTER


def link_companies(entry: Entry, company_ids: list[UUID]) -> None:
    """Let the entry be about these undertakings, in this order."""
    kept = {link.company_id: link for link in entry.links}
    entry.links = [
        kept.get(one) or EntryCompany(company_id=one, place=0, date=entry.date) for one in dict.fromkeys(company_ids)
    ]
    for place, link in enumerate(entry.links):
        link.place, link.date = place, entry.date


def _keep(entry: Entry, author_id: int) -> None:
    """Store the revision and let search follow."""
    db.session.flush()
    fields = as_fields(content_of(entry))
    entry.revision = revisions.keep(SUBJECT, entry.id, author_id, fields, private=entry.state == "draft").number
    db.session.flush()
    index(entry)
    if entry.state != "draft":
        _follow(entry)


_NAMES = select(Company.name).where(Company.id.in_(bindparam("ids", expanding=True)))


def index(entry: Entry) -> None:
    """Follow the entry in the full text."""
    names = db.session.scalars(_NAMES, {"ids": [link.company_id for link in entry.links]})
    fulltext.put(
        SUBJECT,
        entry.id,
        entry.date,
        entry.heading,
        [*names, entry.participants, entry.text, entry.outcome, entry.next_step],
    )


def _follow(entry: Entry) -> None:
    followups.follow(
        SUBJECT, entry.id, entry.in_charge_id, entry.next_step, entry.heading,
        entry.next_step_date,
    )  # fmt: skip


def complete(content: Content) -> None:
    """What sending asks for beyond a draft. Raises DomainError at the first field that is missing."""
    if not content.companies and not content.new_companies:
        raise DomainError(_l("Choose which undertaking the entry is about"), "company")
    if not content.text:
        raise DomainError(_l("Write a few words about what you talked about"), "text")
    if content.minutes is None:
        raise DomainError(_l("Write how many hours it took. 0 is fine"), "hours")
    if content.date > clock.today() and content.held == "yes":
        raise DomainError(_l("The date lies ahead. Write when it happened"), "date")


def send_entry(viewer: Viewer, entry: Entry) -> list[str]:
    """Send a draft, or send a returned entry back. Returns names of new undertakings that were known before.

    Makes the draft's new undertakings. Where nobody can review it, it is accepted with that reason.
    """
    complete(content_of(entry))
    known = _register_new_companies(viewer, entry)
    entry.title = entry.heading
    back = entry.state == "returned"
    now = clock.now()
    entry.state = "answered" if back else "submitted"
    entry.turn_since = now
    entry.sent_at = entry.sent_at or now
    entry.late = entry.late or in_closed_period(entry.programme_id, entry.date)
    db.session.flush()
    if not back:
        _keep(entry, viewer.id)  # the first revision that others may read
        entry.opened_from = entry.revision
    else:
        _follow(entry)
    remarks.act(SUBJECT, entry.id, viewer.id, "sent_back" if back else "sent", on_revision=entry.revision)
    if not policy.reviewers_in(entry.programme_id, entry.writers):
        accept_unreviewed(entry)
    return known


def accept_unreviewed(entry: Entry) -> None:
    """Nobody may review it: it is accepted on sending, and says so."""
    entry.state, entry.accepted_revision, entry.turn_since = "accepted", entry.revision, clock.now()
    remarks.act(SUBJECT, entry.id, None, "accepted", "no_reviewer", entry.revision)


def _register_new_companies(viewer: Viewer, entry: Entry) -> list[str]:
    linked, known = [link.company_id for link in entry.links], []
    for new in entry.new_companies:
        made = companies.record_company(
            new["name"],
            orgnr=new.get("orgnr") or None,
            municipality=new.get("municipality", ""),
            municipality_code=new.get("municipality_code") or None,
            cluster_id=entry.cluster_id,
            made_by=viewer.id,
        )
        linked.append(made.company.id)
        if made.known:
            known.append(made.company.name)
    if entry.new_companies:
        entry.new_companies = []
        link_companies(entry, linked)
        db.session.flush()
    return known


_CLOSED = select(Period.id).where(
    Period.programme_id == bindparam("programme"),
    Period.starts_on <= bindparam("day"),
    Period.ends_on >= bindparam("day"),
    Period.reopened_at.is_(None),
)


def in_closed_period(programme_id: int, day: dt.date) -> bool:
    """Whether the day lies in a closed period of the programme."""
    return db.session.scalar(_CLOSED, {"programme": programme_id, "day": day}) is not None


def delete_draft(entry: Entry) -> None:
    """One's own draft: it was never sent to anybody, so it may go with its whole history."""
    if entry.state != "draft":
        raise DomainError(_l("What was sent is withdrawn with a reason, not deleted"))
    fulltext.remove(SUBJECT, entry.id)
    revisions.forget(SUBJECT, entry.id)
    remarks.forget(SUBJECT, entry.id)
    db.session.delete(entry)
    db.session.flush()
    audit.note("draft deleted", SUBJECT, entry.id)


def change_audience(
    viewer: Viewer,
    entry: Entry,
    audience: str,
    confidential: bool,
    *,
    confirmed: bool,
    until: dt.date | None = None,
) -> None:
    """Tightening is free and closes everything; widening was confirmed and opens this revision and later ones."""
    wider = is_wider(entry, audience, confidential)
    if wider and not confirmed:
        raise DomainError(_l("More people will be able to read this. Confirm it first"), "confirm")
    lifted = entry.confidential and not confidential
    before = "confidential" if entry.confidential else entry.audience
    entry.audience, entry.confidential = audience, confidential
    mark_until(entry, until)
    fields = as_fields(content_of(entry))
    entry.revision = revisions.keep(SUBJECT, entry.id, viewer.id, fields, private=entry.state == "draft").number
    if wider or lifted:
        entry.opened_from = entry.revision
    if entry.state in CLOSED:
        entry.accepted_revision = entry.revision
    db.session.flush()
    after = "confidential" if confidential else audience
    remarks.act(
        SUBJECT,
        entry.id,
        viewer.id,
        "widened" if wider else "tightened",
        f"{before} -> {after}",
        entry.revision,
    )


def bring_back(viewer: Viewer, entry: Entry, number: int) -> None:
    """Bring an old revision back: that is a new revision. Its audience, and after sending its place, stay."""
    old = revisions.at(SUBJECT, entry.id, number)
    if old is None:
        raise DomainError(_l("There is no such version"))
    content = from_fields(old.fields)
    content = replace(
        content,
        companies=tuple(registered.as_they_are_now(content.companies)),
        audience=entry.audience,
        confidential=entry.confidential,
        new_companies=tuple(entry.new_companies),
    )
    if entry.state != "draft":  # where it stands says who can read it: that stays as well
        content = replace(content, programme_id=entry.programme_id, cluster_id=entry.cluster_id)
    _write(entry, content)
    _keep(entry, viewer.id)
    remarks.act(SUBJECT, entry.id, viewer.id, "brought_back", str(number), entry.revision)
