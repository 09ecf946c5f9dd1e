"""Measuring on a shared machine: the floor and every job take turns, and the best of the rounds counts."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Hashable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import NamedTuple, TypeVar

Name = TypeVar("Name", bound=Hashable)
Send = Callable[[], object]


def milliseconds(send: Send, times: int) -> float:
    """The median of so many requests."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        send()
        taken.append(time.perf_counter() - began)
    return median(taken) * 1000


class Measured(NamedTuple):
    """The best round of a job, and the best of the floors that were measured right before its rounds, in ms."""

    taken: float
    floor: float


def in_turns(jobs: dict[Name, Send], floor: Send, rounds: int, times: int) -> dict[Name, Measured]:
    """Every job after the floor, all of them once a round: what else runs on the machine hits both."""
    for send in (floor, *jobs.values()):
        milliseconds(send, 3)
    taken: dict[Name, list[Measured]] = {name: [] for name in jobs}
    for _ in range(rounds):
        for name, send in jobs.items():
            bare = milliseconds(floor, times)
            taken[name].append(Measured(milliseconds(send, times), bare))
    return {
        name: Measured(min(one.taken for one in found), min(one.floor for one in found))
        for name, found in taken.items()
    }


def commit_of_one_row(folder: Path) -> Send:
    """One row through one FULL commit, with SQLite alone on the same disk."""
    path = folder / "commit.sqlite"
    with closing(sqlite3.connect(path)) as made:
        made.execute("PRAGMA journal_mode=WAL")
        made.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, text TEXT)")
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA synchronous=FULL")

    def commit() -> None:
        database.execute("BEGIN IMMEDIATE")
        database.execute("INSERT INTO line (text) VALUES ('one row')")
        database.execute("COMMIT")

    return commit
