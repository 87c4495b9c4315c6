"""How long a client waits for its answer: until its deadline, and as long as it is there."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.errors import DeadlineExceeded, MalformedRequest

T = TypeVar("T")

HEADER = "X-Deadline-Ms"


def deadline_of(request: Request, longest: float) -> float:
    """Seconds in which the answer is worth having: the setting's, or what the client says.

    Raises:
        MalformedRequest: the client says something else than a number of milliseconds.
    """
    text = request.headers.get(HEADER)
    if text is None:
        return longest
    if not (text.isascii() and text.isdecimal() and int(text[:12])):
        raise MalformedRequest(f"{HEADER} is a whole number of milliseconds above 0, not {text!r}")
    return min(longest, int(text[:12]) / 1000)


async def within(deadline: float, what: str, coming: Coroutine[Any, Any, T]) -> tuple[T, float]:
    """Wait for what a client sends, and say how many seconds of the deadline are left then.

    Raises:
        DeadlineExceeded: it did not come in time; `what` says what.
    """
    started = time.perf_counter()
    try:
        async with asyncio.timeout(deadline):
            come = await coming
    except TimeoutError as error:
        message = f"the {what} did not come within {deadline:g} s"
        raise DeadlineExceeded(message, seconds=deadline) from error
    return come, deadline - (time.perf_counter() - started)


@asynccontextmanager
async def while_connected(request: Request) -> AsyncIterator[None]:
    """Go through the block, but not when the client has left; its body must have been read.

    Raises:
        ClientDisconnect: it has left, and what the block waited for has been cancelled.
    """
    answering = asyncio.current_task()
    assert answering is not None
    left = False

    def leave(_: asyncio.Future[None]) -> None:
        nonlocal left
        left = answering.cancel()

    leaving = asyncio.ensure_future(_left(request))
    leaving.add_done_callback(leave)
    try:
        yield
    except asyncio.CancelledError as error:
        # It may have been cancelled by somebody else as well, who is to hear of that.
        if left and answering.uncancel() == 0:
            raise ClientDisconnect from error
        raise
    finally:
        leaving.remove_done_callback(leave)
        leaving.cancel()


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
