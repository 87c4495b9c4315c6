"""What every answer tells of itself: its request's id, the model and where the time went."""

import logging
import re
import time
import uuid
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.metrics import CLIENT_LEFT, Metrics
from app.http.problems import refuse
from app.http.trace import Trace
from app.http.traceparent import trace_id_of

if TYPE_CHECKING:
    from app.http.spans import Spans

log = logging.getLogger(__name__)

# A client's own id is kept where it can do no harm in a log or a header.
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")

_PATH = "/:@!$&'()*+,;="
"""What a path may have as it is; the end of a line, for one, is escaped in the log."""


class Tracing:
    """ASGI middleware: gives every request a `Trace` and every answer its headers.

    It also is where an unforeseen exception ends, so that even a 500 is of the form of all
    failures and carries the request's id.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, spans: "Spans | None") -> None:
        self._app = app
        self._metrics = metrics
        self._spans = spans

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        trace = self._begin(scope)
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
                    headers["Server-Timing"] = trace.stages.server_timing
                if self._spans:
                    self._spans.describe(trace)
            await send(message)

        try:
            await self._app(scope, receive, send_with_headers)
        except ClientDisconnect:
            status = CLIENT_LEFT
        except Exception:
            ids = {"request_id": trace.request_id, "trace_id": trace.trace_id}
            log.exception("request %s failed", trace.request_id, extra=ids)
            if not status:
                detail = "this is our fault, not the request's"
                answer = refuse(scope, 500, "internal-error", detail)
                await answer(scope, receive, send_with_headers)
        self._end(trace, scope, status, time.perf_counter() - started)

    def _begin(self, scope: Scope) -> Trace:
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        trace = Trace(given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex)
        trace.trace_id = self._spans.trace_id() if self._spans else trace_id_of(headers)
        scope.setdefault("state", {})["trace"] = trace
        return trace

    def _end(self, trace: Trace, scope: Scope, status: int, seconds: float) -> None:
        self._metrics.observe(trace, status)
        if self._spans:
            self._spans.describe(trace)
            self._spans.add_stages(trace.stages)
        method, path, milliseconds = scope["method"], quote(scope["path"], _PATH), seconds * 1e3
        facts = {
            "method": method,
            "path": path,
            "status": status,
            "milliseconds": round(milliseconds, 2),
            "trace_id": trace.trace_id,
            **trace.facts,
        }
        line = (method, path, status, milliseconds, trace.request_id)
        log.info("%s %s %d %.0f ms %s", *line, extra=facts)
