"""A cold start with all shipped models: what it takes, and what the first requests pay for it."""

import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from app.catalog import registry_of
from app.runtime.model import Model
from app.settings import MODELS, Settings
from benchmarks.bench import Bench
from benchmarks.connection import post
from benchmarks.footprint import Footprint, footprint
from benchmarks.process import ROOT, densight
from benchmarks.ratio import Ratio
from benchmarks.tasks import PICTURES

LATER = 100
"""Requests after the first one, of whose median the first one is a multiple."""


@dataclass(frozen=True)
class Start:
    """One start of the service.

    Attributes:
        imports: seconds that a process takes to begin, import everything and end.
        alive: seconds from the start of the service to its first answer.
        ready: seconds until all models were loaded and warm.
        idle: memory then.
        first: seconds of the first request to each task.
        later: median seconds of those after it.
        used: memory in the end.
    """

    imports: float
    alive: float
    ready: float
    idle: Footprint
    first: dict[str, float]
    later: dict[str, float]
    used: Footprint


def start(bench: Bench) -> Start:
    """Start the service as it ships, ask each task, stop it.

    Raises:
        Failed: not every answer was good.
    """
    imports = _imports()
    first, later = {}, {}
    with densight({}) as server:
        idle = footprint(server.pid)
        for task, picture in PICTURES.items():
            request = post(f"/v1/{task}", (ROOT / "examples" / picture).read_bytes())
            answers = bench.closed(server.port, [request], clients=1, count=1 + LATER)
            first[task] = float(answers.latencies[0])
            later[task] = statistics.median(answers.latencies[1:])
        used = footprint(server.pid)
    return Start(imports, server.alive, server.ready, idle, first, later, used)


def ratios(starts: list[Start]) -> dict[str, Ratio]:
    """Of each task, the first request over the later ones, start by start."""
    return {
        task: Ratio.of([one.first[task] for one in starts], [one.later[task] for one in starts])
        for task in PICTURES
    }


def loading(folder: Path = MODELS) -> dict[str, float]:
    """Seconds to open each model as the service does and run it once, in turn; called apart."""
    execution = registry_of(Settings()).execution
    taken = {}
    for file in sorted(folder.glob("*.onnx")):
        begun = time.perf_counter()
        Model.load(file, execution).warm_up()
        taken[file.stem] = time.perf_counter() - begun
    return taken


def _imports() -> float:
    begun = time.perf_counter()
    subprocess.run(
        [sys.executable, "-c", "import app.cli, app.main, uvicorn"], check=True, cwd=ROOT
    )
    return time.perf_counter() - begun
