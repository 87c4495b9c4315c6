"""The steps of flows over a connection of httpx that blocks."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from time import sleep
from typing import IO

import httpx

from app.client.deadline import Deadline
from app.client.flow import Call, Flow, Hear, Listen, Pause, Reply, Send, Step, T
from app.client.sending import headers_of, timeouts


def run(http: httpx.Client, flow: Flow[T]) -> T:
    """Do what the flow says, until it returns or raises."""
    with ExitStack() as stream:
        wire = _Wire(http, stream)
        try:
            step = next(flow)
            while True:
                try:
                    came = wire.do(step)
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
    def __init__(self, http: httpx.Client, stream: ExitStack) -> None:
        self._http = http
        self._stream = stream
        self._texts: Iterator[str] = iter(())

    def do(self, step: Step) -> Reply | str | None:
        match step:
            case Send(call, deadline, into):
                with self._sent(call, deadline) as response:
                    return _read(response, deadline, into)
            case Listen(call, deadline, silence):
                self._stream.close()
                response = self._stream.enter_context(self._sent(call, deadline, silence))
                if response.status_code != 200:
                    return _read(response, deadline, None)
                self._texts = response.iter_text()
                return Reply(response.status_code, response.headers)
            case Hear():
                return next(self._texts, None)
            case Pause(seconds):
                sleep(seconds)
                return None

    @contextmanager
    def _sent(
        self, call: Call, deadline: Deadline, silence: float | None = None
    ) -> Iterator[httpx.Response]:
        body = None if call.body is None else _checked(call.body.chunks(), deadline)
        request = self._http.build_request(
            call.method,
            call.path,
            params=call.params,
            headers=headers_of(call, deadline),
            content=body,
            timeout=timeouts(deadline, silence),
        )
        response = self._http.send(request, stream=True)
        try:
            yield response
        finally:
            response.close()


def _checked(chunks: Iterator[bytes], deadline: Deadline) -> Iterator[bytes]:
    for chunk in chunks:
        deadline.check()
        yield chunk


def _read(response: httpx.Response, deadline: Deadline, into: IO[bytes] | None) -> Reply:
    chunks = _checked(response.iter_bytes(), deadline)
    status, headers = response.status_code, response.headers
    if into is None or status != 200:
        return Reply(status, headers, b"".join(chunks))
    into.seek(0)
    into.truncate()
    for chunk in chunks:
        into.write(chunk)
    return Reply(status, headers)
