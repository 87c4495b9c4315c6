"""What browsers are told of the pages here: what these may load, and that nobody may frame them."""

import base64
import hashlib
import re

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

HEADERS = {
    "X-Frame-Options": "DENY",  # for browsers that do not know `frame-ancestors`
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Beside the policy, and `nosniff`, which every answer has."""


def policy(page: bytes) -> str:
    """The Content-Security-Policy of a page (W3C, CSP level 3).

    Everything comes from this host. A script within the page is admitted by its hash: pages hold
    nothing of what a request says, so it is ours. Pictures may be `data:`, as the symbols in the
    style sheet of the documentation are, and `blob:`, as answers are that a script shows.
    """
    hashes = [base64.b64encode(hashlib.sha256(s).digest()).decode() for s in _INLINE.findall(page)]
    scripts = " ".join(["'self'", *(f"'sha256-{text}'" for text in hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


class Pages:
    """ASGI middleware: gives every answer of HTML these headers, and leaves all others alone."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        start: Message | None = None
        page = b""

        async def send_with_headers(message: Message) -> None:
            nonlocal start, page
            if message["type"] == "http.response.start" and _is_page(message):
                start = message
            elif start is None:
                await send(message)
            else:
                page += message.get("body", b"")
                if not message.get("more_body"):
                    headers = MutableHeaders(scope=start)
                    headers["Content-Security-Policy"] = policy(page)
                    headers.update(HEADERS)
                    await send(start)
                    await send({"type": "http.response.body", "body": page})

        await self._app(scope, receive, send_with_headers)


def _is_page(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type", "").startswith("text/html")
