"""How often the best label is the right one."""

import numpy as np
from numpy.typing import NDArray

Labels = NDArray[np.integer]
"""`[N]`: index of a class for each picture."""


def accuracy(found: Labels, labels: Labels) -> float:
    """Top-1: share of the pictures whose best label is the right one, 0..1."""
    return float((found == labels).mean())


def balanced_accuracy(found: Labels, labels: Labels) -> float:
    """Mean over the classes of the share found of each (Brodersen et al., ICPR 2010), 0..1.

    Unlike top-1 it does not rise for a model that always answers the most frequent class.
    A class that no picture shows has no share and is left out.
    """
    recalls = [(found[labels == label] == label).mean() for label in np.unique(labels)]
    return float(np.mean(recalls))
