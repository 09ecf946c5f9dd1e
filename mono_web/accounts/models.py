"""Tables of people, roles, log-ins and password links."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, true
from sqlalchemy.orm import Mapped, mapped_column, relationship

from mono_web.core.db import Base

KINDS_IN_CLUSTER = ("broker", "cluster_manager")
KINDS_IN_PROGRAMME = ("mentor", "lead", "observer")
LINK_HOURS = 72


class Person(Base):
    """Somebody with an account. Never deleted: disabled, since history names them."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    lang: Mapped[str | None] = mapped_column(String(2))
    color_scheme: Mapped[str | None] = mapped_column(String(5))
    shortcuts: Mapped[bool] = mapped_column(default=True, server_default=true())
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    # Told once at the next log-in: "your password was set by a link on 3 May".
    link_used_at: Mapped[datetime | None]

    roles: Mapped[list[Role]] = relationship(back_populates="person", order_by="Role.id")


class Role(Base):
    """A role held from a day to a day (both inclusive; open-ended where `ends_on` is empty)."""

    __tablename__ = "role"
    __table_args__ = (
        CheckConstraint("kind IN ('broker', 'mentor', 'lead', 'cluster_manager', 'observer', 'admin')", name="kind"),
        CheckConstraint("kind = 'admin' OR programme_id IS NOT NULL", name="programme"),
        CheckConstraint("kind NOT IN ('broker', 'cluster_manager') OR cluster_id IS NOT NULL", name="cluster"),
        Index("ix_role_person", "person_id"),
        Index("ix_role_place", "programme_id", "kind", "cluster_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(20))
    programme_id: Mapped[int | None] = mapped_column(ForeignKey("programme.id"))
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="roles")


class LoginSession(Base):
    """One log-in on one machine. Only the hash of its token is stored."""

    __tablename__ = "login_session"
    __table_args__ = (Index("ix_login_session_person", "person_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PasswordLink(Base):
    """A link with which a person sets their password. Single use, 72 hours; only its hash is stored."""

    __tablename__ = "password_link"
    __table_args__ = (Index("ix_password_link_person", "person_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
