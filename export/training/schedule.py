"""What changes over a training: learning rates, and averages of the weights."""

import math
from collections.abc import Callable

from torch import Tensor


def one_cycle(share: float, rising: float = 0.1) -> float:
    """Factor of the peak rate after a share of the training (Smith and Topin 2019).

    Half a cosine up while `share < rising`, and half a one down after it.
    """
    height = share / rising if share < rising else max(0.0, (1 - share) / (1 - rising))
    return (1 - math.cos(math.pi * min(1.0, height))) / 2 + 1e-4


def moving_average(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """An exponential moving average for `AveragedModel`, over about `1 / (1 - decay)` steps.

    Early on it is shorter: otherwise it would keep the random first weights for long.
    """

    def average(mean: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
        if not mean.is_floating_point():  # batch normalization's count of batches
            return new
        return mean.lerp(new, 1 - min(decay, (1 + int(count)) / (10 + int(count))))

    return average
