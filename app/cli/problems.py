"""Failures of both sides in one form: the problem document (RFC 9457) that the API has for them."""

import re
from typing import Any

from app.client.errors import URN, ClientError, Problem, UnexpectedAnswer, Unreachable
from app.errors import DensightError
from app.terminal import FAILED, UNREACHABLE

FORESEEN = (DensightError, ClientError, OSError, MemoryError)
"""What hinders one picture from being answered, and nobody's fault in the program."""


def reason_of(error: BaseException) -> str:
    """One line for a person."""
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error) or type(error).__name__


def problem_of(error: BaseException) -> dict[str, Any]:
    """The document of a server, or the one that a server would have given.

    What no server can say, such as that a file is not there, has no `status`.
    """
    if isinstance(error, Problem):
        known = {"type": error.type, "title": error.title, "status": error.status}
        return {**known, "detail": error.detail, **error.facts}
    if isinstance(error, DensightError):
        from app.http import problems  # with it comes the web framework

        return problems.problem_of(error).to_json()
    if isinstance(error, MemoryError):
        kind = "out-of-memory"
    elif isinstance(error, ClientError):  # some of them are timeouts, which Python counts as below
        kind = re.sub(r"(?<!^)(?=[A-Z])", "-", type(error).__name__).lower()
    else:
        kind = "file-error"
    title = kind.replace("-", " ").capitalize()
    return {"type": URN + kind, "title": title, "detail": reason_of(error)}


def exit_of(error: BaseException) -> int:
    """What the command ends with, if nothing else can be done after this failure."""
    return UNREACHABLE if isinstance(error, Unreachable | UnexpectedAnswer) else FAILED


def kind_of(error: Exception) -> str:
    """A short dashed name, such as `queue-full`.

    Raises:
        Exception: the error itself, if it is a fault of the program.
    """
    if not isinstance(error, FORESEEN):
        raise error
    return str(problem_of(error)["type"]).removeprefix(URN)
