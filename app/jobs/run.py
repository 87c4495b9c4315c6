"""A job while it is being done: how far it is, and whether it shall go on."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.errors import DeadlineExceeded
from app.jobs.job import Job


class Stopped(Exception):
    """The job is cancelled, or the service ends."""


class Run:
    """What the work on a job knows of it, and what others may know of the work.

    Args:
        job: that is being done.
        upload: the file of its picture.
        deadline: seconds that it may take.
        tell: called when there is progress.
    """

    def __init__(self, job: Job, upload: Path, deadline: float, tell: Callable[[], None]) -> None:
        self.job, self.upload = job, upload
        self.progress: tuple[int, int] | None = None
        """Steps that are done, and of how many; `None` until they are known."""
        self._deadline, self._tell = deadline, tell
        self._began = time.monotonic()
        self._steps_began = self._began
        self._stop = threading.Event()

    def report(self, done: int, total: int) -> None:
        """Note progress; called before each step and after the last.

        Raises:
            Stopped: nobody wants the answer any more.
            DeadlineExceeded: the job took longer than any may.
        """
        if self.progress is None:
            self._steps_began = time.monotonic()
        self.progress = (done, total)
        self._tell()
        self.check()

    def check(self) -> None:
        """Stop here if need be; raises what `report` does."""
        if self._stop.is_set():
            raise Stopped
        if time.monotonic() - self._began > self._deadline:
            raise DeadlineExceeded(
                f"the job took longer than {self._deadline:g} s", seconds=self._deadline
            )

    def wait(self, seconds: float) -> None:
        """Do nothing for a while, unless it is time to stop; raises what `report` does."""
        self._stop.wait(seconds)
        self.check()

    def stop(self) -> None:
        """Let the work end at its next step."""
        self._stop.set()

    @property
    def stopped(self) -> bool:
        """Whether it shall end."""
        return self._stop.is_set()

    @property
    def eta(self) -> float | None:
        """Seconds until the last step is done, if the others take as long as those that are."""
        if self.progress is None or self.progress[0] == 0:
            return None
        done, total = self.progress
        return (time.monotonic() - self._steps_began) / done * (total - done)
