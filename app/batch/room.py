"""How many pixels a batch has in memory at once: who finds no room waits for it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Room:
    """Pixels that any number of threads take and give back.

    Args:
        limit: of all together; who wants more than that is let in when nobody else is.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._held = 0
        self._changed = threading.Condition()

    @contextmanager
    def taken(self, pixels: int) -> Iterator[None]:
        """Wait for room, and keep it while the block lasts; a thread in a block takes no more."""
        with self._changed:
            self._changed.wait_for(lambda: not self._held or self._held + pixels <= self._limit)
            self._held += pixels
        try:
            yield
        finally:
            with self._changed:
                self._held -= pixels
                self._changed.notify_all()
