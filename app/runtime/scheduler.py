"""Worker threads behind a queue that refuses what it can not hold."""

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from app.errors import QueueFull
from app.runtime.traffic import Traffic
from app.runtime.work_item import Ticket, WorkItem, too_late

T = TypeVar("T")

SMOOTHING = 0.2
"""Weight of the newest job in the running mean of how long a job takes."""


@dataclass(frozen=True)
class Load:
    """How busy a scheduler is.

    Attributes:
        running: jobs that are being done.
        waiting: jobs in the queue.
        oldest: seconds that the first of them has waited; 0 if there is none.
    """

    running: int
    waiting: int
    oldest: float


class Scheduler:
    """Runs work off the event loop, at most `workers` pieces at once and `queue` waiting."""

    def __init__(self, workers: int, queue: int, traffic: Traffic | None = None) -> None:
        self._workers = workers
        self._limit = workers + queue
        self._traffic = traffic or Traffic()
        self._seconds = 0.0
        self._changing = threading.Lock()
        self._waiting: deque[WorkItem] = deque()
        self._running = 0
        self._busy = 0  # threads, also those that are about to take a job
        # It never holds more than a task for each of its threads: what waits, waits in the deque,
        # from which it can be taken out again.
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
        ticket = Ticket(deadline)
        job = WorkItem(work, ticket)
        self._admit(job)
        try:
            async with asyncio.timeout(deadline):
                result: T = await job.result
            return result
        except TimeoutError as error:
            raise too_late(deadline) from error
        finally:
            ticket.abandon()
            self._forget(job)

    def check_room(self) -> None:
        """See whether a job would be refused, before anything is done for one.

        Raises:
            QueueFull: as of `run`.
        """
        with self._changing:
            self._check_room()

    def load(self) -> Load:
        """How busy it is at this moment."""
        with self._changing:
            oldest = self._waiting[0].ticket.waited if self._waiting else 0.0
            return Load(self._running, len(self._waiting), oldest)

    def close(self) -> None:
        """Finish what was accepted, then stop the threads."""
        self._threads.shutdown(wait=True)

    def _admit(self, job: WorkItem) -> None:
        with self._changing:
            self._check_room()
            self._waiting.append(job)
            if self._busy < self._workers:
                self._busy += 1
                self._threads.submit(self._serve)

    def _check_room(self) -> None:
        admitted = len(self._waiting) + self._running
        if admitted >= self._limit:
            behind = admitted - self._workers + 1
            raise QueueFull(
                f"{self._limit} requests to this model are being answered or waiting already",
                retry_after=max(1, math.ceil(behind * self._seconds / self._workers)),
                limit=self._limit,
            )

    def _forget(self, job: WorkItem) -> None:
        """Free the place, and the picture, of a job that never began."""
        with self._changing:
            if job in self._waiting:
                self._waiting.remove(job)

    def _serve(self) -> None:
        """Do what waits, the oldest first, until nothing does."""
        while job := self._next():
            started = time.perf_counter()
            with self._traffic:
                job.run()
            seconds = time.perf_counter() - started
            with self._changing:
                self._running -= 1
                self._seconds += SMOOTHING * (seconds - self._seconds)

    def _next(self) -> WorkItem | None:
        with self._changing:
            if self._waiting:
                self._running += 1
                return self._waiting.popleft()
            self._busy -= 1
            return None
