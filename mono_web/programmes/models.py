"""Tables of programmes, clusters, priority areas and periods."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mono_web.core.db import Base

programme_cluster = Table(
    "programme_cluster",
    Base.metadata,
    Column("programme_id", ForeignKey("programme.id"), primary_key=True),
    Column("cluster_id", ForeignKey("cluster.id"), primary_key=True),
)


class Programme(Base):
    """A programme with its dates, budget frame (whole kroner) and the funder's reference."""

    __tablename__ = "programme"
    __table_args__ = (CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="dates"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    budget_nok: Mapped[int | None]
    funder: Mapped[str] = mapped_column(String(200), default="")
    funder_ref: Mapped[str] = mapped_column(String(100), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    # From this age in days a turn is shown as late.
    late_days: Mapped[int] = mapped_column(Integer, default=5, server_default="5")
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    clusters: Mapped[list[Cluster]] = relationship(secondary=programme_cluster, order_by="Cluster.name")


class Cluster(Base):
    """An industry cluster. `code` is what the CSV of the logbook calls it."""

    __tablename__ = "cluster"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    other_names: Mapped[str] = mapped_column(String(300), default="")
    host: Mapped[str] = mapped_column(String(200), default="")
    place: Mapped[str] = mapped_column(String(120), default="")
    source: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")


class PriorityArea(Base):
    """A theme that a programme gives priority; a dimension of its own beside the clusters."""

    __tablename__ = "priority_area"
    __table_args__ = (Index("ix_priority_area_programme", "programme_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    name: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")


class Period(Base):
    """A stretch of a programme that was closed: what was accepted in it is locked."""

    __tablename__ = "period"
    __table_args__ = (Index("ix_period_programme", "programme_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    closed_at: Mapped[datetime]
    closed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reopened_at: Mapped[datetime | None]
