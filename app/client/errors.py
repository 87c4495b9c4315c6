"""Everything that a call of the client can raise, as one tree; where it can, in the server's words.

    ClientError
    ├── Unreachable              nothing answered, or the connection broke
    ├── DeadlinePassed           the call's own deadline passed (a TimeoutError, too)
    ├── UnexpectedAnswer         what answered does not speak this API
    └── Problem                  the server said what went wrong (RFC 9457)
        ├── RequestProblem       4xx: the same request will be refused again
        │   ├── BadParameter     UnknownFormat      BrokenPicture         FrameNotFound
        │   ├── PictureTooLarge  CannotWindow       CannotGeoreference    ModelNotFound
        │   ├── CannotExplain    ModelControlOff    MalformedRequest      UnsupportedMedia
        │   ├── BodyTooLarge     Unauthorized       NotAcceptable         JobNotFound
        │   └── JobUnfinished    JobCancelled       IdempotencyKeyReused  WebhookRefused
        └── ServerProblem        5xx: the request may be answered at another time
            ├── NotReady         QueueFull          NoRoom                OutOfMemory
            ├── InvalidCard      InvalidModel       DeviceUnavailable     TracesUnavailable
            ├── JobsUnavailable  JobInterrupted     DiskFull              InternalError
            └── DeadlineExceeded                    (a TimeoutError, too)

The class follows from the `type` of the problem document: `urn:densight:problem:queue-full` is
`QueueFull`. A type that this version of the client does not know, and an answer of something else
on the way, such as a proxy, is a `RequestProblem` or a `ServerProblem` by its status.
"""

import json
import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import httpx

URN = "urn:densight:problem:"


class ClientError(Exception):
    """The root: catching it catches everything that a call raises but wrong arguments."""


class Unreachable(ClientError):
    """Nothing answered, or the connection broke; `__cause__` is httpx's error."""


class DeadlinePassed(ClientError, TimeoutError):
    """The answer did not come before the deadline of the call."""


class UnexpectedAnswer(ClientError):
    """What answered does not speak this API: the URL may be wrong."""


class Problem(ClientError):
    """The server said what went wrong.

    Attributes:
        status: of HTTP.
        type: a URN that names the kind of problem, or `about:blank`.
        title: the kind for people.
        detail: one sentence on this very case.
        facts: further members of the document, which help to mend the request.
        retry_after: seconds after which the server wants to be asked again, if it said so.
        request_id: by which an operator finds the request in the log.
    """

    def __init__(
        self,
        status: int,
        type: str,
        title: str,
        detail: str,
        facts: Mapping[str, Any],
        *,
        retry_after: float | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(status, type, title, detail, facts)  # what it is pickled by
        self.status, self.type, self.title, self.detail = status, type, title, detail
        self.facts = facts
        self.retry_after, self.request_id = retry_after, request_id

    def __str__(self) -> str:
        return self.detail


class RequestProblem(Problem):
    """The request has to be changed (4xx)."""


class ServerProblem(Problem):
    """The server can not answer, or not now (5xx)."""


class BadParameter(RequestProblem):
    """An option is unknown or wrong; `facts["parameters"]` says which."""


class UnknownFormat(RequestProblem):
    """The bytes are not a picture format that is read."""


class BrokenPicture(RequestProblem):
    """The format is known, but the pixels can not be decoded."""


class FrameNotFound(RequestProblem):
    """The file has fewer frames or pages."""


class PictureTooLarge(RequestProblem):
    """The picture, or the answer to it, has more pixels than the server allows."""


class CannotWindow(RequestProblem):
    """A window was given for a picture that takes none."""


class CannotGeoreference(RequestProblem):
    """Where the picture lies could not be read, and the answer would say it."""


class ModelNotFound(RequestProblem):
    """Nobody serves a model of that name."""


class CannotExplain(RequestProblem):
    """The model has no class-activation maps."""


class ModelControlOff(RequestProblem):
    """Models are not loaded and unloaded on request."""


class MalformedRequest(RequestProblem):
    """The request is not of the form that the route takes, or the picture is empty."""


class UnsupportedMedia(RequestProblem):
    """The body is of a media type that no route takes."""


class BodyTooLarge(RequestProblem):
    """The file has more bytes than the server allows."""


class Unauthorized(RequestProblem):
    """No key, or a wrong one."""


class NotAcceptable(RequestProblem):
    """The answer has no form that is accepted."""


class JobNotFound(RequestProblem):
    """There is no such job, or no longer."""


class JobUnfinished(RequestProblem):
    """The job has no result yet."""


class JobCancelled(RequestProblem):
    """The job was cancelled and will never have a result."""


class IdempotencyKeyReused(RequestProblem):
    """Another request had the same key."""


class WebhookRefused(RequestProblem):
    """No message may be sent there."""


class NotReady(ServerProblem):
    """Models are still being loaded, or the server stops."""


class QueueFull(ServerProblem):
    """More work waits than the server takes."""


class NoRoom(ServerProblem):
    """Other requests leave no memory for this one."""


class OutOfMemory(ServerProblem):
    """The device has no memory for the model's run."""


class InvalidCard(ServerProblem):
    """The metadata of a model's file do not describe it."""


class InvalidModel(ServerProblem):
    """A model's graph does not keep the contract of its task."""


class DeviceUnavailable(ServerProblem):
    """The device asked for is not there."""


class TracesUnavailable(ServerProblem):
    """Traces can not be sent as the server's environment asks."""


class JobsUnavailable(ServerProblem):
    """The server has no place where jobs could be kept."""


class JobInterrupted(ServerProblem):
    """The server ended too often while it did the job."""


class DiskFull(ServerProblem):
    """Uploads and results of jobs take all the room they may."""


class InternalError(ServerProblem):
    """A fault of the server that nobody foresaw."""


class DeadlineExceeded(ServerProblem, TimeoutError):
    """The server gave up, because the answer would come too late."""


def kind_of(known: type[Problem]) -> str:
    """`QueueFull` is called `queue-full`."""
    return re.sub(r"(?<!^)(?=[A-Z])", "-", known.__name__).lower()


def _below(root: type[Problem]) -> Iterator[type[Problem]]:
    for child in root.__subclasses__():
        yield child
        yield from _below(child)


KINDS: Mapping[str, type[Problem]] = {URN + kind_of(known): known for known in _below(Problem)}
"""The class of each type of problem document."""


def problem_of(document: Mapping[str, Any], status: int, **known: Any) -> Problem:
    """The error that a problem document describes.

    Args:
        document: of the problem; members it lacks are made up from the status.
        status: of the answer it came with.
        known: `retry_after` and `request_id`.
    """
    facts = dict(document)
    type = str(facts.pop("type", "about:blank"))
    title = str(facts.pop("title", _phrase(status)))
    detail = str(facts.pop("detail", title))
    facts.pop("status", None)
    by_status = RequestProblem if 400 <= status < 500 else ServerProblem
    return KINDS.get(type, by_status)(status, type, title, detail, facts, **known)


def problem_in(
    status: int, headers: httpx.Headers, content: bytes, retry_after: float | None
) -> Problem:
    """The error that an answer tells of, be it from the server or from something on the way."""
    known = {"retry_after": retry_after, "request_id": headers.get("x-request-id")}
    if headers.get("content-type", "").startswith("application/problem+json"):
        try:
            document = json.loads(content)
        except ValueError:
            document = None
        if isinstance(document, dict):
            return problem_of(document, status, **known)
    return problem_of({"detail": f"{status} {_phrase(status)}"}, status, **known)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown status"
