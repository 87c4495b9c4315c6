"""One ONNX file in memory: its card, its sessions and what it takes and gives."""

import logging
import sys
from collections.abc import Collection, Mapping
from copy import copy
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from app.card import ModelCard
from app.errors import InvalidModel
from app.runtime.batches import Batches
from app.runtime.contract import ASKED, Contract, Tensor
from app.runtime.execution import ON_CPU, Device, Execution
from app.runtime.graph import Graph
from app.runtime.head import Head, Run, asking, remembering
from app.runtime.providers import PROVIDERS
from app.runtime.sessions import Sessions

log = logging.getLogger(__name__)

WARM_UP_SIDE = 64
"""Sides of the picture that wakes a model without a fit."""

PICTURES = 4
"""Dimensions of an input that is pictures."""


class Model:
    """A loaded model; `run` may be called from any number of threads at once.

    Args:
        card: what the file says of itself.
        graph: that is run.
        max_batch: rows of one run. Of a graph without a card, of which nobody says that its rows
            do not depend on each other, requests are never put together.
    """

    def __init__(self, card: ModelCard, graph: Graph, max_batch: int = 1) -> None:
        self.card = card
        self.providers = graph.providers
        self.inputs = graph.inputs
        self.outputs = graph.outputs
        self.max_batch = max_batch if card.task else 1
        """Pictures of one size, or tiles of one, that may go into one run."""
        self.most_pixels = sys.maxsize
        """Pixels that one run has memory for, as far as is known: see `ran_out`."""
        self._told = False
        self._graph = graph
        self._batches = Batches(graph.run, max_batch) if self.max_batch > 1 else None
        self._run: Run = self._batches.run if self._batches else graph.run
        self._whole: Model | None = None

    @classmethod
    def load(cls, path: Path, execution: Execution = ON_CPU) -> Self:
        """Open a file on a device.

        Raises:
            InvalidModel: onnxruntime can not load the file, or not on that device.
            InvalidCard: the file's card can not be read, or it has none and no name that could do.
        """
        sessions = Sessions(path, execution)
        return cls(sessions.card, sessions, execution.max_batch)

    @property
    def whole(self) -> "Model":
        """The model itself; of a head the model that it is one of."""
        return self._whole or self

    def head(self, task: str) -> "Model":
        """Of a file that answers several questions: the model that gives one of its answers.

        Raises:
            KeyError: it is none of the card's `tasks`.
        """
        return self._head(task, self.answering([task])._run)

    def one_pass(self, tasks: Collection[str]) -> Mapping[str, "Model"]:
        """Heads for one thread and one picture: asked one after the other, they run once.

        Raises:
            KeyError: one of them is none of the card's `tasks`.
        """
        run = remembering(self.answering(tasks)._run)
        return {task: self._head(task, run) for task in tasks}

    def answering(self, tasks: Collection[str]) -> "Model":
        """The model as it is run for some of the card's tasks; outputs of others may be empty.

        Where its graph has gates, no more is computed than these tasks need.
        """
        if ASKED not in self._graph.defaulted:
            return self
        some = copy(self)
        some._whole = self.whole
        some._run = asking(self._run, [task in tasks for task in self.card.tasks or ()])
        return some

    def _head(self, task: str, run: Run) -> "Model":
        head = Model(self.card.for_task(task), Head(task, self._graph, run))
        head._whole, head.max_batch = self, self.max_batch
        return head

    @property
    def asleep(self) -> bool:
        """The graph is not in memory; the next run brings it back."""
        return self._graph.asleep

    def sleep(self) -> None:
        """Give back the memory of the graph until somebody asks for it."""
        self._graph.sleep()

    @property
    def device(self) -> Device:
        """Where the session really runs."""
        return next(name for name, wanted in PROVIDERS.items() if wanted[0] == self.providers[0])

    def check(self, contract: Contract) -> None:
        """Compare graph and card with what the task promises.

        Raises:
            InvalidModel: they differ.
        """
        contract.check(self.inputs, self.outputs)
        self._check_labels("output", {**contract.outputs, **contract.optional}, self.outputs)
        self._check_labels("input", contract.choices, self.inputs)
        self._check_asked()

    def _check_labels(
        self, kind: str, promised: Mapping[str, Tensor], found: Mapping[str, Tensor]
    ) -> None:
        for name, tensor in promised.items():
            if "C" not in tensor.shape or name not in found or self.card.labels is None:
                continue
            classes = found[name].shape[tensor.shape.index("C")]
            if isinstance(classes, int) and classes != len(self.card.labels):
                raise InvalidModel(
                    f"{kind} {name!r} has {classes} classes, "
                    f"the card {len(self.card.labels)} labels"
                )

    def _check_asked(self) -> None:
        found = self._graph.defaulted.get(ASKED)
        if found is None:
            return
        promised = Tensor("bool", ("N", len(self.card.tasks or ())))
        if problem := promised.mismatch(found):
            raise InvalidModel(f"input {ASKED!r} {problem}")

    def run(self, **inputs: NDArray[Any]) -> Mapping[str, NDArray[Any]]:
        """Run the graph on a batch and name its outputs.

        Raises:
            OutOfMemory: the device has too little for what the inputs need.
        """
        return self._run(inputs)

    def ran_out(self, pixels: int) -> None:
        """Note that a run of so many pixels had too little memory: the next have half as many.

        So not every picture finds it out anew.
        """
        if not self._told:
            self._told = True
            message = "%s has no memory for %d pixels at once; its tiles get smaller"
            log.warning(message, self.card.reference, pixels)
        self.most_pixels = min(self.most_pixels, pixels // 2)

    def forget_limit(self) -> None:
        """Try any size again: memory was too short for all, which can not be the rule."""
        self.most_pixels = sys.maxsize

    @property
    def batch_sizes(self) -> Mapping[int, int]:
        """How many runs there were of each number of rows, where requests are put together."""
        return self._batches.sizes.copy() if self._batches else {}

    def warm_up(self) -> None:
        """Run once on blank pictures, so that the first request does not pay for allocations."""
        self._graph.run({name: self._blank(tensor) for name, tensor in self.inputs.items()})

    def _blank(self, tensor: Tensor) -> NDArray[Any]:
        """A batch of one picture, of the size that requests bring, or of what goes with it."""
        if len(tensor.shape) != PICTURES:
            return np.zeros([s if isinstance(s, int) else 1 for s in tensor.shape], tensor.dtype)
        fit, multiple = self.card.fit, self.card.multiple
        sides = (WARM_UP_SIDE, WARM_UP_SIDE) if fit is None else fit.sides
        usual = (1, *(-(-side // multiple) * multiple for side in sides), 3)
        shape = [s if isinstance(s, int) else u for s, u in zip(tensor.shape, usual, strict=True)]
        return np.zeros(shape, tensor.dtype)
