"""Who wants to know when something of a job changes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Watchers:
    """Wakes those who watch a job; what has changed they read themselves, so none can lag behind.

    Any number of threads may call it.
    """

    def __init__(self) -> None:
        self._changing = threading.Lock()
        self._wakers: dict[str, list[Callable[[], None]]] = {}

    @contextmanager
    def watching(self, id: str, wake: Callable[[], None]) -> Iterator[None]:
        """Have `wake` called from other threads whenever the job changes, while the block lasts."""
        with self._changing:
            self._wakers.setdefault(id, []).append(wake)
        try:
            yield
        finally:
            with self._changing:
                self._wakers[id].remove(wake)
                if not self._wakers[id]:
                    del self._wakers[id]

    def tell(self, id: str) -> None:
        """Something of this job has changed."""
        with self._changing:
            for wake in self._wakers.get(id, ()):
                wake()

    def tell_all(self) -> None:
        """Something of all jobs has changed."""
        with self._changing:
            for wakers in self._wakers.values():
                for wake in wakers:
                    wake()
