"""When a request is sent again, and after how long."""

import email.utils
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

import httpx

from app.client.deadline import Deadline
from app.client.errors import URN, Problem, UnexpectedAnswer, Unreachable, problem_in
from app.client.flow import Call, Flow, Reply, pause, send

BASE = 0.25
"""Seconds before the first retry, if nobody says how long; doubled with each, half of it chance."""

LONGEST = 10.0
"""Seconds beyond which these do not grow."""

SLOW = (httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout)
"""What httpx raises when what is left of a deadline has passed."""

BROKEN = (httpx.NetworkError, httpx.ConnectTimeout, httpx.RemoteProtocolError)
"""What it raises where a connection can not be made, or breaks."""


@dataclass(frozen=True)
class Retries:
    """How often a request is sent again.

    Attributes:
        times: at most, besides the first.
    """

    times: int

    def asking(self, call: Call, deadline: Deadline, into: IO[bytes] | None = None) -> Flow[Reply]:
        """Send a request until it is answered otherwise than with `passes`, or that is enough.

        Every request of this API can be sent twice: tasks are questions, jobs have a key.

        Raises:
            Problem: the answer is one.
            Unreachable: no answer came.
            DeadlinePassed: the deadline passed before one came.
        """
        tried = 0
        while True:
            deadline.check()
            failure: Problem | Unreachable
            wait: float | None
            try:
                reply = yield from send(call, deadline, into)
            except httpx.RequestError as error:
                if isinstance(error, SLOW) and deadline.end is not None:
                    raise deadline.passed() from error
                failure, wait = unreachable(error), None
                if not isinstance(error, BROKEN):
                    raise failure from error
            else:
                if reply.status < 300:
                    return reply
                failure = failure_in(reply)
                wait = failure.retry_after
                if not passes(failure):
                    raise failure
            seconds = backoff(tried) if wait is None else wait
            if tried >= self.times or not deadline.allows(seconds):
                raise failure
            yield from pause(seconds)
            tried += 1


def failure_in(reply: Reply) -> Problem:
    """The problem that an answer tells of.

    Raises:
        UnexpectedAnswer: the answer is a redirection.
    """
    if reply.status < 400:
        where = reply.headers.get("location", "nowhere")
        raise UnexpectedAnswer(f"the answer is {reply.status} and leads to {where}; give that URL")
    wait = retry_after_of(reply.headers)
    return problem_in(reply.status, reply.headers, reply.content, wait)


def passes(problem: Problem) -> bool:
    """Whether it is worth asking again: a 503 that says when, or one of somebody on the way.

    A 503 of the service itself that does not say so stays: a model's file is no good, or the
    result of a job is this failure.
    """
    known = problem.type.startswith(URN)
    return problem.status == 503 and (problem.retry_after is not None or not known)


def unreachable(error: httpx.RequestError) -> Unreachable:
    """What is raised where httpx says that there is no answer."""
    url = error.request.url
    where = url.host if url.port is None else f"{url.host}:{url.port}"
    made = Unreachable(f"no answer from {where}: {error or type(error).__name__}")
    made.__cause__ = error
    return made


def backoff(tried: int) -> float:
    """Seconds after so many retries, so that many clients do not come back at once."""
    longest = min(LONGEST, BASE * 2.0**tried)
    return random.uniform(longest / 2, longest)


def retry_after_of(headers: httpx.Headers) -> float | None:
    """Seconds that the server asks for, which may be given as a date (RFC 9110, 10.2.3)."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(text[:9])
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
