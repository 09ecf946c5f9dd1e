"""Tables of needs and matches."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mono_web.accounts.models import Person
from mono_web.companies.models import Company
from mono_web.core.db import Base
from mono_web.programmes.models import Cluster, PriorityArea, Programme
from mono_web.research.models import Environment, Researcher

SUBJECT = "need"

COLUMNS = ("identified", "assessed", "matching", "matched", "in_application")
STATES = (*COLUMNS, "funded", "on_hold", "closed")
# Nothing is to be done about these any more.
DONE = ("funded", "closed")
LIVE = ("proposed", "contacted", "meeting", "agreed")
MATCH_STATES = (*LIVE, "declined")
# From so many days on a need that nothing moves stands out.
STILL_DAYS = 30


def _listed(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


class Need(Base):
    """A need of an undertaking.

    owner_id         the broker in charge; None, or somebody whose role has ended: it waits for one
    source_type, _id the record it was made from (a log entry), and `source_quote`, a passage of that: whoever may
                     not read the record does not read the passage either
    theme_key        the theme as it is compared
    trl              a guess, 1 to 9
    new_knowledge    the conclusion of the assessment; None before it. `referred_to`: where to, when it is no
    scheme           the support scheme that was chosen, in words
    abstract         what may be shared; others read it from `abstract_released_on`, with the consent of
                     `abstract_consent_by` at the undertaking
    opened_from      it is open to its cluster from this version on: lifting "confidential" opens no older ones
    moved_at         the last move: of the state, or of a match
    """

    __tablename__ = "need"
    __table_args__ = (
        CheckConstraint(f"state IN ({_listed(STATES)})", name="state"),
        CheckConstraint("trl IS NULL OR trl BETWEEN 1 AND 9", name="trl"),
        CheckConstraint("abstract_released_on IS NULL OR NOT confidential", name="release"),
        CheckConstraint("state <> 'closed' OR closed_reason <> ''", name="closed"),
        Index("ix_need_state", "state", "moved_at", "id", "programme_id", "cluster_id", "owner_id", "confidential"),
        Index("ix_need_cluster", "cluster_id", "state", "moved_at", "id", "programme_id", "owner_id", "confidential"),
        Index("ix_need_owner", "owner_id", "state", "moved_at", "id"),
        Index("ix_need_company", "company_id", "state", "moved_at", "id"),
        Index("ix_need_released", "programme_id", "abstract_released_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    theme: Mapped[str] = mapped_column(String(120), default="")
    theme_key: Mapped[str] = mapped_column(String(120), default="")
    priority_area_id: Mapped[int | None] = mapped_column(ForeignKey("priority_area.id"))
    source_type: Mapped[str] = mapped_column(String(30), default="")
    source_id: Mapped[UUID | None]
    source_quote: Mapped[str] = mapped_column(Text, default="")
    trl: Mapped[int | None]
    scheme: Mapped[str] = mapped_column(String(200), default="")
    new_knowledge: Mapped[bool | None]
    conclusion: Mapped[str] = mapped_column(Text, default="")
    referred_to: Mapped[str] = mapped_column(String(200), default="")
    abstract: Mapped[str] = mapped_column(Text, default="")
    abstract_released_on: Mapped[dt.date | None]
    abstract_consent_by: Mapped[str] = mapped_column(String(200), default="")
    confidential: Mapped[bool] = mapped_column(default=False, server_default=false())
    next_step: Mapped[str] = mapped_column(String(300), default="")
    next_step_date: Mapped[dt.date | None]
    state: Mapped[str] = mapped_column(String(20), default="identified")
    closed_reason: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(Integer, default=0)
    opened_from: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    moved_at: Mapped[datetime]
    created_at: Mapped[datetime]

    company: Mapped[Company] = relationship()
    programme: Mapped[Programme] = relationship()
    cluster: Mapped[Cluster] = relationship()
    owner: Mapped[Person | None] = relationship(foreign_keys=owner_id)
    priority_area: Mapped[PriorityArea | None] = relationship()

    @property
    def shared(self) -> bool:
        """Whether others read the abstract."""
        return self.abstract_released_on is not None


class Match(Base):
    """A need and somebody who could meet it: a researcher, or an environment as such.

    environment_id       of a researcher: the environment they were in when the match was made
    first_collaboration  the undertaking's first one with research; asked when it is agreed
    """

    __tablename__ = "need_match"
    __table_args__ = (
        CheckConstraint(f"state IN ({_listed(MATCH_STATES)})", name="state"),
        CheckConstraint("environment_id IS NOT NULL OR researcher_id IS NOT NULL", name="partner"),
        CheckConstraint("state <> 'declined' OR decline_cause <> ''", name="declined"),
        CheckConstraint("state <> 'agreed' OR first_collaboration IS NOT NULL", name="agreed"),
        Index("ix_need_match_need", "need_id", "created_at", "id"),
        Index("ix_need_match_environment", "environment_id", "moved_at", "id"),
        Index("ix_need_match_researcher", "researcher_id", "moved_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    need_id: Mapped[UUID] = mapped_column(ForeignKey("need.id"))
    environment_id: Mapped[UUID | None] = mapped_column(ForeignKey("environment.id"))
    researcher_id: Mapped[UUID | None] = mapped_column(ForeignKey("researcher.id"))
    state: Mapped[str] = mapped_column(String(12), default="proposed")
    decline_cause: Mapped[str] = mapped_column(Text, default="")
    first_collaboration: Mapped[bool | None]
    note: Mapped[str] = mapped_column(Text, default="")
    moved_at: Mapped[datetime]
    created_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))

    need: Mapped[Need] = relationship()
    environment: Mapped[Environment | None] = relationship()
    researcher: Mapped[Researcher | None] = relationship()

    @property
    def partner(self) -> str:
        """Who it is, by name: the researcher with the environment, or the environment alone."""
        place = (self.environment.short_name or self.environment.name) if self.environment else ""
        if self.researcher is None:
            return self.environment.name if self.environment else ""
        return f"{self.researcher.name}, {place}" if place else self.researcher.name
