"""A server as the client that is awaited has it: an HTTP client, and flows that are run over it."""

import ssl
from collections.abc import Mapping
from functools import partial
from typing import IO, Any

import anyio.to_thread
import httpx

from app.client import api
from app.client.answer import JSON, Answer
from app.client.async_wire import run
from app.client.configuration import DEADLINE, RETRIES, URL, Configuration, http_options
from app.client.document import Doc, document_of
from app.client.flow import Flow, T
from app.client.upload import Picture


class AsyncConnection:
    """What `AsyncClient` is made of; see there."""

    def __init__(
        self,
        url: str = URL,
        key: str | None = None,
        *,
        deadline: float | None = DEADLINE,
        retries: int = RETRIES,
        headers: Mapping[str, str] | None = None,
        verify: ssl.SSLContext | bool = True,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._configuration = Configuration.of(deadline, retries)
        options = http_options(url, key, headers)
        self._http = httpx.AsyncClient(**options, verify=verify, transport=transport)

    async def _run(self, flow: Flow[T]) -> T:
        return await run(self._http, flow)

    async def _ask(
        self,
        task: str,
        pictures: Mapping[str, Picture],
        options: Mapping[str, Any],
        accept: str,
        deadline: float | None,
        into: IO[bytes] | None = None,
    ) -> Answer:
        build = partial(api.task_call, task, pictures, options, accept)
        call = await anyio.to_thread.run_sync(build)  # an image may have to be encoded
        until = self._configuration.deadline_of(deadline)
        return await self._run(api.asking(self._configuration.retries, call, until, into))

    async def _document(
        self,
        kind: type[Doc],
        task: str,
        pictures: Mapping[str, Picture],
        options: Mapping[str, Any],
        deadline: float | None,
    ) -> Doc:
        return document_of(kind, await self._ask(task, pictures, options, JSON, deadline))
