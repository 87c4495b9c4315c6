"""The threads that do jobs, the oldest first."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import BinaryIO

from app.errors import DensightError, DiskFull
from app.jobs.job import Job, State
from app.jobs.run import Run, Stopped
from app.jobs.spool import Spool
from app.jobs.store import Store
from app.jobs.watchers import Watchers

log = logging.getLogger(__name__)

RETRY = 1.0
"""Seconds after which the store is asked again that could not be written."""


@dataclass(frozen=True)
class Facts:
    """What is known of an answer beside its bytes; the fields of `Job` of these names."""

    media_type: str
    tiles: str | None
    timing: str | None


Work = Callable[[Run, BinaryIO], Facts]
"""Answers a job into a file; it calls `Run.report` between its steps."""

Describe = Callable[[Exception], str]
"""The problem document of a failure, as JSON."""


class Runner:
    """Takes jobs from the store and brings them to their end.

    Args:
        store: where they are.
        spool: where their files are.
        watchers: told of every change.
        describe: what is kept of a failure.
        workers: jobs that are done at once.
        deadline: seconds that one may take.
        finished: called when one has come to its end.
        clock: seconds since 1970.
    """

    def __init__(
        self,
        store: Store,
        spool: Spool,
        watchers: Watchers,
        describe: Describe,
        *,
        workers: int,
        deadline: float,
        finished: Callable[[], None],
        clock: Callable[[], float],
    ) -> None:
        self._store, self._spool, self._watchers = store, spool, watchers
        self._describe, self._deadline, self._clock = describe, deadline, clock
        self._finished = finished
        self._workers = workers
        self._threads: list[threading.Thread] = []
        self._changed = threading.Condition()
        self._runs: dict[str, Run] = {}
        self._stopping = False

    def start(self, work: Work) -> None:
        """Begin to do what is queued."""
        for number in range(self._workers):
            thread = threading.Thread(target=self._serve, args=(work,), name=f"job-{number}")
            self._threads.append(thread)
            thread.start()

    def wake(self) -> None:
        """There is a new job."""
        with self._changed:
            self._changed.notify_all()

    def run_of(self, id: str) -> Run | None:
        """The work on a job, if it is going on."""
        return self._runs.get(id)

    def cancel(self, id: str) -> None:
        """Let the work on a job end at its next step; what it would answer is thrown away."""
        with self._changed:  # one that is just being taken is there afterwards
            if run := self._runs.get(id):
                run.stop()

    def stop(self) -> None:
        """Take no further job; those that are being done end at their next step."""
        with self._changed:
            self._stopping = True
            for run in self._runs.values():
                run.stop()
            self._changed.notify_all()

    def close(self) -> None:
        """Wait until they have ended."""
        for thread in self._threads:
            thread.join()

    def _serve(self, work: Work) -> None:
        while run := self._next():
            try:
                self._do(run, work)
            except Exception:  # the store can not be written: the job begins anew after a restart
                log.exception("job %s came to its end, which could not be noted", run.job.id)
            finally:
                with self._changed:
                    del self._runs[run.job.id]
                self._watchers.tell(run.job.id)
                self._finished()

    def _next(self) -> Run | None:
        with self._changed:
            while not self._stopping:
                patience = None
                try:
                    job = self._store.take(self._clock())
                except Exception:
                    log.exception("no job could be taken")
                    job, patience = None, RETRY
                if job is not None:
                    tell = partial(self._watchers.tell, job.id)
                    run = Run(job, self._spool.upload(job.id), self._deadline, tell)
                    self._runs[job.id] = run
                    return run
                self._changed.wait(patience)
            return None

    def _do(self, run: Run, work: Work) -> None:
        id, started = run.job.id, time.monotonic()
        state: State
        columns: dict[str, object]
        self._watchers.tell(id)
        try:
            with self._spool.writing_result(id) as file:
                facts = work(run, file)
            state, columns = "done", asdict(facts)
        except Stopped:
            return  # who stopped it has noted why
        except Exception as error:
            if run.stopped:  # its picture may be gone already
                return
            if not isinstance(error, DensightError):
                log.exception("job %s failed, which nobody foresaw", id, extra={"job": id})
            state, columns = "failed", {"problem": self._describe(error)}
        done, total = run.progress or (None, None)
        if self._note(id, state, steps_done=done, steps=total, **columns):
            self._spool.remove_upload(id)
            self._tell(run.job, state, time.monotonic() - started)
        else:
            self._spool.remove_result(id)

    @staticmethod
    def _tell(job: Job, state: State, seconds: float) -> None:
        facts = {
            "job": job.id,
            "task": job.task,
            "model": job.model,
            "state": state,
            "milliseconds": round(seconds * 1e3, 2),
        }
        log.info("job %s %s %.1f s %s", job.task, state, seconds, job.id, extra=facts)

    def _note(self, id: str, state: State, **columns: object) -> bool:
        """Bring the end of a job to the disk, as soon as there is room for it."""
        while True:
            try:
                return self._store.finish(id, state, self._clock(), **columns)
            except DiskFull:
                with self._changed:
                    if self._stopping:
                        raise
                    self._changed.wait(RETRY)
