"""Tables of log entries."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mono_web.accounts.models import Person
from mono_web.companies.models import Company
from mono_web.core.db import Base
from mono_web.core.text import first_words
from mono_web.programmes.models import Cluster, Programme

SUBJECT = "entry"

KINDS = ("visit", "dialogue_meeting", "digital_meeting", "phone", "email", "network_meeting", "other")
MEETINGS = ("visit", "dialogue_meeting", "digital_meeting")
FORMS = ("physical", "digital")
# The form follows the kind; only these leave it open.
FORM_OF_KIND = {"visit": "physical", "phone": "digital", "email": "digital", "digital_meeting": "digital"}
HELD = ("yes", "cancelled", "postponed")
AUDIENCES = ("mentor_lead", "cluster", "programme")
STATES = ("draft", "submitted", "in_review", "returned", "answered", "accepted", "locked", "withdrawn")
WITH_REVIEWER = ("submitted", "in_review", "answered")
WITH_AUTHOR = ("draft", "returned")
EDITABLE = ("draft", "submitted", "in_review", "returned", "answered")
CLOSED = ("accepted", "locked")


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class Entry(Base):
    """A log entry.

    minutes       hours as whole minutes, 0 to 1440; None in a draft
    new_companies undertakings of a draft that are not registered yet: nobody sees them before sending
    revision      number of the current revision; `accepted_revision` the one that was accepted
    turn_since    when the turn changed last; whose turn it is follows from the state
    read_revision the revision at the reviewer's last act (remark, return, accept, start of reading)
    opened_from   the audience is open from this revision on: widening never opens older ones
    late          sent into a closed period
    taker_id      who works on it in the author's place, since the author's role has ended; never of a draft
    """

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_listed(KINDS)})", name="kind"),
        CheckConstraint(f"form IN ({_listed(FORMS)})", name="form"),
        CheckConstraint(f"held IN ({_listed(HELD)})", name="held"),
        CheckConstraint(f"audience IN ({_listed(AUDIENCES)})", name="audience"),
        CheckConstraint(f"state IN ({_listed(STATES)})", name="state"),
        CheckConstraint("minutes IS NULL OR minutes BETWEEN 0 AND 1440", name="minutes"),
        CheckConstraint("taker_id IS NULL OR (state <> 'draft' AND taker_id <> author_id)", name="taker"),
        Index("ix_entry_date", "date", "id", "programme_id", "cluster_id", "author_id", "taker_id", "state",
              "audience", "confidential"),
        Index("ix_entry_author", "author_id", "date", "id", "state"),
        Index("ix_entry_cluster", "cluster_id", "date", "id", "programme_id", "author_id", "taker_id", "state",
              "audience", "confidential"),
        Index("ix_entry_state", "state", "date", "id", "programme_id", "cluster_id", "author_id", "taker_id",
              "audience", "confidential"),
        Index("ix_entry_kind", "kind", "date", "id", "programme_id", "cluster_id", "author_id", "taker_id", "state",
              "audience", "confidential"),
        Index("ix_entry_turn", "programme_id", "state", "turn_since", "id", "author_id", "taker_id"),
        Index("ix_entry_author_state", "author_id", "state", "turn_since", "id"),
        Index("ix_entry_taker", "taker_id", "state", "programme_id", "id"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    taker_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    date: Mapped[dt.date]
    kind: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(10))
    held: Mapped[str] = mapped_column(String(10), default="yes")
    minutes: Mapped[int | None]
    participants: Mapped[str] = mapped_column(String(500), default="")
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(String(300), default="")
    next_step_date: Mapped[dt.date | None]
    audience: Mapped[str] = mapped_column(String(12), default="mentor_lead")
    confidential: Mapped[bool] = mapped_column(default=False, server_default=false())
    confidential_until: Mapped[dt.date | None]
    new_companies: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    revision: Mapped[int] = mapped_column(Integer, default=0)
    read_revision: Mapped[int | None]
    accepted_revision: Mapped[int | None]
    opened_from: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    turn_since: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    late: Mapped[bool] = mapped_column(default=False, server_default=false())
    imported: Mapped[bool] = mapped_column(default=False, server_default=false())

    author: Mapped[Person] = relationship(foreign_keys=author_id)
    taker: Mapped[Person | None] = relationship(foreign_keys=taker_id)
    programme: Mapped[Programme] = relationship()
    cluster: Mapped[Cluster] = relationship()
    links: Mapped[list[EntryCompany]] = relationship(
        back_populates="entry", order_by="EntryCompany.place", cascade="all, delete-orphan"
    )
    addenda: Mapped[list[Addendum]] = relationship(back_populates="entry", order_by="Addendum.made_at")

    @property
    def heading(self) -> str:
        """The title, or the first words of the text while there is none."""
        return self.title or first_words(self.text)

    @property
    def in_charge(self) -> Person:
        """Whose turn it is when it is not the reviewer's: who took it over, else the author."""
        return self.taker or self.author

    @property
    def in_charge_id(self) -> int:
        """Their id."""
        return self.taker_id or self.author_id

    @property
    def writers(self) -> tuple[int, ...]:
        """Ids of who may work on it, while they are brokers there: the author, and who took it over."""
        return (self.author_id,) if self.taker_id is None else (self.author_id, self.taker_id)

    @property
    def companies(self) -> list[Company]:
        """The undertakings, in the order they were written."""
        return [link.company for link in self.links]


class EntryCompany(Base):
    """An undertaking an entry is about. The entry's date stands here too: a company's entries are read in order."""

    __tablename__ = "entry_company"
    __table_args__ = (Index("ix_entry_company_company", "company_id", "date", "entry_id"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id"), primary_key=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"), primary_key=True)
    place: Mapped[int]
    date: Mapped[dt.date]

    entry: Mapped[Entry] = relationship(back_populates="links")
    company: Mapped[Company] = relationship()


class Addendum(Base):
    """What was added after acceptance: a record of its own, so that the accepted text stays as it was."""

    __tablename__ = "addendum"
    __table_args__ = (Index("ix_addendum_entry", "entry_id", "made_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("entry.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]

    entry: Mapped[Entry] = relationship(back_populates="addenda")
