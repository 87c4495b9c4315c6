"""How many jobs are being done at this moment, over all models."""

import threading
from types import TracebackType


class Traffic:
    """Counts jobs, which are blocks of `with traffic:`; any number of threads may be in them.

    Args:
        lanes: jobs that keep the whole processor busy if each has its share of the cores.
    """

    def __init__(self, lanes: int = 1) -> None:
        self.lanes = lanes
        self._jobs = 0
        self._changing = threading.Lock()

    @property
    def dense(self) -> bool:
        """There is a job for every lane: one that took more cores would take them from others."""
        return self._jobs >= self.lanes

    def __enter__(self) -> None:
        with self._changing:
            self._jobs += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._changing:
            self._jobs -= 1
