"""How many jobs there are at this moment, over all models."""

import threading
from types import TracebackType


class Traffic:
    """Counts jobs that are being done or wait for it, from any number of threads.

    A job is what lies between `enter` and `leave`, or a block of `with traffic:`.

    Args:
        lanes: jobs that keep the whole processor busy if each has its share of the cores.
    """

    def __init__(self, lanes: int = 1) -> None:
        self.lanes = lanes
        self._jobs = 0
        self._changing = threading.Lock()

    @property
    def dense(self) -> bool:
        """There are more jobs than lanes: one that took all cores would keep others waiting."""
        return self._jobs > self.lanes

    def enter(self) -> None:
        """One job more."""
        with self._changing:
            self._jobs += 1

    def leave(self) -> None:
        """One job less."""
        with self._changing:
            self._jobs -= 1

    def __enter__(self) -> None:
        self.enter()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.leave()
