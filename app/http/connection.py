"""One connection of a client: how long it may ask nothing, and how many of them there may be."""

import asyncio
import resource
import sys
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
"""In which the head of a request is whole, counted from when it could begin."""

HEAD_BYTES = 64 * 1024
"""Of a head; what the system hands over at once may come on top."""

TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n"
    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
)
"""What a connection is told that is one too many, whatever it would ask."""


class Connection(HttpToolsProtocol):
    """HTTP as uvicorn speaks it, but nobody holds a connection open without asking something.

    uvicorn waits without end for a request that does not come, or that never ends, and keeps as
    much of its head as is sent. Between two requests its own `timeout_keep_alive` goes on to hold.
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._patience: asyncio.TimerHandle | None = None
        self._in_head = False
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a request, if there is room for one."""
        super().connection_made(transport)
        if len(self.connections) > most_connections():
            transport.write(TOO_MANY)
            transport.close()
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._wait_no_longer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless it is of a head without end."""
        in_head = self._in_head
        super().data_received(data)
        if in_head and self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
                self.send_400_response(f"The head of a request has at most {HEAD_BYTES} bytes.")

    def on_message_begin(self) -> None:
        """A head begins."""
        self._in_head, self._head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """A head is whole: what follows is bounded by the deadline of its request."""
        self._in_head = False
        self._wait_no_longer()
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request, unless it is there already."""
        super().on_response_complete()
        if self.cycle.response_complete:
            self._wait()

    def _wait(self) -> None:
        self._wait_no_longer()
        self._patience = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _wait_no_longer(self) -> None:
        if self._patience is not None:
            self._patience.cancel()


def most_connections() -> int:
    """Connections that may be open at once; the other files are for uploads and models."""
    may_open, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return sys.maxsize if may_open == resource.RLIM_INFINITY else may_open * 3 // 4
