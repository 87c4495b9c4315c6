"""What a call does, step by step, apart from how bytes move: the same for both clients.

A flow is a generator. It yields what is to be done, and is sent what came of it; where that was a
failure of the connection, httpx's error is thrown into it. `wire` and `async_wire` do the steps.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import IO, Any, TypeAlias, TypeVar

import httpx

from app.client.deadline import Deadline
from app.client.upload import Body

T = TypeVar("T")


@dataclass(frozen=True)
class Call:
    """A request as it will be sent, perhaps several times.

    Attributes:
        method: of HTTP.
        path: on the server, from `/` on.
        params: the query.
        headers: besides those of every request.
        body: what it carries.
    """

    method: str
    path: str
    params: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    body: Body | None = None


@dataclass(frozen=True)
class Reply:
    """What came back; of a stream that goes on no content."""

    status: int
    headers: httpx.Headers
    content: bytes = b""


@dataclass(frozen=True)
class Send:
    """Send a request and read its answer: a `Reply`."""

    call: Call
    deadline: Deadline
    into: IO[bytes] | None = None
    """Where the content goes if the status is 200, instead of into memory."""


@dataclass(frozen=True)
class Listen:
    """Send a request whose answer is text that goes on: a `Reply`, whole if it is not 200."""

    call: Call
    deadline: Deadline
    silence: float
    """Seconds without a byte after which the connection counts as broken."""


@dataclass(frozen=True)
class Hear:
    """Wait for the next piece of what is listened to: a `str`, or `None` at the end."""


@dataclass(frozen=True)
class Pause:
    """Wait so many seconds."""

    seconds: float


Step: TypeAlias = Send | Listen | Hear | Pause
Flow: TypeAlias = Generator[Step, Any, T]


def send(call: Call, deadline: Deadline, into: IO[bytes] | None = None) -> Flow[Reply]:
    """Send once."""
    reply: Reply = yield Send(call, deadline, into)
    return reply


def listen(call: Call, deadline: Deadline, silence: float) -> Flow[Reply]:
    """Begin to listen; what was listened to before is closed."""
    reply: Reply = yield Listen(call, deadline, silence)
    return reply


def hear() -> Flow[str | None]:
    """The next piece of text."""
    text: str | None = yield Hear()
    return text


def pause(seconds: float) -> Flow[None]:
    """Wait."""
    yield Pause(seconds)
