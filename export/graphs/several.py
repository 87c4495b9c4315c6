"""Graphs of an UberNet: what its heads say, each as its task promises it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import torch.nn.functional as F
from torch import Tensor

from app.runtime.contract import named
from export.architectures.ubernet import UberNet
from export.graphs.recognition import Recognition, classes_of, enlarged, saliency_of

TOGETHER = "scene"
"""The task of a file that answers several."""


@dataclass(frozen=True)
class Ending:
    """How a head's logits become what its task promises.

    Attributes:
        outputs: names, by the contract of the task.
        axes: of each, where height is; width is the next.
        of: from logits `[N, C, h, w]` and pictures `[N, H, W, 3]` to the outputs.
    """

    outputs: tuple[str, ...]
    of: Callable[[Tensor, Tensor], tuple[Tensor, ...]]
    axes: int = 1


def edges_of(logits: Tensor, image: Tensor) -> tuple[Tensor, ...]:
    """How sure a border is: float32 `[N, H, W]` in 0..1."""
    return (enlarged(logits, image)[:, 0].sigmoid(),)


def boundaries_of(logits: Tensor, image: Tensor) -> tuple[Tensor, ...]:
    """How sure a border of each class is: float32 `[N, C, H, W]` in 0..1."""
    return (enlarged(logits, image).sigmoid(),)


def normals_of(logits: Tensor, image: Tensor) -> tuple[Tensor, ...]:
    """Unit vectors, x right, y down, z forward, so mostly below 0: float32 `[N, H, W, 3]`."""
    return (F.normalize(enlarged(logits, image), dim=1).permute(0, 2, 3, 1),)


ENDINGS: Mapping[str, Ending] = {
    "edges": Ending(("edges",), edges_of),
    "normals": Ending(("normals",), normals_of),
    "parts": Ending(("classes", "confidence"), classes_of),
    "segmentation": Ending(("classes", "confidence"), classes_of),
    "semantic-boundaries": Ending(("boundaries",), boundaries_of, axes=2),
    "saliency": Ending(("saliency",), saliency_of),
}
"""By task."""


class Several(Recognition):
    """All answers of a network in one pass.

    Two tasks may call an output alike, so every output is named `task/output`: `edges/edges`,
    `normals/normals`, `parts/classes`, `parts/confidence`, and so on, in the order of
    the network's heads.

    Args:
        network: whose heads answer.
        options: as of `Recognition`.
    """

    def __init__(self, network: UberNet, **options: Any) -> None:
        self.outputs = ()
        super().__init__(network, **options)
        self.tasks = network.tasks
        promised = [(task, name) for task in network.tasks for name in ENDINGS[task].outputs]
        self.outputs = tuple(named(task, name) for task, name in promised)
        for task, name in promised:
            height = ENDINGS[task].axes
            free = {} if self.sides else {height: "H", height + 1: "W"}
            self.axes = {**self.axes, named(task, name): {0: "N"} | free}

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Answer a batch.

        Args:
            image: uint8 `[N, H, W, 3]`, RGB.

        Returns:
            What the contract of each task says, all of the picture's height and width.
        """
        logits = self.network(self.normalised(image))
        answers = (ENDINGS[task].of(logits[task], image) for task in self.network.tasks)
        return tuple(chain.from_iterable(answers))


class Single(Several):
    """One answer of a network, named as a file of this task alone names it.

    Args:
        network: has the head, and perhaps others that it needs.
        task: of the answer.
        options: as of `Recognition`.
    """

    def __init__(self, network: UberNet, task: str, **options: Any) -> None:
        super().__init__(network, **options)
        self.task, self.tasks = task, None
        self.outputs = ENDINGS[task].outputs
        self.axes = {
            "image": self.axes["image"],
            **{name: self.axes[named(task, name)] for name in self.outputs},
        }

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Answer a batch, as `Several` does, with one task's outputs."""
        logits = self.network(self.normalised(image), (self.task,))
        return ENDINGS[self.task].of(logits[self.task], image)
