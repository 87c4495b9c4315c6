"""A connection that asks one question at a time, with as little CPU as Python can do with."""

import asyncio
from typing import Any, NamedTuple, Self

import httptools


def post(
    target: str, body: bytes, media_type: str = "image/jpeg", *, host: str = "127.0.0.1"
) -> bytes:
    """A whole request, ready to be sent any number of times.

    Args:
        target: path and query.
        body: what is posted.
        media_type: of the body.
        host: of the server.
    """
    head = (
        f"POST {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {media_type}\r\n"
        f"Content-Length: {len(body)}\r\nAccept: */*\r\n\r\n"
    )
    return head.encode() + body


class Told(NamedTuple):
    """What is kept of an answer.

    Attributes:
        status: of HTTP.
        again: whether it says when to ask again (`Retry-After`).
    """

    status: int
    again: bool


class Connection(asyncio.Protocol):
    """Kept alive from one question to the next; an answer's body is dropped."""

    def __init__(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._transport: Any = None
        self._answer: asyncio.Future[Told] | None = None
        self._again = False
        self._lost = asyncio.Event()

    @classmethod
    async def to(cls, host: str, port: int) -> Self:
        """Connect.

        Raises:
            OSError: nobody listens there.
        """
        _, connection = await asyncio.get_running_loop().create_connection(cls, host, port)
        return connection

    async def ask(self, request: bytes) -> Told:
        """Send a request and wait for the whole answer.

        Raises:
            ConnectionResetError: the server hung up.
        """
        if self._transport.is_closing():
            raise ConnectionResetError("the server hung up")
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    async def close(self) -> None:
        """Hang up, and wait until that is done."""
        self._transport.close()
        await self._lost.wait()

    # What asyncio calls:

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._lost.set()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionResetError("the server hung up"))

    # What the parser calls:

    def on_message_begin(self) -> None:
        self._again = False

    def on_header(self, name: bytes, value: bytes) -> None:
        self._again |= name.lower() == b"retry-after"

    def on_message_complete(self) -> None:
        status = self._parser.get_status_code()
        if status >= 200 and self._answer is not None and not self._answer.done():
            self._answer.set_result(Told(status, self._again))
