"""One entry of the demonstration as a row of events: what is done on which day, in the order it is done."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from mono_web.demo.days import moments, working_day

Step = dict[str, Any]
# On one day: what is written and answered comes before the steps of the review.
WRITTEN, ANSWERED, RESOLVED, STEP, FINISHED = range(5)


@dataclass(frozen=True)
class Event:
    """Something that happens to an entry at a moment. `remark` numbers the entry's remarks from 0."""

    at: datetime
    order: int
    entry: str
    do: str
    step: Step
    remark: int = -1


@dataclass(frozen=True)
class _Placed:
    days_ago: int
    phase: int
    place: float
    do: str
    step: Step
    remark: int = -1

    def key(self) -> tuple[int, int, float]:
        return (-self.days_ago, self.phase, self.place)


def _placed(row: Step) -> Iterator[_Placed]:
    """All that happens to an entry, each with what it is ordered by."""
    yield _Placed(row["day"], WRITTEN, 0, "write", row)
    remark = -1
    for place, step in enumerate(row["review"]):
        if step["do"] == "remark":
            remark += 1
        yield _Placed(step["day"], STEP, place, step["do"], step, remark)
        # What is answered on the very day it was asked comes right after the question.
        if answer := step.get("answer"):
            same = answer["day"] == step["day"]
            yield _Placed(
                answer["day"], STEP if same else ANSWERED, place + 0.1 if same else place, "answer", answer, remark
            )
        if (done := step.get("resolved")) is not None:
            same = done == step["day"]
            yield _Placed(done, STEP if same else RESOLVED, place + 0.2 if same else place, "resolve", step, remark)
    if row["next_step_done"] is not None:
        yield _Placed(row["next_step_done"], FINISHED, 0, "finish", row)


def events(row: Step, today: date) -> list[Event]:
    """The events of one entry, in their order, each at a moment of its own."""
    chance = random.Random(row["key"])
    placed = sorted(_placed(row), key=_Placed.key)
    told: list[Event] = []
    for day, group in groupby(placed, key=lambda one: working_day(today, one.days_ago)):
        steps = list(group)
        for step, at in zip(steps, moments(day, len(steps), chance), strict=True):
            told.append(Event(at, len(told), row["key"], step.do, step.step, step.remark))
    return told
