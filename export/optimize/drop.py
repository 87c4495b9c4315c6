"""How much worse a variant is than the model it was made of, and how much worse it may be."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from app.card import ModelCard
from app.runtime.contract import named
from app.runtime.model import Model
from app.tasks import TASKS
from export.errors import ExportError
from export.evaluate.answers import Pixels, answers
from export.metrics.saliency import cc
from export.optimize.int8 import Inputs
from export.recipe import Say

DROPS: Mapping[str, float] = {"psnr_y": 0.3, "nss": 0.03}
"""What may be lost of metrics that are no shares: dB, and standard deviations of a map."""

SHARE = 0.01
"""What may be lost of metrics in 0..1."""


def allowed_drop(metric: str) -> float:
    """The largest drop that is published unless another one is asked for, by `set/metric`."""
    return DROPS.get(metric.rpartition("/")[2], SHARE)


@dataclass(frozen=True)
class Comparison:
    """A variant beside the model it was made of.

    Attributes:
        metric: `set/metric` that decides; larger is better.
        before: its value of the model.
        after: of the variant.
        metrics: everything that was measured of the variant, `set/metric` -> value.
    """

    metric: str
    before: float
    after: float
    metrics: Mapping[str, float] = field(default_factory=dict)

    @property
    def drop(self) -> float:
        """What was lost."""
        return self.before - self.after

    def guard(self, allowed: float | None) -> None:
        """Refuse a variant that lost too much.

        Raises:
            ExportError: it lost more than `allowed`, or than `allowed_drop` if that is `None`.
        """
        limit = allowed_drop(self.metric) if allowed is None else allowed
        # Figures are noted with 4 digits; a limit is not to be missed by the fifth.
        if not round(self.drop, 4) <= limit:  # so that NaN is refused too
            raise ExportError(
                f"{self.metric} falls from {self.before:.4f} to {self.after:.4f}, "
                f"by {self.drop:.4f}; --max-drop allows {limit:g}"
            )


def agreement(
    model: Model, variant: Model, pictures: Sequence[Pixels], data_set: str, say: Say
) -> Comparison:
    """How often a variant answers as its model does, where nobody knows the right answers.

    Args:
        model: which the variant was made of.
        variant: of the same task.
        pictures: uint8 `[H, W, 3]` each, RGB.
        data_set: what the card calls the pictures.
        say: told how far it is.

    Returns:
        Of a classification the share of pictures with the same best label, of a segmentation the
        share of pixels of the same class, of a saliency the correlation of maps; each against 1.

    Raises:
        ExportError: nothing says what agreement is in the model's task.
    """
    task = model.card.task
    if task not in AGREEMENTS:
        raise ExportError(
            f"nobody has said how two answers of {task} are compared; "
            f"that is known for {', '.join(AGREEMENTS)}"
        )
    name, alike = AGREEMENTS[task]
    pairs = zip(answers(model, pictures, say), answers(variant, pictures), strict=True)
    share = round(float(np.mean([alike(one, other) for one, other in pairs])), 4)
    metric = f"{data_set}/{name}"
    return Comparison(metric, 1.0, share, {metric: share, f"{data_set}/pictures": len(pictures)})


def _same_label(one: Any, other: Any) -> float:
    best, found = one.document.predictions[0], other.document.predictions[0]
    return float(best.index == found.index)


def _same_classes(one: Any, other: Any) -> float:
    return float(np.mean(one.classes == other.classes))


def _same_map(one: Any, other: Any) -> float:
    return cc(one.saliency, other.saliency)


AGREEMENTS: Mapping[str, tuple[str, Callable[[Any, Any], float]]] = {
    "classification": ("top1_agreement", _same_label),
    "segmentation": ("pixel_agreement", _same_classes),
    "saliency": ("cc_agreement", _same_map),
}
"""Name of the metric and what gives it for two results, by task."""


def closeness(model: Model, variant: Model, inputs: Sequence[Inputs], _: Say) -> Comparison:
    """How near a variant's values are to its model's on noise: 1 minus `largest_difference`.

    Raises:
        ExportError: an answer of the variant is not a number.
    """
    metric, near = "noise/closeness", round(1 - largest_difference(model, variant, inputs), 4)
    return Comparison(metric, 1.0, near, {metric: near, "noise/pictures": len(inputs)})


def largest_difference(model: Model, variant: Model, inputs: Sequence[Inputs]) -> float:
    """Largest difference of an output that a task requires, rounded up to 4 digits.

    Where it holds whole numbers, which are classes, it is the largest share of a picture's pixels
    that got another class.

    Raises:
        ExportError: an answer of the variant is not a number.
    """
    differences = []
    for batch in inputs:
        expected, found = model.run(**batch), variant.run(**batch)
        for name in _required(model.card):
            one, other = expected[name], found[name]
            whole = np.issubdtype(one.dtype, np.integer)
            differences.append(np.mean(one != other) if whole else np.abs(one - other).max())
    worst = float(np.max(differences))
    if not math.isfinite(worst):
        raise ExportError(f"{variant.card.name} answers with values that are no numbers")
    return math.ceil(worst * 1e4) / 1e4


def _required(card: ModelCard) -> list[str]:
    """Outputs that the task promises; of a file of several tasks, that each of them does."""
    of_tasks = [
        named(task, name) for task in card.tasks or () for name in TASKS[task].contract.outputs
    ]
    return of_tasks or list(TASKS[card.task].contract.outputs)
