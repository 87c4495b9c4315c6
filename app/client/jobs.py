"""A job of the blocking client: long work that the server goes on with by itself."""

import os
from typing import TYPE_CHECKING

from app.client import api
from app.client.answer import Answer
from app.client.configuration import Configuration
from app.client.deadline import Deadline
from app.client.documents import JobDescription
from app.client.files import replacing
from app.client.flow import Call
from app.client.following import Following, Told

if TYPE_CHECKING:
    from app.client.connection import Connection


class Job:
    """Work that was submitted; it goes on however this program ends.

    Attributes:
        id: by which `Client.job` finds it again.
    """

    def __init__(self, connection: "Connection", configuration: Configuration, id: str) -> None:
        self.id = id
        self._connection, self._configuration = connection, configuration
        self._path = api.path_of(id)

    def __repr__(self) -> str:
        return f"Job({self.id!r})"

    def status(self) -> JobDescription:
        """How far it is.

        Raises:
            JobNotFound: it has expired or was removed.
        """
        retries, deadline = self._configuration.call()
        return self._connection._run(api.job_at(retries, deadline, self._path))

    def wait(self, progress: Told | None = None, *, deadline: float | None = None) -> "Job":
        """Wait until it is done, failed or cancelled, also across restarts of the server.

        Args:
            progress: called with a `Progress` (`done`, `total`, `eta` in seconds) at each change.
            deadline: seconds to wait; for ever when absent.

        Raises:
            DeadlinePassed: it has not finished by then, and goes on.
            JobNotFound: it has expired or was removed.
            Unreachable: the server is, for too long.
        """
        retries, until = (
            self._configuration.retries,
            Deadline.after(deadline, "the job has not finished"),
        )
        self._connection._run(Following(self._path, retries, until, progress).to_the_end())
        return self

    def result(self, *, deadline: float | None = None) -> Answer:
        """The very answer that the task would have given at once.

        Args:
            deadline: seconds for fetching it; the client's when absent.

        Raises:
            JobUnfinished: it is not there yet.
            JobCancelled: there will be none.
            Problem: the job failed so.
        """
        retries, until = self._configuration.call(deadline)
        return self._connection._run(
            api.asking(retries, Call("GET", f"{self._path}/result"), until)
        )

    def save(self, path: str | os.PathLike[str], *, deadline: float | None = None) -> Answer:
        """Write the result to a file while it comes; the answer that is returned has no content.

        Raises:
            JobUnfinished, JobCancelled, Problem: as `result`.
        """
        retries, until = self._configuration.call(deadline)
        with replacing(path) as file:
            return self._connection._run(
                api.asking(retries, Call("GET", f"{self._path}/result"), until, file)
            )

    def cancel(self) -> None:
        """End it at its next step; one that has finished is removed with its result.

        Raises:
            JobNotFound: it has expired or was removed.
        """
        retries, deadline = self._configuration.call()
        self._connection._run(api.ending(retries, deadline, self._path))
