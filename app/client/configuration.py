"""What a client is told once: where the server is, the key, how long and how often."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from app import __version__
from app.client.deadline import Deadline
from app.client.retries import Retries

URL = "http://127.0.0.1:8000"

DEADLINE = 120.0
"""Seconds that a call may take, with its retries, if nobody says how many: as in the server."""

RETRIES = 5


@dataclass(frozen=True)
class Configuration:
    """Of one client, be it of either kind.

    Attributes:
        deadline: seconds of a call; `None`: for ever.
        retries: of a call.
    """

    deadline: float | None
    retries: Retries

    @classmethod
    def of(cls, deadline: float | None, retries: int) -> "Configuration":
        """Check what was given.

        Raises:
            ValueError: it makes no sense.
        """
        Deadline.after(deadline)
        if retries < 0:
            raise ValueError(f"retries are a number from 0 on, not {retries}")
        return cls(deadline, Retries(retries))

    def deadline_of(self, seconds: float | None) -> Deadline:
        """Of a call that begins now; `None`: as every call."""
        return Deadline.after(self.deadline if seconds is None else seconds)

    def call(self, deadline: float | None = None) -> tuple[Retries, Deadline]:
        """Of a call that begins now."""
        return self.retries, self.deadline_of(deadline)


def http_options(url: str, key: str | None, headers: Mapping[str, str] | None) -> dict[str, Any]:
    """What httpx is told of a server."""
    ours = {"User-Agent": f"densight-client/{__version__}"}
    if key is not None:
        ours["Authorization"] = f"Bearer {key}"
    # Following a job holds a connection: many must not keep other calls from having one.
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=20)
    return {"base_url": url, "headers": {**ours, **(headers or {})}, "limits": limits}
