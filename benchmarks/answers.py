"""What came of a load: how long every answer took, and what that cost the clients."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Seconds = NDArray[np.float64]


@dataclass(frozen=True)
class Answers:
    """The answers to a load.

    Attributes:
        latencies: seconds of each request, in the order of sending: from the moment when it was
            sent, or in an open loop from the moment when it should have been.
        statuses: of the answers, likewise.
        again: whether they say when to ask again.
        seconds: from the first request to the last answer.
        cpu: seconds of processor time that this took here, at the side of the clients.
        late: seconds from when each should have been sent to when it was; 0 in a closed loop.
    """

    latencies: Seconds
    statuses: NDArray[np.int64]
    again: NDArray[np.bool_]
    seconds: float
    cpu: float
    late: Seconds

    @property
    def throughput(self) -> float:
        """Good answers a second."""
        return float((self.statuses == 200).sum()) / self.seconds

    @property
    def cost(self) -> float:
        """Seconds of processor time of the clients for each request."""
        return self.cpu / len(self.statuses)

    @property
    def failed(self) -> int:
        """Answers with another status than 200."""
        return int((self.statuses != 200).sum())

    def percentile(self, share: float) -> float:
        """The latency that `share` percent of the good answers did not exceed, in seconds.

        Linear between two of them (Hyndman and Fan 1996, definition 7); NaN if there are none.
        """
        good = self.latencies[self.statuses == 200]
        return float(np.percentile(good, share)) if len(good) else float("nan")

    def __str__(self) -> str:
        p50, p90, p99 = (self.percentile(share) * 1e3 for share in (50, 90, 99))
        return (
            f"{len(self.statuses)} answers in {self.seconds:.1f} s, {self.failed} are failures; "
            f"{self.throughput:.1f} good ones a second; p50 {p50:.1f} ms, p90 {p90:.1f} ms, "
            f"p99 {p99:.1f} ms; sent up to {self.late.max() * 1e3:.1f} ms late; "
            f"{self.cost * 1e6:.0f} µs of CPU a request here"
        )
