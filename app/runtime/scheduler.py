"""A fixed number of worker threads behind a queue that refuses what it can not hold."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from app.errors import DeadlineExceeded, QueueFull

T = TypeVar("T")

SMOOTHING = 0.2
"""Weight of the newest job in the running mean of how long a job takes."""


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
            raise DeadlineExceeded(f"no answer within {self._deadline:g} s", seconds=self._deadline)

    def abandon(self) -> None:
        """Nobody waits for the answer any more."""
        self._abandoned.set()

    @property
    def waited(self) -> float:
        """Seconds since the work was handed in."""
        return time.perf_counter() - self._submitted


class Scheduler:
    """Runs work off the event loop, at most `workers` pieces at once and `queue` waiting."""

    def __init__(self, workers: int, queue: int) -> None:
        self._workers = workers
        self._limit = workers + queue
        self._admitted = 0
        self._seconds = 0.0
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="densight")

    async def run(self, work: Callable[[Ticket], T], deadline: float) -> T:
        """Wait for `work(ticket)` to be done by a worker thread.

        Args:
            work: called once, unless its deadline passes while it waits in the queue.
            deadline: seconds from now in which the answer is worth having.

        Raises:
            QueueFull: no place is free; `retry_after` tells the seconds until one should be.
            DeadlineExceeded: the time is up.
        """
        if self._admitted >= self._limit:
            raise QueueFull(
                f"{self._limit} requests are being answered or waiting already",
                retry_after=self._retry_after(),
                limit=self._limit,
            )
        ticket = Ticket(deadline)
        self._admitted += 1
        future = self._threads.submit(self._work, work, ticket)
        # Whatever happens to the waiting client, a place is free only once the thread is.
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._leave))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), deadline)
        except TimeoutError as error:
            raise DeadlineExceeded(f"no answer within {deadline:g} s", seconds=deadline) from error
        finally:
            ticket.abandon()

    def close(self) -> None:
        """Finish what was accepted, then stop the threads."""
        self._threads.shutdown(wait=True)

    def _work(self, work: Callable[[Ticket], T], ticket: Ticket) -> T:
        ticket.check()
        started = time.perf_counter()
        try:
            return work(ticket)
        finally:
            self._observe(time.perf_counter() - started)

    def _observe(self, seconds: float) -> None:
        self._seconds += SMOOTHING * (seconds - self._seconds)

    def _leave(self) -> None:
        self._admitted -= 1

    def _retry_after(self) -> int:
        waiting = self._admitted - self._workers + 1
        return max(1, round(waiting * self._seconds / self._workers))
