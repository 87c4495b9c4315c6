"""All jobs: accepted, looked for, cancelled, removed, and done in the background."""

import logging
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from app.errors import JobInterrupted, JobNotFound, JobsUnavailable
from app.jobs.caretaker import Caretaker
from app.jobs.job import Job, State
from app.jobs.lock import locked
from app.jobs.run import Run
from app.jobs.runner import Describe, Runner, Work
from app.jobs.spool import Spool
from app.jobs.store import Store
from app.jobs.watchers import Watchers
from app.jobs.webhook import Webhooks

log = logging.getLogger(__name__)

ATTEMPTS = 3
"""Times that a job is begun which takes the process down with it."""


class Jobs:
    """What an open folder of jobs can do, from any number of threads.

    Args:
        folder: made where it is not; it belongs to one process at a time.
        describe: what is kept of a failure.
        queue: jobs that may be queued.
        workers: jobs that are done at once.
        deadline: seconds that one may take.
        ttl: seconds that a job is kept after it has finished.
        disk: bytes of all uploads and results.
        webhooks: what sends messages, if any may be sent.
        clock: seconds since 1970.

    Raises:
        JobsUnavailable: the folder can not be used.
    """

    def __init__(
        self,
        folder: Path,
        describe: Describe,
        *,
        queue: int = 1000,
        workers: int = 1,
        deadline: float = 21600.0,
        ttl: float = 86400.0,
        disk: int = 10 * 2**30,
        webhooks: Webhooks | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._queue, self._ttl, self._clock = queue, ttl, clock
        self.webhooks = webhooks
        self.watchers = Watchers()
        self.stopping = False
        """The service ends: what is accepted now is done after it has started again."""
        self._lock, self._store, self.spool = _opened(folder, disk)
        self._recover(describe)
        self._caretaker = Caretaker(
            self._store, self.watchers, webhooks, expire=self.expire, clock=clock
        )
        self._runner = Runner(
            self._store,
            self.spool,
            self.watchers,
            describe,
            workers=workers,
            deadline=deadline,
            finished=self._caretaker.wake,
            clock=clock,
        )

    def _recover(self, describe: Describe) -> None:
        """Take up what an earlier process left, however it ended."""
        for job in self._store.of_state("running"):
            if job.attempts >= ATTEMPTS:
                log.error("job %s is given up: the service ended %d times in it", job.id, ATTEMPTS)
                problem = describe(
                    JobInterrupted(f"the service ended {ATTEMPTS} times while it did this job")
                )
                self._store.finish(job.id, "failed", self._clock(), problem=problem)
        self._store.put_back(counted=True)
        uploads = {job.id for job in self._store.unfinished()}
        self.spool.sweep(uploads, {job.id for job in self._store.of_state("done")})

    def start(self, work: Work) -> None:
        """Begin to do what is queued."""
        self._caretaker.start()
        self._runner.start(work)

    def stop(self) -> None:
        """Put back what is being done, and take nothing further; new jobs are still accepted."""
        self.stopping = True
        self._runner.stop()
        # At once, not when the steps have ended: it may be killed before.
        self._store.put_back(counted=False)
        self._caretaker.stop()
        self.watchers.tell_all()

    def close(self) -> None:
        """Wait for the steps that are being done, then give the folder free."""
        self._runner.close()
        self._caretaker.close()
        self._store.close()
        if self.webhooks:
            self.webhooks.close()
        self._lock.close()

    def submit(self, job: Job, data: bytes) -> Job:
        """Accept a job; when this returns, it is on the disk with its picture.

        Args:
            job: a new one.
            data: the file of its picture.

        Returns:
            The job, or the one that was accepted before under the same key.

        Raises:
            IdempotencyKeyReused: another one was accepted under its key.
            QueueFull: too many are queued.
            DiskFull: the picture has no room.
        """
        self.expire()
        if known := self._store.of_key(job):
            return known
        self.spool.keep_upload(job.id, data)
        try:
            kept = self._store.add(job, self._queue)
        except BaseException:
            self.spool.remove_upload(job.id)
            raise
        if kept is not job:  # the same request came twice at the same moment
            self.spool.remove_upload(job.id)
        self._runner.wake()
        return kept

    def find(self, id: str, owner: str) -> Job:
        """A job of this owner.

        Raises:
            JobNotFound: there is none, or no longer.
        """
        job = self._store.find(id)
        if job is None or job.owner != owner or self._is_old(job):
            raise JobNotFound("no job of this id is known, or it has expired")
        return job

    def run_of(self, job: Job) -> Run | None:
        """The work on a job, if it is going on."""
        return self._runner.run_of(job.id) if job.state == "running" else None

    def expires(self, job: Job) -> float | None:
        """When a job is removed, in seconds since 1970; `None` before it has finished."""
        return None if job.finished is None else job.finished + self._ttl

    def cancel(self, job: Job) -> bool:
        """Give up a job; work on it ends at its next step.

        Returns:
            Whether it was still to be done.
        """
        cancelled = self._store.finish(job.id, "cancelled", self._clock())
        if cancelled:
            self._runner.cancel(job.id)
            self.spool.remove_upload(job.id)
            self.watchers.tell(job.id)
            self._caretaker.wake()
        return cancelled

    def remove(self, job: Job) -> None:
        """Forget a job that has finished, with its files and its key."""
        self._store.remove(job.id)
        self.spool.remove_result(job.id)
        self.spool.remove_upload(job.id)
        self.watchers.tell(job.id)

    def expire(self) -> None:
        """Remove what finished longer ago than jobs are kept."""
        for job in self._store.finished(self._clock() - self._ttl):
            self.remove(job)

    def counts(self) -> dict[State, int]:
        """How many jobs are in each state."""
        return self._store.counts()

    def _is_old(self, job: Job) -> bool:
        expires = self.expires(job)
        return expires is not None and expires <= self._clock()


def _opened(folder: Path, disk: int) -> tuple[IO[str], Store, Spool]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = locked(folder)
        try:
            spool = Spool(folder, disk)
            return lock, Store(folder / "jobs.sqlite"), spool
        except BaseException:
            lock.close()
            raise
    except OSError as error:
        raise JobsUnavailable(f"the folder of jobs can not be used: {error}") from error
