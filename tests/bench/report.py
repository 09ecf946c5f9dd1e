"""The table: figures beside their goals, and every miss marked."""

from __future__ import annotations

from collections.abc import Iterable

from tests.bench.instances import ListCost
from tests.bench.jobs import Job, Written
from tests.bench.measure import Measured
from tests.bench.processes import Server

RATIO = {"J1": 8.0, "J2": 10.0, "J3": 8.0, "J4": 20.0}
GROWTH = {"J1": 1.3, "J2": 3.0, "J3": 1.3}
LARGEST_MEMORY, LONGEST_START, LARGEST_PAGE, MOST_QUERIES = 150.0, 1.0, 30 * 1024, 6


def _held(value: float, goal: float | None) -> str:
    if goal is None:
        return ""
    return f"<= {goal:g}" + ("" if value <= goal else "  MISSED")


def table(sizes: list[int], found: dict[int, dict[Job, Measured]], commit: float) -> Iterable[str]:
    """One line for each job, viewer and size. The floor of a save holds the commit too."""
    floor = min(one.floor for of_size in found.values() for one in of_size.values())
    yield f"floor {floor:.2f} ms (bare Flask, a constant); one FULL commit of one row {commit:.2f} ms"
    yield ""
    yield f"{'job':<30}{'viewer':<8}{'entries':>9}{'ms':>9}{'ratio':>8}  {'goal':<15}{'growth':>7}  goal"
    for job in found[sizes[0]]:
        for size in sizes:
            taken, bare = found[size][job]
            ratio = taken / (bare + commit if job.goal == "J4" else bare)
            line = f"{job.goal} {job.name:<27}{job.viewer:<8}{size:>9,}{taken:>9.2f}{ratio:>8.1f}"
            line += f"  {_held(ratio, RATIO.get(job.goal)):<15}"
            if size != sizes[0]:
                growth = taken / found[sizes[0]][job].taken
                line += f"{growth:>7.2f}  {_held(growth, GROWTH.get(job.goal))}"
            yield line.rstrip()


def around(size: int, server: Server, costs: dict[str, ListCost], written: Written) -> Iterable[str]:
    """What else there are goals for."""
    yield f"with {size:,} entries"
    memory, saves = server.resident(), f"8 writers, {written.seconds:.0f} s, {written.saved} saves: failed"
    lines = [
        *((f"list page as {email}, KB", cost.size / 1024, LARGEST_PAGE / 1024) for email, cost in costs.items()),
        ("queries of a list page, at most", max(cost.queries for cost in costs.values()), MOST_QUERIES),
        ("resident memory, MiB", memory, LARGEST_MEMORY),
        ("from the start to the first page, s", server.seconds, LONGEST_START),
        (saves, written.failed, 0),
    ]
    for name, value, goal in lines:
        yield f"  {name:<45}{value:>9.4g}  {_held(value, goal)}"
