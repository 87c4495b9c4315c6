"""Calls of the API, as flows: what is sent, and what is made of the answer."""

import uuid
from collections.abc import Mapping
from typing import IO, Any
from urllib.parse import quote

from app.client.answer import Answer
from app.client.deadline import Deadline
from app.client.document import read_json
from app.client.documents import JobDescription, ModelDescription, ModelList
from app.client.errors import ServerProblem, UnexpectedAnswer
from app.client.flow import Call, Flow
from app.client.retries import Retries
from app.client.upload import Picture, body_of, source_of

Option = str | int | float | bool | None
"""Of a task, as it stands in the query; `None` is as if it were not given."""

PICTURE = "image/*, model/*;q=0.9, application/octet-stream;q=0.9"
"""Some files of pictures have no media type of their own."""

GEOJSON = "application/geo+json"


def task_call(
    task: str,
    pictures: Mapping[str, Picture],
    options: Mapping[str, Any],
    accept: str,
    headers: Mapping[str, str] | None = None,
) -> Call:
    """The request that asks a task.

    Raises:
        OSError, TypeError, ValueError: what is no picture, see `source_of`.
    """
    return Call(
        "POST",
        f"/v1/{quote(task, safe='')}",
        {name: _text(value) for name, value in options.items() if value is not None},
        {"Accept": accept, **(headers or {})},
        body_of({part: source_of(picture) for part, picture in pictures.items()}),
    )


def job_call(
    task: str,
    pictures: Mapping[str, Picture],
    options: Mapping[str, Any],
    accept: str,
    key: str | None,
    webhook: str | None,
) -> Call:
    """The request that makes a job of a task; without a key it gets one of its own.

    Raises:
        OSError, TypeError, ValueError: what is no picture, see `source_of`.
    """
    headers = {"Prefer": "respond-async", "Idempotency-Key": key or uuid.uuid4().hex}
    if webhook is not None:
        headers["X-Webhook"] = webhook
    return task_call(task, pictures, options, accept, headers)


def parts_of(picture: Picture | Mapping[str, Picture]) -> Mapping[str, Picture]:
    """Pictures by the names of their parts; a single one is the part `image`."""
    return picture if isinstance(picture, Mapping) else {"image": picture}


def _text(value: Option) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def asking(
    retries: Retries, call: Call, deadline: Deadline, into: IO[bytes] | None = None
) -> Flow[Answer]:
    """Ask, and take the answer as it comes."""
    reply = yield from retries.asking(call, deadline, into)
    return Answer.of(reply.headers, reply.content)


def models(retries: Retries, deadline: Deadline) -> Flow[list[ModelDescription]]:
    """Every model, and every file that failed."""
    reply = yield from retries.asking(Call("GET", "/v1/models"), deadline)
    return read_json(ModelList, reply.content).models


def model(retries: Retries, deadline: Deadline, name: str) -> Flow[ModelDescription]:
    """One model."""
    call = Call("GET", f"/v1/models/{quote(name, safe='@')}")
    reply = yield from retries.asking(call, deadline)
    return read_json(ModelDescription, reply.content)


def ready(deadline: Deadline) -> Flow[bool]:
    """Whether work may be sent; asked once."""
    try:
        yield from Retries(0).asking(Call("GET", "/readyz"), deadline)
    except ServerProblem:
        return False
    return True


def submitting(retries: Retries, call: Call, deadline: Deadline) -> Flow[JobDescription]:
    """Have a job accepted."""
    reply = yield from retries.asking(call, deadline)
    if reply.status != 202:
        raise UnexpectedAnswer(f"a job was asked for, and the answer was {reply.status}")
    return read_json(JobDescription, reply.content)


def ending(retries: Retries, deadline: Deadline, path: str) -> Flow[None]:
    """Cancel a job that has not finished, or remove one that has."""
    yield from retries.asking(Call("DELETE", path), deadline)


def job_at(retries: Retries, deadline: Deadline, path: str) -> Flow[JobDescription]:
    """How far a job is."""
    reply = yield from retries.asking(Call("GET", path), deadline)
    return read_json(JobDescription, reply.content)


def path_of(id: str) -> str:
    """Of a job."""
    return f"/v1/jobs/{quote(id, safe='')}"
