"""`python -m benchmarks`: a picture through the service against the same work in this process."""

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from app.imaging.decode import decode
from app.runtime.cpu import cores
from app.runtime.execution import Execution
from app.runtime.model import Model
from app.settings import MODELS, Settings
from app.tasks import TASKS
from app.tasks.task import Bounds
from benchmarks.server import serving

EXAMPLES = Path(__file__).parent.parent / "examples"
ROUNDS = 40
CASES = (
    ("classification", "cat.jpg"),
    ("saliency", "cat.jpg"),
    ("segmentation", "pavilion-480.jpg"),
    ("super-resolution", "astronaut-128.png"),
)


def main() -> None:
    """Print a table; the two sides of a ratio take turns, so both see the same machine."""
    print(f"median of {ROUNDS} rounds, one client, {cores()} cores")
    with serving() as client:
        for task, picture in CASES:
            data = (EXAMPLES / picture).read_bytes()
            served, bare = in_turns(over_http(client, task, data), in_process(task, data))
            print(
                f"{task:18} service {served * 1e3:7.1f} ms, in process {bare * 1e3:7.1f} ms, "
                f"ratio {served / bare:.2f}"
            )


def over_http(client: httpx.Client, task: str, data: bytes) -> Callable[[], object]:
    """Post the picture and wait for the answer."""
    headers = {"content-type": "application/octet-stream"}
    return lambda: client.post(f"/v1/{task}", content=data, headers=headers).raise_for_status()


def in_process(task_name: str, data: bytes) -> Callable[[], object]:
    """Decode, infer and encode without a server, by the model that would answer there."""
    task = TASKS[task_name]
    default = Settings().default_models[task_name]
    model = Model.load(MODELS / f"{default}.onnx", Execution(threads=cores()))
    options = task.options()

    def answer() -> None:
        picture = decode(data, max_pixels=10**9)
        result = task.infer(model, picture, options, Bounds(10**9))
        task.encode(result, task.offers(picture, options, model)[0])

    return answer


def in_turns(*ways: Callable[[], object]) -> list[float]:
    """Median seconds of each way, measured alternately after a warm-up."""
    times: list[list[float]] = [[] for _ in ways]
    for way in ways:
        way()
    for _ in range(ROUNDS):
        for way, taken in zip(ways, times, strict=True):
            started = time.perf_counter()
            way()
            taken.append(time.perf_counter() - started)
    return [statistics.median(taken) for taken in times]


if __name__ == "__main__":
    main()
