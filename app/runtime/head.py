"""Of a graph that answers several questions in one run, what answers one of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.runtime.contract import ASKED, Tensor, named
from app.runtime.graph import Graph
from app.runtime.runs import Arrays

Run = Callable[[Arrays], Mapping[str, NDArray[Any]]]


class Head:
    """A graph that gives the outputs `task/name` of another one as `name`, and no others.

    Args:
        task: that is answered.
        whole: the other one.
        run: runs it.
    """

    def __init__(self, task: str, whole: Graph, run: Run) -> None:
        prefix = named(task, "")
        self._names = {
            full.removeprefix(prefix): full for full in whole.outputs if full.startswith(prefix)
        }
        self.providers = whole.providers
        self.inputs, self.defaulted = whole.inputs, dict[str, Tensor]()
        self.outputs = {name: whole.outputs[full] for name, full in self._names.items()}
        self._whole, self._run = whole, run

    @property
    def asleep(self) -> bool:
        """Whether the whole is."""
        return self._whole.asleep

    def sleep(self) -> None:
        """Send the whole to sleep."""
        self._whole.sleep()

    def run(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        """Run the whole."""
        outputs = self._run(inputs)
        return {name: outputs[full] for name, full in self._names.items()}


def asking(run: Run, flags: Sequence[bool]) -> Run:
    """Runs for some of the tasks, those whose flags are set."""

    def asked(inputs: Arrays) -> Mapping[str, NDArray[Any]]:
        rows = len(next(iter(inputs.values())))
        return run({**inputs, ASKED: np.tile(flags, (rows, 1))})

    return asked


def remembering(run: Run) -> Run:
    """Runs once for all who bring the same one after the other; for one thread."""
    asked: Arrays = {}
    answered: Mapping[str, NDArray[Any]] = {}

    def remembered(inputs: Arrays) -> Mapping[str, NDArray[Any]]:
        nonlocal asked, answered
        same = asked.keys() == inputs.keys()
        if not same or not all(np.array_equal(inputs[name], asked[name]) for name in asked):
            asked, answered = inputs, run(inputs)
        return answered

    return remembered
