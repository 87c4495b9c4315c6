"""How much faster a variant is, both measured in turns so that a busy machine is fair to both."""

import statistics
import time
from dataclasses import dataclass

from app.runtime.model import Model
from export.optimize.int8 import Inputs

ROUNDS = 21
"""Runs of each model that are timed; their median is not moved by some that were disturbed."""


@dataclass(frozen=True)
class Speed:
    """Median seconds that a network takes for a picture, without fitting and encoding.

    Attributes:
        before: of the model.
        after: of the variant.
    """

    before: float
    after: float

    @property
    def ratio(self) -> float:
        """How many times faster the variant is."""
        return self.before / self.after

    @property
    def metrics(self) -> dict[str, float]:
        """As they are noted on a card; they hold for the machine that they were measured on."""
        return {
            "speed/ms": round(1e3 * self.after, 2),
            "speed/ms_float": round(1e3 * self.before, 2),
            "speed/ratio_to_float": round(self.ratio, 2),
        }


def compare_speed(model: Model, variant: Model, inputs: Inputs) -> Speed:
    """Time both by turns on the same inputs."""
    taken: dict[Model, list[float]] = {model: [], variant: []}
    for _ in range(ROUNDS + 1):
        for one, times in taken.items():
            start = time.perf_counter()
            one.run(**inputs)
            times.append(time.perf_counter() - start)
    # The first run pays for allocations.
    before, after = (statistics.median(times[1:]) for times in taken.values())
    return Speed(before, after)
