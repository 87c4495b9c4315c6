"""Learning rates over a training."""

import math


def one_cycle(share: float, rising: float = 0.1) -> float:
    """Factor of the peak rate after a share of the training (Smith and Topin 2019).

    Half a cosine up while `share < rising`, and half a one down after it.
    """
    height = share / rising if share < rising else max(0.0, (1 - share) / (1 - rising))
    return (1 - math.cos(math.pi * min(1.0, height))) / 2 + 1e-4
