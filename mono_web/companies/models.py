"""Tables of undertakings."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mono_web.core.db import Base
from mono_web.programmes.models import Cluster

SUBJECT = "company"
PERSONAL_FORM = "ENK"

company_cluster = Table(
    "company_cluster",
    Base.metadata,
    Column("company_id", ForeignKey("company.id"), primary_key=True),
    Column("cluster_id", ForeignKey("cluster.id"), primary_key=True),
    Index("ix_company_cluster_cluster", "cluster_id", "company_id"),
)


class Company(Base):
    """An undertaking.

    orgnr              nine digits, or None where it has no number or it is not known
    name_key           the name as it is compared: without company form, case and punctuation
    municipality_code  four digits; None for a foreign address or none at all
    country            ISO code where the business address is abroad
    employees          None means unknown
    source, source_on  where the facts come from ("typed", "brreg", "import") and the day
    """

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("orgnr IS NULL OR length(orgnr) = 9", name="orgnr"),
        Index("ix_company_name_key", "name_key"),
        Index("ix_company_name", "name", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    orgnr: Mapped[str | None] = mapped_column(String(9), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    form: Mapped[str] = mapped_column(String(10), default="")
    municipality_code: Mapped[str | None] = mapped_column(String(4))
    municipality: Mapped[str] = mapped_column(String(80), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    employees: Mapped[int | None]
    industry_code: Mapped[str] = mapped_column(String(10), default="")
    industry_vintage: Mapped[str] = mapped_column(String(10), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(20), default="typed")
    source_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")

    clusters: Mapped[list[Cluster]] = relationship(secondary=company_cluster, order_by="Cluster.name")

    @property
    def is_person(self) -> bool:
        """A sole proprietorship: its name holds the owner's, so that its facts are personal data."""
        return self.form == PERSONAL_FORM
