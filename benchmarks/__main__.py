"""`python -m benchmarks`: the service beside the limit of what this machine can do without one."""

import subprocess
import sys
from enum import StrEnum
from typing import Annotated

import typer

from app.runtime.cpu import cores
from benchmarks import start, tables, tasks
from benchmarks.bench import FULL, QUICK, Bench, Failed, bench
from benchmarks.cases import CASES, MODELS, Case
from benchmarks.connection import post
from benchmarks.footprint import footprint
from benchmarks.limit import plain, scaled
from benchmarks.photos import jpegs
from benchmarks.process import densight, densight_by_core
from benchmarks.results import Results
from benchmarks.service import Asked

Quick = Annotated[
    bool, typer.Option("--quick", help="Only see that it works: the figures mean nothing.")
]

Only = Annotated[str, typer.Option(help="Load: cases whose name has this in it, such as mean.")]

TASK_ROUNDS = 8
"""Pictures of each task for every round of the rest."""


class Part(StrEnum):
    """What can be measured by itself."""

    TASKS = "tasks"
    LOAD = "load"
    START = "start"


def main(
    parts: Annotated[list[Part] | None, typer.Argument(help="All of them if none.")] = None,
    quick: Quick = False,
    only: Only = "",
) -> None:
    """Measure and print tables; the two sides of a ratio take turns on the same machine."""
    effort = QUICK if quick else FULL
    print(f"{cores()} cores, {effort.rounds} rounds; spreads are from least to most")
    with bench(effort) as machine:
        if not parts or Part.TASKS in parts:
            tables.tasks(tasks.measure(TASK_ROUNDS * effort.rounds))
        if not parts or Part.LOAD in parts:
            measure_load(machine, only)
        if not parts or Part.START in parts:
            starts = [start.start(machine) for _ in range(effort.starts)]
            tables.starts(starts, machine.apart(start.loading))


def measure_load(machine: Bench, only: str = "") -> None:
    """Every case under every load, by one service in one configuration; the light one also by a
    service for each core.
    """
    ensure_models()
    results = Results({"plain": plain, "scaled": scaled})
    with densight({"DENSIGHT_MODELS": str(MODELS)}) as server:
        for case in (case for case in CASES if only in case.name):
            results.add(machine, case.name, asked_of(server.port, case))
        results.memory["densight, both models"] = footprint(server.pid)
    light = CASES[-1]
    if only in light.name:
        with densight_by_core({"DENSIGHT_MODELS": str(MODELS)}) as servers:
            name = f"{light.name}, a process a core"
            results.add(machine, name, asked_of(servers[0].port, light))
            results.memory[name] = footprint(servers[0].pid)
    results.show()


def asked_of(port: int, case: Case) -> Asked:
    """The requests of a case to Densight."""
    pictures = jpegs(case.width, case.height)
    target = f"/v1/classification?model={case.model}"
    return Asked(port, case, pictures, [post(target, picture) for picture in pictures])


def ensure_models() -> None:
    """Make the models once; torch leaves with the process that does it."""
    if not all(case.path.is_file() for case in CASES):
        print("making the models", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "benchmarks.models"], check=True)


if __name__ == "__main__":
    cli = typer.Typer(pretty_exceptions_enable=False)
    cli.command()(main)
    try:
        cli()
    except Failed as failure:
        sys.exit(f"no figures, since not every answer was good: {failure}")
