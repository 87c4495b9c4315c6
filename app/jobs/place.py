"""Where jobs are kept: opened when the service starts, or the reason why there is no such place."""

import logging
from collections.abc import Callable

from app.errors import JobsUnavailable
from app.jobs.jobs import Jobs
from app.jobs.runner import Work

log = logging.getLogger(__name__)

RETRY_AFTER = 10
"""Seconds after which a client may ask again where there is no place."""


class Place:
    """A folder of jobs that may turn out to be unusable.

    Args:
        make: opens it.
        insist: whether the service shall not start without it.
    """

    def __init__(self, make: Callable[[], Jobs], *, insist: bool) -> None:
        self._make, self._insist = make, insist
        self._jobs: Jobs | None = None
        self._reason = "the service is being started or stopped"

    def open(self) -> None:
        """Open it, unless it is open.

        Raises:
            JobsUnavailable: it can not be used, and the service insists on it.
        """
        if self._jobs is None:
            try:
                self._jobs = self._make()
            except JobsUnavailable as error:
                if self._insist:
                    raise
                log.warning("no jobs are accepted: %s", error)
                self._reason = str(error)

    def start(self, work: Work) -> None:
        """Begin to do what is queued."""
        if self._jobs:
            self._jobs.start(work)

    def stop(self) -> None:
        """Put back what is being done; see `Jobs.stop`."""
        if self._jobs:
            self._jobs.stop()

    def close(self) -> None:
        """Give it free, after `stop`."""
        if self._jobs:
            jobs, self._jobs = self._jobs, None
            jobs.close()

    @property
    def is_open(self) -> bool:
        """Whether jobs are accepted."""
        return self._jobs is not None

    def require(self) -> Jobs:
        """The jobs that are kept there.

        Raises:
            JobsUnavailable: there is no such place.
        """
        if self._jobs is None:
            raise JobsUnavailable(
                f"no jobs are accepted here: {self._reason}", retry_after=RETRY_AFTER
            )
        return self._jobs
