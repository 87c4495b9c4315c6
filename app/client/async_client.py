"""The client whose answers are awaited, with asyncio or trio."""

from collections.abc import Mapping
from functools import partial
from types import TracebackType
from typing import IO

import anyio.to_thread

from app.client import api
from app.client.answer import Answer
from app.client.async_jobs import AsyncJob
from app.client.documents import ModelDescription
from app.client.methods import AsyncMethods
from app.client.upload import Picture


class AsyncClient(AsyncMethods):
    """As `Client`, with the same arguments and methods.

    async with AsyncClient("http://127.0.0.1:8000") as client:
        document = await client.classify("cat.jpg")
        print(document.predictions[0].label)
    """

    async def ask(
        self,
        task: str,
        picture: Picture | Mapping[str, Picture],
        /,
        *,
        accept: str = "*/*",
        deadline: float | None = None,
        into: IO[bytes] | None = None,
        **options: api.Option,
    ) -> Answer:
        """As `Client.ask`."""
        return await self._ask(task, api.parts_of(picture), options, accept, deadline, into)

    async def submit(
        self,
        task: str,
        picture: Picture | Mapping[str, Picture],
        /,
        *,
        accept: str = "*/*",
        deadline: float | None = None,
        webhook: str | None = None,
        idempotency_key: str | None = None,
        **options: api.Option,
    ) -> AsyncJob:
        """As `Client.submit`."""
        parts = api.parts_of(picture)
        build = partial(api.job_call, task, parts, options, accept, idempotency_key, webhook)
        call = await anyio.to_thread.run_sync(build)
        until = self._configuration.deadline_of(deadline)
        accepted = await self._run(api.submitting(self._configuration.retries, call, until))
        return self.job(accepted.id)

    def job(self, id: str) -> AsyncJob:
        """As `Client.job`."""
        return AsyncJob(self, self._configuration, id)

    async def models(self) -> list[ModelDescription]:
        """As `Client.models`."""
        return await self._run(api.models(*self._configuration.call()))

    async def model(self, name: str) -> ModelDescription:
        """As `Client.model`."""
        return await self._run(api.model(*self._configuration.call(), name))

    async def ready(self) -> bool:
        """As `Client.ready`."""
        return await self._run(api.ready(self._configuration.deadline_of(None)))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()
