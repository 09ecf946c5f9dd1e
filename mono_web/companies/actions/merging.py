"""Two records of one undertaking become one, and two again where that was wrong.

What points at the record that goes is moved to the one that stays: every column of the schema that refers to an
undertaking, and what hangs on it as a subject. Nothing is deleted: the record that goes stays with its history,
hidden, and each row that was moved is noted, so that undoing moves exactly these rows back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Column, Table, and_, delete, insert, select, update

from mono_web.companies.actions.records import as_fields, index, keep, write_fields
from mono_web.companies.models import SUBJECT, Company, CompanyDistinct, CompanyMerging, company_cluster
from mono_web.core import audit, clock, fulltext
from mono_web.core.access import Viewer
from mono_web.core.db import Base, db
from mono_web.core.errors import DomainError
from mono_web.core.i18n import lazy_gettext as _l

# What hangs on a record by (subject_type, subject_id) and is read on its page. Histories stay where they are.
HANGING = ("note", "remark", "followup")
_OWN = (Company.__tablename__, CompanyMerging.__tablename__, CompanyDistinct.__tablename__, company_cluster.name)


class Moved(NamedTuple):
    """A row that was moved. `key`: its primary key but for the moved column. `row`: what it held, where it was a
    double of one that the other record had already and went."""

    table: str
    column: str
    key: dict[str, Any]
    row: dict[str, Any] | None = None


class Undone(NamedTuple):
    """What undoing did: rows moved back, rows that could not be, and fields that were changed since and stay."""

    back: int
    gone: int
    fields: list[str]


def references() -> Iterator[Column[Any]]:
    """The columns, of whatever feature, that say which undertaking a row belongs to."""
    key = Company.__table__.c.id
    for table in Base.metadata.sorted_tables:
        if table.name in _OWN:
            continue
        for column in table.columns:
            if any(one.column is key for one in column.foreign_keys):
                yield column
        if table.name in HANGING:
            yield table.c.subject_id


def merge_companies(viewer: Viewer, kept: Company, gone: Company, chosen: Mapping[str, Any]) -> CompanyMerging:
    """Move everything from `gone` to `kept`. `chosen` are fields (`as_fields`) that `kept` takes on.

    Where nothing is chosen, `kept` says what it said, or where it said nothing, what `gone` did. Raises DomainError
    where the numbers say that they are two undertakings.
    """
    if kept.id == gone.id or gone.merged_into_id or kept.merged_into_id:
        raise DomainError(_l("Choose two undertakings that are both there"))
    if kept.orgnr and gone.orgnr and kept.orgnr != gone.orgnr:
        raise DomainError(_l("They have different organisation numbers, so they are two undertakings"))
    before, theirs, number = as_fields(kept), as_fields(gone), gone.orgnr
    wanted = {name: value or theirs[name] for name, value in before.items()} | dict(chosen)
    wanted["clusters"] = sorted({*before["clusters"], *theirs["clusters"]})
    wanted["note"] = "\n\n".join(note for note in (before["note"], theirs["note"]) if note)
    had = [_written(one) for one in rows_of(kept.id)]
    moved = [_move(column, key, gone.id, kept.id) for column, key in list(_rows(gone.id))]
    gone.orgnr, gone.merged_into_id = None, kept.id
    db.session.flush()
    write_fields(kept, wanted, before)
    db.session.flush()
    keep(kept, viewer.id)
    fulltext.remove(SUBJECT, gone.id)
    merging = CompanyMerging(
        kept_id=kept.id, gone_id=gone.id, made_by=viewer.id, made_at=clock.now(), gone_orgnr=number,
        before=before, after=as_fields(kept), moved=[_written(one) for one in moved], had=had,
    )  # fmt: skip
    db.session.add(merging)
    db.session.flush()
    db.session.expire_all()  # the rows were moved beside the session
    audit.note("companies merged", SUBJECT, kept.id, f"{gone.id} -> {kept.id}")
    return merging


def undo_merging(viewer: Viewer, merging: CompanyMerging) -> Undone:
    """Two records again. What was moved goes back; what was made since stays with the one that was kept."""
    if merging.undone_at is not None:
        raise DomainError(_l("This is undone already"))
    kept, gone = db.session.get_one(Company, merging.kept_id), db.session.get_one(Company, merging.gone_id)
    if kept.merged_into_id:
        raise DomainError(_l("This undertaking was merged again. Undo the later one first"))
    back = sum(_move_back(Moved(*one), kept.id, gone.id) for one in merging.moved)
    db.session.expire(kept)
    now = as_fields(kept)
    stay = [name for name in now if now[name] not in (merging.after[name], merging.before[name])]
    wanted = {name: now[name] if name in stay else merging.before[name] for name in now}
    write_fields(kept, wanted, now)
    gone.merged_into_id = None
    db.session.flush()
    if merging.gone_orgnr and kept.orgnr != merging.gone_orgnr:
        gone.orgnr = merging.gone_orgnr
    merging.undone_by, merging.undone_at = viewer.id, clock.now()
    db.session.flush()
    keep(kept, viewer.id)
    index(gone)
    db.session.expire_all()
    audit.note("merging undone", SUBJECT, kept.id, f"{kept.id} -> {gone.id}")
    return Undone(back, len(merging.moved) - back, stay)


def made_since(merging: CompanyMerging) -> list[Moved]:
    """Rows of the record that was kept which neither had at the time of the merging."""
    known = {_name(Moved(*one)) for one in (*merging.had, *merging.moved)}
    return [row for row in rows_of(merging.kept_id) if _name(Moved(*_written(row))) not in known]


def rows_of(company_id: UUID) -> list[Moved]:
    """The rows that point at an undertaking: what a merging would move."""
    return [Moved(column.table.name, column.name, key) for column, key in _rows(company_id)]


def tell_apart(viewer: Viewer, one: Company, other: Company) -> None:
    """Somebody looked and says: these are two. They are not proposed again."""
    low, high = sorted((one.id, other.id), key=str)
    if db.session.get(CompanyDistinct, (low, high)) is None:
        db.session.add(CompanyDistinct(low_id=low, high_id=high, said_by=viewer.id, said_at=clock.now()))
        db.session.flush()
        audit.note("companies told apart", SUBJECT, one.id, f"{low} {high}")


# --- rows ---------------------------------------------------------------------------------------------------


def _rows(company_id: UUID) -> Iterator[tuple[Column[Any], dict[str, Any]]]:
    """The rows that point at an undertaking: column, and primary key without that column."""
    for column in references():
        keys = _key_columns(column)
        for found in db.session.execute(select(*keys).where(_points(column, company_id))).all():
            yield column, dict(zip((one.name for one in keys), found, strict=True))


def _key_columns(column: Column[Any]) -> list[Column[Any]]:
    return [one for one in column.table.primary_key.columns if one is not column]


def _points(column: Column[Any], company_id: UUID) -> Any:
    here = column == company_id
    return and_(column.table.c.subject_type == SUBJECT, here) if column.table.name in HANGING else here


def _this(column: Column[Any], key: Mapping[str, Any], company_id: UUID) -> Any:
    return and_(_points(column, company_id), *(column.table.c[name] == value for name, value in key.items()))


def _move(column: Column[Any], key: dict[str, Any], gone_id: UUID, kept_id: UUID) -> Moved:
    """One row; where the record that stays has the same one already, the double goes and is kept here."""
    table, double = column.table, None
    if column.primary_key and db.session.execute(select(column).where(_this(column, key, kept_id))).first():
        row = db.session.execute(select(table).where(_this(column, key, gone_id))).mappings().one()
        double = {name: _plain(value) for name, value in row.items()}
        db.session.execute(delete(table).where(_this(column, key, gone_id)))
    else:
        db.session.execute(update(table).where(_this(column, key, gone_id)).values({column.name: kept_id}))
    return Moved(table.name, column.name, key, double)


def _move_back(moved: Moved, kept_id: UUID, gone_id: UUID) -> int:
    table: Table = Base.metadata.tables[moved.table]
    column = table.c[moved.column]
    key = {name: _typed(table.c[name], value) for name, value in moved.key.items()}
    if moved.row is not None:
        there = db.session.execute(select(column).where(_this(column, key, kept_id))).first()
        again = db.session.execute(select(column).where(_this(column, key, gone_id))).first()
        if there is None or again is not None:
            return 0
        db.session.execute(insert(table).values({n: _typed(table.c[n], v) for n, v in moved.row.items()}))
        return 1
    changed = db.session.execute(update(table).where(_this(column, key, kept_id)).values({column.name: gone_id}))
    return int(changed.rowcount)  # type: ignore[attr-defined]  # an UPDATE gives a CursorResult


def _written(moved: Moved) -> list[Any]:
    """As JSON keeps it."""
    return [moved.table, moved.column, {name: _plain(value) for name, value in moved.key.items()}, moved.row]


def _name(moved: Moved) -> tuple[Any, ...]:
    return moved.table, moved.column, tuple(sorted(moved.key.items()))


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _typed(column: Column[Any], value: Any) -> Any:
    kind = column.type.python_type
    if value is None or isinstance(value, kind):
        return value
    if kind is UUID:
        return UUID(value)
    return datetime.fromisoformat(value) if kind is datetime else kind.fromisoformat(value)
