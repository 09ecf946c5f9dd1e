"""Days and hours of the demonstration."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest

from mono_web.core import clock
from mono_web.demo.days import moments, working_day
from mono_web.demo.story import events


@pytest.mark.parametrize("weekday", range(7))
def test_working_days_keep_their_order(weekday: int) -> None:
    today = date(2026, 11, 23) + timedelta(days=weekday)
    days = [working_day(today, ago) for ago in range(40, -40, -1)]
    assert days == sorted(days)
    assert all(day.weekday() < 5 for day in days)
    assert all((working_day(today, ago) <= today) == (ago >= 0) for ago in range(40, -40, -1))


@pytest.mark.parametrize("hour", [0, 7, 9, 12, 20])
def test_moments_of_today_have_passed(hour: int) -> None:
    now = datetime(2026, 11, 23, hour, 5, tzinfo=clock.OSLO)
    with clock.at(now):
        made = moments(now.date(), 6, random.Random(1))
    assert made == sorted(set(made))
    assert len(made) == 6
    assert made[-1] < now


def test_events_of_one_day_are_in_their_order() -> None:
    row = {
        "key": "e1",
        "day": 9,
        "next_step_done": 1,
        "review": [
            {"do": "send", "day": 9},
            {"do": "remark", "day": 7, "answer": {"day": 3, "text": ""}, "resolved": 1},
            {"do": "return", "day": 7},
            {"do": "send_back", "day": 3},
            {"do": "accept", "day": 1},
        ],
    }
    now = datetime(2026, 11, 20, 18, tzinfo=clock.OSLO)
    with clock.at(now):
        told = events(row, now.date())
    assert [event.do for event in told] == [
        "write", "send", "remark", "return", "answer", "send_back", "resolve", "accept", "finish",
    ]  # fmt: skip
    assert [event.at for event in told] == sorted(event.at for event in told)
