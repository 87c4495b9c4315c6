"""Every task with the model that ships for it: one client beside the same work in this process."""

import statistics
import time
from collections.abc import Callable

import httpx

from app.catalog import registry_of
from app.imaging.decode import decode
from app.runtime.registry import Registry
from app.settings import Settings
from app.tasks import TASKS
from app.tasks.task import Bounds
from benchmarks.process import ROOT
from benchmarks.ratio import Ratio
from benchmarks.server import serving

PICTURES = {
    "classification": "cat.jpg",
    "saliency": "cat.jpg",
    "segmentation": "pavilion-480.jpg",
    "super-resolution": "astronaut-128.png",
}
"""An example for each task."""


def measure(rounds: int) -> dict[str, tuple[float, float, Ratio]]:
    """Median seconds of each task by the service and in process, and their ratio."""
    registry = registry_of(Settings())
    registry.load()
    measured = {}
    with serving() as client:
        for task, picture in PICTURES.items():
            data = (ROOT / "examples" / picture).read_bytes()
            served, bare = in_turns(
                over_http(client, task, data), in_process(registry, task, data), rounds=rounds
            )
            medians = statistics.median(served), statistics.median(bare)
            measured[task] = (*medians, Ratio.of(served, bare))
    return measured


def over_http(client: httpx.Client, task: str, data: bytes) -> Callable[[], object]:
    """Post the picture and wait for the answer."""
    headers = {"content-type": "application/octet-stream"}
    return lambda: client.post(f"/v1/{task}", content=data, headers=headers).raise_for_status()


def in_process(registry: Registry, task_name: str, data: bytes) -> Callable[[], object]:
    """Decode, infer and encode without a server, by the model that would answer there."""
    task, model = TASKS[task_name], registry.choose(task_name, None)
    options = task.options()

    def answer() -> None:
        picture = decode(data, max_pixels=10**9, seen_by=task.seen_by(options, model))
        result = task.infer(model, picture, options, Bounds(10**9))
        task.encode(result, task.offers(picture, options, model)[0])

    return answer


def in_turns(*ways: Callable[[], object], rounds: int) -> list[list[float]]:
    """Seconds of each way, measured alternately after a warm-up."""
    times: list[list[float]] = [[] for _ in ways]
    for way in ways:
        way()
    for _ in range(rounds):
        for way, taken in zip(ways, times, strict=True):
            started = time.perf_counter()
            way()
            taken.append(time.perf_counter() - started)
    return times
