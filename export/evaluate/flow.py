"""The protocol of an optical flow: end-point error and outliers against exact truth."""

from collections.abc import Sequence

import numpy as np

from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks import TASKS
from app.tasks.task import UNBOUNDED
from export.datasets.pairs import Pair
from export.evaluate.answers import silent
from export.metrics.flow import endpoint_errors, outlier_share
from export.recipe import Say


def flow(model: Model, pairs: Sequence[Pair], say: Say = silent) -> dict[str, float]:
    """Measure the flow of every pair by the server's own inference.

    Args:
        model: of optical flow.
        pairs: pictures with the truth.
        say: told how far it is.

    Returns:
        Means over the pairs, each counting the same: `epe` in pixels and `outliers` in 0..1 as
        KITTI defines them, the same of each level as `epe/<level>` and `outliers/<level>`, beside
        them `epe_zero/<level>`, the error of saying that nothing moves, and `pictures`, the pairs.
    """
    task = TASKS[model.card.task]
    found: dict[str, list[float]] = {}
    options = task.options()
    for index, pair in enumerate(pairs, start=1):
        say(f"pair {index} of {len(pairs)}")
        pictures = (Picture(pair.first), Picture(pair.second))
        vectors = task.infer_all(model, pictures, options, UNBOUNDED).vectors
        errors = endpoint_errors(vectors, pair.flow, pair.valid)
        outliers = outlier_share(vectors, pair.flow, pair.valid)
        zero = endpoint_errors(np.zeros_like(vectors), pair.flow, pair.valid)
        for name, value in (
            ("epe", float(errors.mean())),
            ("outliers", outliers),
            (f"epe/{pair.level}", float(errors.mean())),
            (f"outliers/{pair.level}", outliers),
            (f"epe_zero/{pair.level}", float(zero.mean())),
        ):
            found.setdefault(name, []).append(value)
    means = {name: float(np.mean(values)) for name, values in found.items()}
    return {**means, "pictures": len(pairs)}
