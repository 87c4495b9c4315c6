"""What is said to those whose answer does not get ready before the service ends."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.http.problems import refuse


class Stopping:
    """ASGI middleware: a request that is cut off at the end of the grace time is answered 503.

    uvicorn cancels it then, and would answer 500 for what is nobody's mistake.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except asyncio.CancelledError:
            if begun or scope["type"] != "http":
                raise
            detail = "the service is being stopped; another one, or the next, will answer"
            await refuse(scope, 503, "not-ready", detail, retry_after=1)(scope, receive, send)
