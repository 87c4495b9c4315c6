"""How long the server takes over one picture on this machine."""

import os
import platform
import re
import statistics
import time
from pathlib import Path

import numpy as np

from app.imaging.picture import Picture
from app.runtime.cpu import cores
from app.runtime.execution import Execution
from app.runtime.model import Model
from app.tasks import TASKS
from app.tasks.task import UNBOUNDED

RUNS = 5
"""Pictures that are timed; their median is not moved by one that was disturbed."""


def seconds(path: Path, width: int, height: int) -> float:
    """Median time of a picture of that size through the model's task, on all cores of the CPU.

    From decoded pixels to the answer: with fitting and tiling, without decoding and encoding.

    Raises:
        DensightError: the file can not be loaded.
    """
    model = Model.load(path, Execution(threads=cores()))
    task = TASKS[model.card.task]
    picture, options = noise(width, height), task.options()
    taken = []
    for _ in range(RUNS + 1):
        start = time.perf_counter()
        task.infer(model, picture, options, UNBOUNDED)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken[1:])  # the first one pays for allocations


def machine() -> str:
    """The processor and how many of its cores are used."""
    name = platform.processor() or platform.machine()
    if os.path.exists("/proc/cpuinfo"):  # where Linux keeps the name that people know
        found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.M)
        name = found[1] if found else name
    return f"{name}, {cores()} threads"


def noise(width: int, height: int) -> Picture:
    """A picture of random pixels, the same at every call."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    return Picture(pixels)
