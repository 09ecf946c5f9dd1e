"""`python -m tests.bench [N]`: 1,000 and 100,000 entries, and N beside them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.bench import measure, processes, report
from tests.bench.client import Browser
from tests.bench.instances import Instance, list_costs, seeded
from tests.bench.jobs import Job, Send, list_address, reading, writers, writing
from tests.bench.measure import Measured
from tests.bench.processes import Server

SIZES = (1_000, 100_000)
SECONDS_OF_WRITING = 5.0
COMMIT = Job("one FULL commit", "", "")
Key = tuple[Job, int]


def main() -> None:
    """Seed, serve, measure, print."""
    given = _arguments()
    sizes = sorted({*SIZES, given.entries} if not given.only else {given.entries})
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mono-bench-")))
        instances = [_seeded(size, work, given.keep) for size in sizes]
        costs = {one.entries: list_costs(one, list_address(one)) for one in instances}
        floor = stack.enter_context(processes.floor())
        servers = {one.entries: stack.enter_context(processes.product(one.folder)) for one in instances}
        bare = Browser(floor.port)
        best = measure.in_turns(_jobs(instances, servers, work), lambda: bare.get("/login"), given.rounds, given.times)
        found: dict[int, dict[Job, Measured]] = {size: {} for size in sizes}
        for (job, size), measured in best.items():
            found.setdefault(size, {})[job] = measured
        commit = found.pop(0)[COMMIT].taken
        print("\n".join(report.table(sizes, found, commit)))
        for one in instances:
            written = writers(one, servers[one.entries], SECONDS_OF_WRITING)
            print("\n" + "\n".join(report.around(one.entries, servers[one.entries], costs[one.entries], written)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure MoNo against the floor.")
    parser.add_argument("entries", nargs="?", type=int, default=SIZES[0], help="measure this many entries too")
    parser.add_argument("--only", action="store_true", help="measure this many entries and no others")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the seeded instances for the next time")
    parser.add_argument("--rounds", type=int, default=5, help="how often everything takes its turn")
    parser.add_argument("--times", type=int, default=30, help="requests of one turn")
    return parser.parse_args()


def _seeded(size: int, work: Path, keep: Path | None) -> Instance:
    print(f"{size:,} entries are made ready ...", file=sys.stderr)
    return seeded(size, work, keep)


def _jobs(instances: list[Instance], servers: dict[int, Server], work: Path) -> dict[Key, Send]:
    """Each job with all sizes side by side."""
    jobs: dict[Key, Send] = {(COMMIT, 0): measure.commit_of_one_row(work)}
    for all_of in (reading, writing):
        made = {one.entries: all_of(one, servers[one.entries]) for one in instances}
        for job in made[instances[0].entries]:
            jobs |= {(job, size): sends[job] for size, sends in made.items()}
    return jobs


if __name__ == "__main__":
    main()
