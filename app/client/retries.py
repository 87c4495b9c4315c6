"""When a request is sent again, and after how long."""

import email.utils
import random
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import IO

import httpx

from app.client.deadline import Deadline
from app.client.errors import Problem, Unreachable, problem_in
from app.client.flow import Call, Flow, Reply, pause, send

BASE = 0.25
"""Seconds before the first retry, if nobody says how long; doubled with each, half of it chance."""

LONGEST = 10.0
"""Seconds beyond which these do not grow."""

AGAIN = 503
"""The status that says: later. Whatever else is wrong stays so."""

SLOW = (httpx.ReadTimeout, httpx.WriteTimeout)
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
        """Send a request until it is answered otherwise than with 503, or that is enough.

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
                if isinstance(error, SLOW):
                    raise deadline.passed() from error
                failure, wait = unreachable(error), None
                if not isinstance(error, BROKEN):
                    raise failure from error
            else:
                if reply.status < 300:
                    return reply
                wait = retry_after_of(reply.headers)
                failure = problem_in(reply.status, reply.headers, reply.content, wait)
                if reply.status != AGAIN:
                    raise failure
            seconds = backoff(tried) if wait is None else wait
            if tried >= self.times or not deadline.allows(seconds):
                raise failure
            yield from pause(seconds)
            tried += 1


def unreachable(error: httpx.RequestError) -> Unreachable:
    """What is raised where httpx says that there is no answer."""
    made = Unreachable(str(error) or type(error).__name__)
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
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
