"""Messages that a job has finished: to whom they may go, how they are signed and sent.

https://www.standardwebhooks.com: the headers `webhook-id`, `webhook-timestamp` and
`webhook-signature`, and what the latter is made of.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable

import httpx

from app.errors import WebhookRefused

TIMEOUT = 5.0
"""Seconds to connect, and then for an answer to begin."""

BACKOFF = (5.0, 30.0, 120.0, 600.0, 3600.0)
"""Seconds before the second try and those after it; then nobody tries any more."""

LONGEST_URL = 2048

_URL = re.compile("[\x21-\x7e]+")
_PORTS = {"https": 443, "http": 80}


def origin_of(place: str) -> str:
    """The origin of a URL, or of `host` or `host:port`, which mean https (RFC 6454, section 4).

    The URL is read by what sends to it, so both mean the same host.

    Raises:
        ValueError: it is none that a message could go to.
    """
    try:
        url = httpx.URL(place if "://" in place else f"https://{place}")
    except httpx.InvalidURL as error:
        raise ValueError(f"{place!r} is no URL: {error}") from error
    if url.scheme not in _PORTS or not url.host or url.userinfo:
        raise ValueError(f"{place!r} is no host, host:port or http(s)://host:port")
    return f"{url.scheme}://{url.host}:{url.port or _PORTS[url.scheme]}"


def secret_of(text: str) -> bytes:
    """The key of the signature: what base64 behind `whsec_`, or alone, stands for."""
    return base64.b64decode(text.removeprefix("whsec_"), validate=True)


class Webhooks:
    """Sends messages to the origins that an operator named, and to no others.

    Args:
        origins: as `origin_of` gives them.
        secret: key of the signature.
    """

    def __init__(self, origins: Iterable[str], secret: bytes) -> None:
        self._origins, self._secret = frozenset(origins), secret
        # No proxies, and no passwords from a .netrc: what the environment says is not for these.
        self._client = httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False)

    def admit(self, url: str) -> str:
        """Look whether a message may go there.

        Raises:
            WebhookRefused: it may not.
        """
        if len(url) > LONGEST_URL or not _URL.fullmatch(url) or "://" not in url or "#" in url:
            raise WebhookRefused(
                f"a webhook is an absolute URL of at most {LONGEST_URL} characters, "
                "without spaces or #"
            )
        try:
            origin = origin_of(url)
        except ValueError as error:
            raise WebhookRefused("a webhook is https://host[:port]/path") from error
        if origin not in self._origins:
            raise WebhookRefused(
                f"messages do not go to {origin}; DENSIGHT_WEBHOOK_HOSTS names those that they "
                "may go to"
            )
        return url

    def send(self, url: str, id: str, now: float, body: bytes) -> int:
        """Send one message and read the status that answers it; nothing else of it is read.

        Args:
            url: where to; it is looked at again, since the settings may have changed.
            id: of the message; the same at each try.
            now: seconds since 1970.
            body: JSON.

        Raises:
            WebhookRefused: it may not go there.
            httpx.HTTPError: nobody answered.
        """
        headers = {"content-type": "application/json", **signed(self._secret, id, int(now), body)}
        with self._client.stream("POST", self.admit(url), content=body, headers=headers) as answer:
            return answer.status_code

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


def signed(secret: bytes, id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of a message (Standard Webhooks, "Signature scheme")."""
    text = b".".join((id.encode(), str(timestamp).encode(), body))
    signature = base64.b64encode(hmac.digest(secret, text, hashlib.sha256)).decode()
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
