"""A ratio that was measured in several rounds, both of its sides in each of them."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Ratio:
    """Its value in every round."""

    rounds: tuple[float, ...]

    @classmethod
    def of(cls, above: Sequence[float], below: Sequence[float]) -> Self:
        """Divide round by round."""
        return cls(tuple(a / b for a, b in zip(above, below, strict=True)))

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.rounds)

    def __str__(self) -> str:
        """Such as `0.98 (0.96 to 0.99)`: the median, the least and the most."""
        return f"{self.median:.2f} ({min(self.rounds):.2f} to {max(self.rounds):.2f})"
