"""What both wires tell httpx of a call: its headers and how long to wait for each byte."""

import httpx

from app.client.deadline import Deadline
from app.client.flow import Call

CONNECT = 10.0
"""Seconds that a connection may take."""

GRACE = 1.0
"""Seconds that are waited longer than the server was told, so that it can say itself why."""


def timeouts(deadline: Deadline, silence: float | None = None) -> httpx.Timeout:
    """What httpx is told, from what is left of the deadline."""
    left = deadline.left
    longest = None if left is None else max(0.001, left) + GRACE
    connect = CONNECT if longest is None else min(CONNECT, longest)
    each = longest
    if silence is not None:
        each = silence if longest is None else min(silence, longest)
    return httpx.Timeout(each, connect=connect, pool=longest)


def headers_of(call: Call, deadline: Deadline) -> dict[str, str]:
    """The headers of a call at this moment."""
    headers = dict(call.headers)
    if call.body is not None:
        headers["Content-Type"] = call.body.media_type
        headers["Content-Length"] = str(call.body.size)
        if (left := deadline.left) is not None:
            headers["X-Deadline-Ms"] = str(max(1, round(left * 1000)))
    return headers
