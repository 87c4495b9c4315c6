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


def level_then_down(step: int, steps: int, rising: int = 100, falling: float = 0.4) -> float:
    """Factor of the peak rate: up over the first steps, level, and down in a line over the last.

    Until it falls, nothing depends on how long the training is going to be.

    Args:
        step: from 0.
        steps: of the training.
        rising: steps until the peak.
        falling: share of the steps in the last part.
    """
    left = (steps - step) / (falling * steps)
    return min(1.0, (step + 1) / rising, max(left, 0.0) + 1e-4)


def moving_average(decay: float) -> Callable[[Tensor, Tensor, Tensor | int], Tensor]:
    """An exponential moving average for `AveragedModel`, over about `1 / (1 - decay)` steps.

    Early on it is shorter: otherwise it would keep the random first weights for long.
    """

    def average(mean: Tensor, new: Tensor, count: Tensor | int) -> Tensor:
        if not mean.is_floating_point():  # batch normalization's count of batches
            return new
        return mean.lerp(new, 1 - min(decay, (1 + int(count)) / (10 + int(count))))

    return average
