"""Posting one picture over and over, so cheaply that the one who asks is no load himself."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """What became of a request.

    Attributes:
        status: of HTTP; 0 if the connection broke before there was one.
        retry_after: whether it says when to ask again.
        sent: when it was, in seconds of `time.perf_counter`.
        seconds: until the answer was complete.
    """

    status: int
    retry_after: bool
    sent: float
    seconds: float


class Post:
    """Posts one body to one path; every call opens a connection of its own.

    Args:
        host: of the service.
        port: of the service.
        path: with its query.
        body: a picture.
    """

    def __init__(self, host: str, port: int, path: str, body: bytes) -> None:
        self._address = host, port
        self._request = (
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n"
            f"Content-Type: application/octet-stream\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode() + body

    async def __call__(self) -> Answer:
        """Ask, and wait until the service closes the connection."""
        loop = asyncio.get_running_loop()
        sent = time.perf_counter()
        try:
            transport, reading = await loop.create_connection(
                lambda: _Reading(self._request, loop.create_future()), *self._address
            )
        except OSError:
            return Answer(0, False, sent, time.perf_counter() - sent)
        try:
            head = await reading.closed
        finally:
            transport.close()
        seconds = time.perf_counter() - sent
        status = head[9:12] if head.startswith(b"HTTP/1.1 ") else b"0"
        return Answer(int(status), b"\r\nretry-after:" in head.lower(), sent, seconds)


class _Reading(asyncio.Protocol):
    """Sends the request and keeps the head of the answer."""

    def __init__(self, request: bytes, closed: asyncio.Future[bytes]) -> None:
        self._request, self.closed = request, closed
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if b"\r\n\r\n" not in self._head:
            self._head += data

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.closed.done():
            self.closed.set_result(self._head.partition(b"\r\n\r\n")[0])


def quantile(ordered: Sequence[float], share: float) -> float:
    """The value that so much of the ordered ones do not exceed; NaN of none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
