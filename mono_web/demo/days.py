"""When things happened in the demonstration: days before today, as working days and working hours."""

from __future__ import annotations

import random
from datetime import date, datetime, time, timedelta

from mono_web.core import clock

OPENS, CLOSES = time(8, 10), time(16, 50)
SATURDAY = 5


def working_day(today: date, days_ago: int) -> date:
    """The day so many days ago; a weekend becomes the Friday before it, one that lies ahead the Monday after.

    Never turns the order of two days around.
    """
    day = today - timedelta(days=days_ago)
    beyond = day.weekday() - SATURDAY
    if beyond < 0:
        return day
    return day + timedelta(days=2 - beyond) if day > today else day - timedelta(days=1 + beyond)


def moments(day: date, count: int, chance: random.Random) -> list[datetime]:
    """So many different moments of a day in working hours, in order; of today only moments that have passed."""
    first, last = _at(day, OPENS), _at(day, CLOSES)
    now = clock.now()
    if last >= now:
        last = now - timedelta(seconds=1)
        first = min(first, last - timedelta(seconds=60 * count))
    seconds = int((last - first).total_seconds())
    return [first + timedelta(seconds=one) for one in sorted(chance.sample(range(seconds), count))]


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=clock.OSLO)
