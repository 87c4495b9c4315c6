"""How many bytes of requests may be in memory at once, over all models and clients."""

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import Request

from app.errors import QueueFull
from app.http.upload import announced_size


class Budget:
    """Bytes that are left for bodies; used on the event loop only.

    Args:
        limit: bytes in all.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.held = 0
        """Bytes that are kept at this moment."""

    @contextmanager
    def room_for(self, request: Request, largest: int) -> Iterator[None]:
        """Keep room for the request's body while the block lasts, before a byte of it is read.

        Args:
            request: it says how large its body is, or counts as the largest.
            largest: bytes that a body may have; of one that says it has more, no more are read.

        Raises:
            QueueFull: there is no room; `retry_after` is 1 second.
        """
        announced = announced_size(request)
        size = largest if announced is None else min(largest, announced)
        if self.held + size > self._limit:
            raise QueueFull(
                f"the bodies of other requests leave no room for {size} bytes",
                retry_after=1,
                limit=self._limit,
            )
        self.held += size
        try:
            yield
        finally:
            self.held -= size
