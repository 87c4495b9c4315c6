"""How fast a model is on each device, measured in turns, and what of it each provider runs."""

import statistics
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import ModelError
from app.runtime.build import nodes_by_provider
from app.runtime.contract import Tensor
from app.runtime.execution import Device, Execution
from app.runtime.model import Model
from app.runtime.providers import PROVIDERS
from app.runtime.runs import Arrays

ROUNDS = 20
SIDE = 256
"""Height and width of the picture for a model that takes any."""


@dataclass(frozen=True)
class Speed:
    """One device and one model, at a batch of one.

    Attributes:
        device: that ran it.
        providers: that the session really got, in order.
        nodes: of the graph that each provider runs; empty: this onnxruntime does not say.
        milliseconds: of a run, the median.
        images_per_second: that this makes.
        times_cpu: how many times as fast as the CPU that is; `None`: the CPU was not measured.
        difference: the largest between its answer and the CPU's.
        problem: why nothing could be measured.
    """

    device: Device
    providers: tuple[str, ...] = ()
    nodes: Mapping[str, int] | None = None
    milliseconds: float | None = None
    images_per_second: float | None = None
    times_cpu: float | None = None
    difference: float | None = None
    problem: str | None = None


def speeds(path: Path, execution: Execution, devices: tuple[Device, ...]) -> list[Speed]:
    """Run a model on each device, one picture after the other, and compare with the CPU.

    Args:
        path: of the model.
        execution: how it is run; its device does not matter.
        devices: to be measured, the CPU among them.
    """
    opened: dict[Device, Model] = {}
    measured: dict[Device, Speed] = {}
    answers: dict[Device, Arrays] = {}
    for device in devices:
        on_it = replace(execution, device=device)
        try:
            model = Model.load(path, on_it)
            answers[device] = model.run(**picture_for(model))  # the first run also warms it up
            nodes = nodes_by_provider(path, on_it)
        except ModelError as error:
            measured[device] = Speed(device, problem=str(error))
        except Exception as error:  # whatever a driver throws: the other devices are measured still
            measured[device] = Speed(device, problem=f"the first run fails: {error}")
        else:
            opened[device] = model
            measured[device] = Speed(device, model.providers, nodes)
            if nodes and PROVIDERS[device][0] not in nodes:
                problem = f"{PROVIDERS[device][0]} runs no node of the model"
                measured[device] = replace(measured[device], problem=problem)
    seconds = _in_turns(opened)
    for device, taken in seconds.items():
        measured[device] = replace(
            measured[device],
            milliseconds=taken * 1e3,
            images_per_second=1 / taken,
            times_cpu=seconds["cpu"] / taken if "cpu" in seconds else None,
            difference=_difference(answers[device], answers["cpu"]) if "cpu" in seconds else None,
        )
    return list(measured.values())


def picture_for(model: Model) -> dict[str, NDArray[Any]]:
    """A batch of one picture of noise, of the shapes and types that a model takes."""
    random = np.random.default_rng(0)
    side = -(-SIDE // model.card.multiple) * model.card.multiple
    return {name: _noise(tensor, side, random) for name, tensor in model.inputs.items()}


def _noise(tensor: Tensor, side: int, random: np.random.Generator) -> NDArray[Any]:
    free = (1, *[side] * (len(tensor.shape) - 1))
    shape = [s if isinstance(s, int) else f for s, f in zip(tensor.shape, free, strict=True)]
    if tensor.dtype == "uint8":
        return random.integers(0, 256, shape, np.uint8)
    return random.random(shape).astype(tensor.dtype)


def _in_turns(models: Mapping[Device, Model]) -> dict[Device, float]:
    """Median seconds of a run of each, taken alternately, so that all see the same machine."""
    inputs = {device: picture_for(model) for device, model in models.items()}
    times: dict[Device, list[float]] = {device: [] for device in models}
    for _ in range(ROUNDS):
        for device, model in models.items():
            started = time.perf_counter()
            model.run(**inputs[device])
            times[device].append(time.perf_counter() - started)
    return {device: statistics.median(taken) for device, taken in times.items()}


def _difference(found: Arrays, wanted: Arrays) -> float:
    return max(
        float(np.abs(found[name].astype(float) - wanted[name].astype(float)).max())
        for name in wanted
    )
