"""A piece of work for a thread, and what it knows of the one who waits for it."""

import asyncio
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from app.errors import DeadlineExceeded


class Ticket:
    """What a piece of work knows of the one who waits for it."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self._submitted = time.perf_counter()
        self._abandoned = threading.Event()

    def check(self) -> None:
        """Stop here when nobody waits any more; long work calls this between its steps.

        Raises:
            DeadlineExceeded: the answer would come too late, or has nowhere to go.
        """
        if self._abandoned.is_set() or self.waited > self._deadline:
            raise too_late(self._deadline)

    def abandon(self) -> None:
        """Nobody waits for the answer any more."""
        self._abandoned.set()

    @property
    def waited(self) -> float:
        """Seconds since the work was handed in."""
        return time.perf_counter() - self._submitted


def too_late(deadline: float) -> DeadlineExceeded:
    """What to say when so many seconds have passed."""
    seconds = round(deadline, 3)
    return DeadlineExceeded(f"no answer within {seconds:g} s", seconds=seconds)


class WorkItem:
    """A piece of work, the ticket of the one who waits, and where its result is put.

    Made on the event loop of the one who waits.
    """

    def __init__(self, work: Callable[[Ticket], Any], ticket: Ticket) -> None:
        self._work, self.ticket = work, ticket
        self._loop = asyncio.get_running_loop()
        # A future of the loop itself: to wrap one of the threads' costs a tenth of a light request.
        self.result: asyncio.Future[Any] = self._loop.create_future()

    def run(self) -> None:
        """Do the work on a thread, unless nobody waits for it any more."""
        try:
            self.ticket.check()
            give = partial(self._give, self._work(self.ticket), None)
        except BaseException as error:  # whatever it is, it is the one's who waits
            give = partial(self._give, None, error)
        with suppress(RuntimeError):  # the loop has been closed, so nobody waits
            self._loop.call_soon_threadsafe(give)

    def _give(self, result: Any, error: BaseException | None) -> None:
        if self.result.done():  # the one who waited has left
            return
        if error is None:
            self.result.set_result(result)
        else:
            self.result.set_exception(error)
