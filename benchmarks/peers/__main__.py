"""`python -m benchmarks.peers`: other servers beside the limit, as `python -m benchmarks load`."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmarks.__main__ import Quick, asked_of, ensure_models
from benchmarks.bench import FULL, QUICK, Bench, Failed, bench
from benchmarks.cases import CASES, Case
from benchmarks.footprint import footprint
from benchmarks.limit import plain
from benchmarks.peers.peer import PEERS, NotInstallable
from benchmarks.process import Server, densight
from benchmarks.results import Results
from benchmarks.service import Asked

OURS = "densight"

WIDTHS = (256, 1600)
"""Of the pictures: the largest take long and tell no more."""


def main(
    names: Annotated[list[str] | None, typer.Argument(help="All, and Densight, if none.")] = None,
    quick: Quick = False,
) -> None:
    """Measure one server after the other, each by turns with the limit."""
    for name in names or ():
        if name not in (OURS, *PEERS):
            raise typer.BadParameter(f"{name} is none of {OURS}, {', '.join(PEERS)}")
    ensure_models()
    results = Results({"plain": plain})
    with bench(QUICK if quick else FULL) as machine:
        for name in names or (OURS, *PEERS):
            try:
                measure(machine, name, results)
            except (NotInstallable, Failed, OSError, subprocess.CalledProcessError) as error:
                print(f"skipped: {name}: {error}", file=sys.stderr)
    results.show()


def measure(machine: Bench, name: str, results: Results) -> None:
    """Every case, by a server for each model.

    Raises:
        NotInstallable: it can not be had here.
        subprocess.CalledProcessError: it did not start.
        Failed: not every answer was good.
    """
    cases = [case for case in CASES if case.width in WIDTHS]
    for _, group in groupby(cases, key=lambda case: case.model):
        asked = list(group)
        with serving(name, asked[0]) as server:
            for case in asked:
                results.add(machine, f"{name} {case.name}", requests(server, name, case))
            results.memory[f"{name} {asked[0].model}"] = footprint(server.pid)


@contextmanager
def serving(name: str, case: Case) -> Iterator[Server]:
    """A server with the case's model and no other: Densight or a peer."""
    if name != OURS:
        with PEERS[name].serving(case) as server:
            yield server
        return
    with TemporaryDirectory() as folder:
        Path(folder, case.path.name).symlink_to(case.path)
        with densight({"DENSIGHT_MODELS": folder}) as server:
            yield server


def requests(server: Server, name: str, case: Case) -> Asked:
    """What it is asked."""
    asked = asked_of(server.port, case)
    if name == OURS:
        return asked
    return replace(asked, requests=[PEERS[name].request(file) for file in asked.pictures])


if __name__ == "__main__":
    cli = typer.Typer(pretty_exceptions_enable=False)
    cli.command()(main)
    cli()
