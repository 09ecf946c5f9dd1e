"""Tables of undertakings."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mono_web.core.db import Base
from mono_web.programmes.models import Cluster

SUBJECT = "company"
PERSONAL_FORM = "ENK"


class Status(StrEnum):
    """What the register says of an undertaking that is not simply there; nothing for one that is."""

    BANKRUPT = "bankrupt"
    WINDING_UP = "winding_up"
    FORCED = "forced"
    CLOSED = "closed"
    DELETED = "deleted"
    REMOVED = "removed"


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
    industry_vintage   the classification the code is of ("SN2007", "SN2025"); industry_name is its text there
    status, status_on  a Status, or empty; the day, where the register gives one
    parent_orgnr       number of the undertaking this is a sub-unit of
    note               own notes; who may read them: policy.can_read_own
    source, source_on  where the record comes from ("typed", "brreg", "import") and the day
    merged_into_id     the record that this one was a double of: then nobody meets it but through that one
    fetched            field of actions.as_fields -> {"source", "on"}: what came from elsewhere, or was typed since then
    """

    __tablename__ = "company"
    __table_args__ = (
        CheckConstraint("orgnr IS NULL OR length(orgnr) = 9", name="orgnr"),
        Index("ix_company_name_key", "name_key"),
        Index("ix_company_name", "name", "id"),
        Index("ix_company_merged_into", "merged_into_id"),
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
    industry_name: Mapped[str] = mapped_column(String(200), default="")
    website: Mapped[str] = mapped_column(String(200), default="")
    status: Mapped[str] = mapped_column(String(12), default="")
    status_on: Mapped[date | None]
    parent_orgnr: Mapped[str] = mapped_column(String(9), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(20), default="typed")
    source_on: Mapped[date | None]
    fetched: Mapped[dict[str, dict[str, Any]]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    merged_into_id: Mapped[UUID | None] = mapped_column(ForeignKey("company.id"))

    clusters: Mapped[list[Cluster]] = relationship(secondary=company_cluster, order_by="Cluster.name")

    @property
    def is_person(self) -> bool:
        """A sole proprietorship: its name holds the owner's, so that its facts are personal data."""
        return self.form == PERSONAL_FORM


class CompanyMerging(Base):
    """Two records that became one, with all that is needed to make them two again.

    before, after  the fields of the record that was kept
    moved          the rows that were moved: table, column, rest of the key, and the row itself where it was a double
    had            the rows that the kept record had already: what is in neither list was made since
    """

    __tablename__ = "company_merging"
    __table_args__ = (
        Index("ix_company_merging_kept", "kept_id", "made_at"),
        Index("ix_company_merging_gone", "gone_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    kept_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    gone_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    gone_orgnr: Mapped[str | None] = mapped_column(String(9))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_at: Mapped[datetime | None]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)
    moved: Mapped[list[list[Any]]] = mapped_column(JSON)
    had: Mapped[list[list[Any]]] = mapped_column(JSON)

    kept: Mapped[Company] = relationship(foreign_keys=kept_id)


class CompanyDistinct(Base):
    """Two records that look alike and that somebody has said are two undertakings. The lower id stands first."""

    __tablename__ = "company_distinct"

    low_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"), primary_key=True)
    high_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"), primary_key=True)
    said_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    said_at: Mapped[datetime]


CONTACT = "contact"
# The forms of language a contact can be written to in; Nordland has three Sami languages.
LANGUAGE_FORMS = ("nb", "nn", "sma", "smj", "se", "en")


class Contact(Base):
    """A person at an undertaking, as a contact in their work.

    language_form  the one they write themselves; empty where it is not known
    source         where the facts come from, in words, and the day
    legal_basis    a note on why the facts may be kept
    review_on      when somebody looks whether they are still right; None once there is nothing left to look at
    anonymised_at  from then on the name is "Contact 3" and nothing tells who it was
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_company", "company_id", "name", "id"),
        Index("ix_contact_review", "review_on", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("company.id"))
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(120), default="")
    email: Mapped[str] = mapped_column(String(200), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    language_form: Mapped[str] = mapped_column(String(3), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    source_on: Mapped[date | None]
    legal_basis: Mapped[str] = mapped_column(Text, default="")
    review_on: Mapped[date | None]
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    anonymised_at: Mapped[datetime | None]

    company: Mapped[Company] = relationship()
