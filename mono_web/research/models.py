"""Tables of the R&D directory."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mono_web.core.db import Base

ENVIRONMENT = "environment"
RESEARCHER = "researcher"


class Environment(Base):
    """A place that does research: a university, an institute, or a part of one.

    orgnr       nine digits, or None where it has no number or it is not known
    name_key    the name as it is compared and sorted
    kind        university, institute ...: in the words of who wrote it
    nva_uri     the whole address of the unit in NVA, as NVA identifies it
    approved    an approved research organisation; None means unknown
    theme_keys  the themes as they are filtered by: "|concrete|seaweed|"
    source      "typed", "list" (came with MoNo) or "nva"
    checked_on  the day somebody held the facts against their source; None means unconfirmed
    """

    __tablename__ = "environment"
    __table_args__ = (
        CheckConstraint("orgnr IS NULL OR length(orgnr) = 9", name="orgnr"),
        Index("ix_environment_name_key", "name_key", "id"),
        Index("ix_environment_parent", "parent_id", "name_key"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    orgnr: Mapped[str | None] = mapped_column(String(9), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    short_name: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[str] = mapped_column(String(80), default="")
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("environment.id"))
    cristin_id: Mapped[str] = mapped_column(String(40), default="")
    nva_uri: Mapped[str] = mapped_column(String(300), default="")
    municipality: Mapped[str] = mapped_column(String(80), default="")
    url: Mapped[str] = mapped_column(String(300), default="")
    approved: Mapped[bool | None]
    themes: Mapped[list[str]] = mapped_column(JSON, default=list)
    theme_keys: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(20), default="typed")
    checked_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    parent: Mapped[Environment | None] = relationship(remote_side="Environment.id")


class Researcher(Base):
    """A named person who does research, in an environment or without one.

    link        a page about the person
    nva_uri     the whole address of the person in NVA, as NVA identifies them
    source      "typed" or "nva"
    fetched_on  the day the facts came from NVA
    """

    __tablename__ = "researcher"
    __table_args__ = (
        Index("ix_researcher_name_key", "name_key", "id"),
        Index("ix_researcher_environment", "environment_id", "name_key", "id"),
        Index("ix_researcher_nva_uri", "nva_uri"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    environment_id: Mapped[UUID | None] = mapped_column(ForeignKey("environment.id"))
    unit: Mapped[str] = mapped_column(String(200), default="")
    link: Mapped[str] = mapped_column(String(300), default="")
    nva_uri: Mapped[str] = mapped_column(String(300), default="")
    themes: Mapped[list[str]] = mapped_column(JSON, default=list)
    source: Mapped[str] = mapped_column(String(20), default="typed")
    fetched_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    environment: Mapped[Environment | None] = relationship()
