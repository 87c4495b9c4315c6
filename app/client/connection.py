"""A server as the blocking client has it: an HTTP client, and flows that are run over it."""

import ssl
from collections.abc import Mapping
from typing import IO, Any

import httpx

from app.client import api
from app.client.answer import JSON, Answer
from app.client.configuration import DEADLINE, RETRIES, URL, Configuration, http_options
from app.client.document import Doc, document_of
from app.client.flow import Flow, T
from app.client.upload import Picture
from app.client.wire import run


class Connection:
    """What `Client` is made of; see there."""

    def __init__(
        self,
        url: str = URL,
        key: str | None = None,
        *,
        deadline: float | None = DEADLINE,
        retries: int = RETRIES,
        headers: Mapping[str, str] | None = None,
        verify: ssl.SSLContext | bool = True,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._configuration = Configuration.of(deadline, retries)
        options = http_options(url, key, headers)
        self._http = httpx.Client(**options, verify=verify, transport=transport)

    def _run(self, flow: Flow[T]) -> T:
        return run(self._http, flow)

    def _ask(
        self,
        task: str,
        pictures: Mapping[str, Picture],
        options: Mapping[str, Any],
        accept: str,
        deadline: float | None,
        into: IO[bytes] | None = None,
    ) -> Answer:
        call = api.task_call(task, pictures, options, accept)
        until = self._configuration.deadline_of(deadline)
        return self._run(api.asking(self._configuration.retries, call, until, into))

    def _document(
        self,
        kind: type[Doc],
        task: str,
        pictures: Mapping[str, Picture],
        options: Mapping[str, Any],
        deadline: float | None,
    ) -> Doc:
        return document_of(kind, self._ask(task, pictures, options, JSON, deadline))
