"""The one source of time. UTC in the database; the person's day is the day in Norway."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")


def _system_time() -> datetime:
    return datetime.now(UTC)


# Of one context: a demonstration that is built in a thread of the server moves nobody else's clock.
_source: ContextVar[Callable[[], datetime]] = ContextVar("clock", default=_system_time)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _source.get()()


def today() -> date:
    """The calendar day in Norway."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """A stored moment as wall-clock time in Norway."""
    return moment.astimezone(OSLO)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let time stand still at `moment`: for building dated data and for tests."""
    before = _source.set(lambda: moment)
    try:
        yield
    finally:
        _source.reset(before)
