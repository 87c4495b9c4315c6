"""The protocol of a classification: top-1, over all pictures and over all classes alike."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.runtime.model import Model
from export.evaluate.answers import Pixels, answers, silent
from export.metrics.classification import accuracy, balanced_accuracy
from export.recipe import Say


def classification(
    model: Model, pictures: Sequence[Pixels], labels: NDArray[np.int64], say: Say = silent
) -> dict[str, float]:
    """Ask for the best label of every picture.

    Args:
        model: a classification.
        pictures: uint8 `[H, W, 3]` each, RGB, of any size.
        labels: `[N]`, index of the right label of each.
        say: told how far it is.

    Returns:
        `top1` and `balanced_accuracy` in 0..1, and `pictures`.
    """
    found = _best(model, pictures, say)
    return {
        "top1": accuracy(found, labels),
        "balanced_accuracy": balanced_accuracy(found, labels),
        "pictures": len(labels),
    }


def _best(model: Model, pictures: Sequence[Pixels], say: Say) -> NDArray[np.int64]:
    results = answers(model, pictures, say, top_k=1)
    return np.array([result.document.predictions[0].index for result in results], np.int64)
