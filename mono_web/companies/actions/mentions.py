"""Where undertakings and their contacts name people: own notes, and what was written about somebody else."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from sqlalchemy.orm import contains_eager

from mono_web.companies import policy
from mono_web.companies.models import CONTACT, SUBJECT, Company, Contact
from mono_web.core import clock
from mono_web.core.access import Viewer
from mono_web.core.db import db
from mono_web.core.i18n import gettext as _
from mono_web.core.mentions import Holder, Shown


def holders(url_for: Callable[..., str]) -> dict[str, Holder]:
    """The tables of undertakings that hold what people write."""

    def companies(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
        wanted = policy.visible_to(viewer).where(Company.id.in_(ids), policy.reads_contacts(viewer))
        return {
            one.id: Shown(
                one.name, url_for("companies.company_show", company_id=one.id), clock.local(one.created_at).date()
            )
            for one in db.session.scalars(wanted)
        }

    def contacts(viewer: Viewer, ids: Collection[Any]) -> dict[Any, Shown]:
        wanted = policy.visible_contacts(viewer).where(Contact.id.in_(ids)).options(contains_eager(Contact.company))
        return {
            one.id: Shown(
                f"{one.company.name}: {one.name}",
                url_for("companies.contact_show", contact_id=one.id),
                clock.local(one.created_at).date(),
            )
            for one in db.session.scalars(wanted)
        }

    return {
        SUBJECT: Holder(
            model=Company,
            called=lambda: _("Undertaking"),
            free=("note",),
            subject_type=SUBJECT,
            shown=companies,
            labels=lambda: {"note": _("Own notes")},
        ),
        CONTACT: Holder(
            model=Contact,
            called=lambda: _("Contact"),
            free=("role", "source", "legal_basis"),
            subject_type=CONTACT,
            shown=contacts,
            labels=lambda: {
                "role": _("Role at the undertaking"),
                "source": _("Where the facts come from"),
                "legal_basis": _("Legal basis"),
            },
        ),
    }
