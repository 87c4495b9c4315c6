"""The steps of flows over a connection of httpx that is awaited."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import IO

import httpx
from anyio import sleep

from app.client.deadline import Deadline
from app.client.flow import Call, Flow, Hear, Listen, Pause, Reply, Send, Step, T
from app.client.sending import headers_of, timeouts


async def run(http: httpx.AsyncClient, flow: Flow[T]) -> T:
    """Do what the flow says, until it returns or raises."""
    async with AsyncExitStack() as stream:
        wire = _Wire(http, stream)
        try:
            step = next(flow)
            while True:
                try:
                    came = await wire.do(step)
                except httpx.RequestError as error:
                    step = flow.throw(error)
                else:
                    step = flow.send(came)
        except StopIteration as end:
            returned: T = end.value
            return returned
        finally:
            flow.close()


class _Wire:
    def __init__(self, http: httpx.AsyncClient, stream: AsyncExitStack) -> None:
        self._http = http
        self._stream = stream
        self._texts: AsyncIterator[str] = _nothing()

    async def do(self, step: Step) -> Reply | str | None:
        match step:
            case Send(call, deadline, into):
                async with self._sent(call, deadline) as response:
                    return await _read(response, deadline, into)
            case Listen(call, deadline, silence):
                await self._stream.aclose()
                response = await self._stream.enter_async_context(
                    self._sent(call, deadline, silence)
                )
                if response.status_code != 200:
                    return await _read(response, deadline, None)
                self._texts = response.aiter_text()
                return Reply(response.status_code, response.headers)
            case Hear():
                return await anext(self._texts, None)
            case Pause(seconds):
                await sleep(seconds)
                return None

    @asynccontextmanager
    async def _sent(
        self, call: Call, deadline: Deadline, silence: float | None = None
    ) -> AsyncIterator[httpx.Response]:
        body = None if call.body is None else _checked(call.body.async_chunks(), deadline)
        request = self._http.build_request(
            call.method,
            call.path,
            params=call.params,
            headers=headers_of(call, deadline),
            content=body,
            timeout=timeouts(deadline, silence),
        )
        response = await self._http.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()


async def _nothing() -> AsyncIterator[str]:
    return
    yield


async def _checked(chunks: AsyncIterator[bytes], deadline: Deadline) -> AsyncIterator[bytes]:
    async for chunk in chunks:
        deadline.check()
        yield chunk


async def _read(response: httpx.Response, deadline: Deadline, into: IO[bytes] | None) -> Reply:
    chunks = _checked(response.aiter_bytes(), deadline)
    status, headers = response.status_code, response.headers
    if into is None or status != 200:
        return Reply(status, headers, b"".join([chunk async for chunk in chunks]))
    into.seek(0)
    into.truncate()
    async for chunk in chunks:
        into.write(chunk)
    return Reply(status, headers)
