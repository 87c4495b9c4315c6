"""How fast somebody answers: a closed loop of clients, each of which asks again when answered."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np

PERCENTILES = (50, 95, 99)

Ask = Callable[[], object]
"""Asks once and waits for the answer; raises what went wrong."""


@dataclass(frozen=True)
class Measured:
    """What a closed loop came to.

    Attributes:
        seconds: from its beginning until the last answer.
        latencies: seconds of each request that was answered, from asking to the whole answer.
        errors: how many were not, by kind.
    """

    seconds: float
    latencies: tuple[float, ...]
    errors: Counter[str]

    @property
    def per_second(self) -> float:
        """Requests that were answered a second, all clients together."""
        return len(self.latencies) / self.seconds

    def to_json(self) -> dict[str, Any]:
        """Rates and percentiles by nearest rank: each is the time of a request that there was."""
        members: dict[str, Any] = {
            "seconds": round(self.seconds, 3),
            "answered": len(self.latencies),
            "per_second": round(self.per_second, 2),
        }
        if self.latencies:
            milliseconds = np.array(self.latencies) * 1e3
            found = np.percentile(milliseconds, PERCENTILES, method="inverted_cdf")
            members["milliseconds"] = {
                f"p{rank}": round(float(value), 3)
                for rank, value in zip(PERCENTILES, found, strict=True)
            }
        return {**members, "failed": self.errors.total(), "errors": dict(self.errors)}


def closed_loop(
    clients: Sequence[Ask], seconds: float, kind_of: Callable[[Exception], str]
) -> Measured:
    """Let each client ask, wait for the answer, and ask again, each in a thread of its own.

    Whoever is answered slower is asked less often, so this finds what somebody can do, not how long
    people wait who come at times of their own.

    Args:
        clients: ask each for itself.
        seconds: after which nobody asks any more; each asks at least once.
        kind_of: what to call a failure.

    Raises:
        BaseException: what `kind_of` does not take: no `Exception`, or one that it raises.
    """
    latencies: list[float] = []
    errors: Counter[str] = Counter()
    noting = threading.Lock()
    started = time.perf_counter()

    def client(ask: Ask) -> None:
        while True:
            asked = time.perf_counter()
            try:
                ask()
            except Exception as error:
                with noting:
                    errors[kind_of(error)] += 1
            else:
                with noting:
                    latencies.append(time.perf_counter() - asked)
            if time.perf_counter() - started >= seconds:
                return

    with ThreadPoolExecutor(len(clients), thread_name_prefix="client") as threads:
        done = [threads.submit(client, ask) for ask in clients]
    taken = time.perf_counter() - started
    for one in done:
        one.result()
    return Measured(taken, tuple(latencies), errors)
