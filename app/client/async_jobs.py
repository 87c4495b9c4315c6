"""A job of the client that is awaited: long work that the server goes on with by itself."""

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
    from app.client.async_connection import AsyncConnection


class AsyncJob:
    """As `Job`; the methods are awaited."""

    def __init__(
        self, connection: "AsyncConnection", configuration: Configuration, id: str
    ) -> None:
        self.id = id
        self._connection, self._configuration = connection, configuration
        self._path = api.path_of(id)

    def __repr__(self) -> str:
        return f"AsyncJob({self.id!r})"

    async def status(self) -> JobDescription:
        """As `Job.status`."""
        retries, deadline = self._configuration.call()
        return await self._connection._run(api.job_at(retries, deadline, self._path))

    async def wait(
        self, progress: Told | None = None, *, deadline: float | None = None
    ) -> "AsyncJob":
        """As `Job.wait`."""
        retries, until = (
            self._configuration.retries,
            Deadline.after(deadline, "the job has not finished"),
        )
        await self._connection._run(Following(self._path, retries, until, progress).to_the_end())
        return self

    async def result(self, *, deadline: float | None = None) -> Answer:
        """As `Job.result`."""
        retries, until = self._configuration.call(deadline)
        call = Call("GET", f"{self._path}/result")
        return await self._connection._run(api.asking(retries, call, until))

    async def save(self, path: str | os.PathLike[str], *, deadline: float | None = None) -> Answer:
        """As `Job.save`."""
        retries, until = self._configuration.call(deadline)
        call = Call("GET", f"{self._path}/result")
        with replacing(path) as file:
            return await self._connection._run(api.asking(retries, call, until, file))

    async def cancel(self) -> None:
        """As `Job.cancel`."""
        retries, deadline = self._configuration.call()
        await self._connection._run(api.ending(retries, deadline, self._path))
