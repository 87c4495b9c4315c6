"""Does a written file compute what its network computes? Asked through the server's own loader."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from app.runtime.model import Model
from app.tasks import TASKS
from export.errors import VerificationFailed
from export.graphs.graph import Graph

TOLERANCE = 1e-4
"""Largest difference allowed, in scores, in colours of 0..1, and as a share of larger values."""

BATCHES = (1, 3, 5)
SIDES = ((1, 1), (13, 37), (40, 31))
"""Batches, heights and widths that no graph is traced with."""

STEPS = ((1, 1), (2, 7), (8, 5))
"""The same of graphs whose sides are multiples; times 32 `SIDES` would be megapixels."""

SAME_CLASSES = 0.999
"""Share of pixels that must get the same class; where two are equally likely, rounding decides."""


@dataclass(frozen=True)
class Parity:
    """How near a file is to its network.

    Attributes:
        output: the name of the output with the largest difference.
        error: that difference, relative where values are larger than 1.
        agreement: share of pictures with the same best label; 1 where there are no labels.
    """

    output: str
    error: float
    agreement: float


def verify(path: Path, graph: Graph) -> Parity:
    """Load the file as the server does and compare it with eager torch, seeds fixed.

    Raises:
        ModelError: the server would refuse the file, or it breaks the contract of its task.
        VerificationFailed: an output differs, or depends on its neighbours in the batch.
    """
    model = Model.load(path)
    model.check(TASKS[model.card.task].contract)
    differences = dict.fromkeys(graph.outputs, 0.0)
    agreed: list[float] = []
    for seed, (count, (height, width)) in enumerate(
        zip(BATCHES, _sides(graph), strict=True), start=1
    ):
        pictures = graph.eval().pictures(count, height, width, seed)
        with torch.no_grad():
            expected = dict(zip(graph.outputs, map(_array, graph(pictures)), strict=True))
        found = _run(model, _array(pictures))
        for name in graph.outputs:
            differences[name] = max(differences[name], difference(expected[name], found[name]))
        if "scores" in found:
            agreed += list(expected["scores"].argmax(1) == found["scores"].argmax(1))
    _check_independence(model, graph)

    worst = max(differences, key=lambda name: differences[name])
    parity = Parity(worst, differences[worst], float(np.mean(agreed)) if agreed else 1.0)
    if not parity.error <= model.card.tolerance:
        raise VerificationFailed(
            f"{worst!r} differs from the network by {parity.error:.2g}, "
            f"{model.card.tolerance:g} is allowed"
        )
    if parity.agreement < 1:
        raise VerificationFailed(f"only {parity.agreement:.1%} of the best labels are the same")
    return parity


def _sides(graph: Graph) -> tuple[tuple[int, int], ...]:
    """Heights and widths to try."""
    if graph.sides:
        return (graph.sides,) * len(BATCHES)
    if graph.multiple == 1:
        return SIDES
    return tuple((graph.multiple * height, graph.multiple * width) for height, width in STEPS)


def difference(expected: NDArray[np.float32], found: NDArray[np.float32]) -> float:
    """Largest absolute difference, relative to the largest expected value where that is over 1.

    Of whole numbers, which are classes, it is 0 if at least `SAME_CLASSES` are the same.
    """
    if expected.shape != found.shape:
        return float("inf")
    if np.issubdtype(expected.dtype, np.integer):
        return 0.0 if np.mean(expected == found) >= SAME_CLASSES else float("inf")
    scale = max(1.0, float(np.abs(expected).max()))
    worst = float(np.abs(expected - found).max()) / scale
    return worst if np.isfinite(worst) else float("inf")


def _check_independence(model: Model, graph: Graph) -> None:
    """Two pictures in one batch must give what each gives alone."""
    height, width = _sides(graph)[1]
    pictures = _array(graph.pictures(2, height, width, seed=0))
    together = _run(model, pictures)
    alone = [_run(model, pictures[index : index + 1]) for index in range(2)]
    for name, values in together.items():
        apart = difference(np.concatenate([one[name] for one in alone]), values)
        if not apart <= model.card.tolerance:
            raise VerificationFailed(f"{name!r} of a picture depends on its neighbours in a batch")


def _run(model: Model, pictures: NDArray[np.generic]) -> dict[str, NDArray[np.float32]]:
    try:
        return model.run(image=pictures)
    except Exception as error:  # onnxruntime's own classes share no base but Exception
        reason = str(error).strip().partition("\n")[0]
        raise VerificationFailed(f"it fails on a batch of {pictures.shape}: {reason}") from error


def _array(tensor: torch.Tensor) -> NDArray[np.float32]:
    array: NDArray[np.float32] = tensor.numpy()
    return array
