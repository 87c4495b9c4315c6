"""Worker threads behind queues that refuse what they can not hold, a pair for each model."""

import asyncio
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from app.errors import DeadlineExceeded, QueueFull
from app.runtime.model import Model
from app.runtime.traffic import Traffic

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


class Job:
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


class Scheduler:
    """Runs work off the event loop, at most `workers` pieces at once and `queue` waiting."""

    def __init__(self, workers: int, queue: int, traffic: Traffic | None = None) -> None:
        self._workers = workers
        self._limit = workers + queue
        self._traffic = traffic or Traffic()
        self._seconds = 0.0
        self._changing = threading.Lock()
        self._waiting: deque[Job] = deque()
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
        job = Job(work, ticket)
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

    def _admit(self, job: Job) -> None:
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

    def _forget(self, job: Job) -> None:
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

    def _next(self) -> Job | None:
        with self._changing:
            if self._waiting:
                self._running += 1
                return self._waiting.popleft()
            self._busy -= 1
            return None


class Schedulers:
    """A scheduler for each model, for as long as the model is in memory.

    Models share the processor and nothing else: where pictures wait for a slow one, those for the
    others go on.

    Args:
        workers: threads of each.
        queue: jobs that may wait at each.
        traffic: counts what all of them do at this moment.
    """

    def __init__(self, workers: int, queue: int, traffic: Traffic | None = None) -> None:
        self._workers, self._queue, self._traffic = workers, queue, traffic or Traffic()
        self._schedulers: WeakKeyDictionary[Model, Scheduler] = WeakKeyDictionary()

    def of(self, model: Model) -> Scheduler:
        """The scheduler of a model; asked for on the event loop only."""
        if model not in self._schedulers:
            self._schedulers[model] = Scheduler(self._workers, self._queue, self._traffic)
        return self._schedulers[model]

    def close(self) -> None:
        """Finish what was accepted, then stop all threads."""
        for scheduler in list(self._schedulers.values()):
            scheduler.close()
