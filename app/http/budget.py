"""How much of something all requests together may keep in memory at once."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import NoRoom


class Budget:
    """Room that requests take and give back, from any number of threads.

    Args:
        limit: of all requests together.
        unit: of what, such as `bytes`.
    """

    def __init__(self, limit: int, unit: str) -> None:
        self.limit, self._unit = limit, unit
        self._changing = threading.Lock()
        self.held = 0
        """What is taken at this moment."""

    @contextmanager
    def room_for(self, size: int) -> Iterator[None]:
        """Keep room while the block lasts.

        Raises:
            NoRoom: there is no room; `retry_after` is 1 second.
        """
        with self._changing:
            if self.held + size > self.limit:
                raise NoRoom(
                    f"other requests leave no room for {size} {self._unit}",
                    retry_after=1,
                    limit=self.limit,
                )
            self.held += size
        try:
            yield
        finally:
            with self._changing:
                self.held -= size
