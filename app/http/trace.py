"""What every answer tells of itself: its request's id, the model and where the time went."""

import logging
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.metrics import Metrics
from app.http.problems import refuse

log = logging.getLogger(__name__)

STAGES = ("decode", "queue", "infer", "encode")
"""What is timed, in the order in which `Server-Timing` names it."""

CLIENT_LEFT = 499
"""What a request counts as whose client left before the answer; nginx made the number known."""

# A client's own id is kept where it can do no harm in a log or a header.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")


@dataclass
class Trace:
    """The notes on one request; the stages are written by one thread after the other."""

    request_id: str
    task: str | None = None
    model: str | None = None
    tiles: str | None = None
    stages: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def measure(self, stage: str) -> Iterator[None]:
        """Note how long the block takes, even if it fails."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.stages[stage] = time.perf_counter() - started

    def cut(self, exact: bool) -> None:
        """Note that the picture is cut into tiles, and whether they equal the whole."""
        self.tiles = "exact" if exact else "approximate"

    @property
    def server_timing(self) -> str:
        """The stages in milliseconds, as the W3C's Server Timing wants them."""
        # After a deadline the thread may still add stages: a copy can be read in peace.
        stages = dict(self.stages)
        known = [name for name in STAGES if name in stages]
        return ", ".join(f"{name};dur={stages[name] * 1e3:.2f}" for name in known)


class Tracing:
    """ASGI middleware: gives every request a `Trace` and every answer its headers.

    It also is where an unforeseen exception ends, so that even a 500 is of the form of all
    failures and carries the request's id.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        given = Headers(scope=scope).get("x-request-id", "")
        trace = Trace(given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        scope.setdefault("state", {})["trace"] = trace
        started = time.perf_counter()
        status = 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = trace.request_id
                headers["X-Content-Type-Options"] = "nosniff"
                if trace.model:
                    headers["X-Model"] = trace.model
                if trace.tiles:
                    headers["X-Tiles"] = trace.tiles
                if trace.stages:
                    headers["Server-Timing"] = trace.server_timing
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            status = CLIENT_LEFT
        except Exception:
            log.exception("request %s failed", trace.request_id)
            if not status:
                detail = "this is our fault, not the request's"
                answer = refuse(scope, 500, "internal-error", detail)
                await answer(scope, receive, send_with_headers)
        if trace.task is not None:
            # After a deadline the thread may still add stages: a copy can be read in peace.
            self._metrics.observe(trace.task, trace.model, status, dict(trace.stages))
        seconds = time.perf_counter() - started
        log.info(
            "%s %s %d %.0f ms %s",
            *(scope["method"], scope["path"], status, seconds * 1e3, trace.request_id),
        )
