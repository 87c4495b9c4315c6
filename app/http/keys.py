"""API keys: who may ask; a guard of routes that is put up where the settings name keys."""

import hmac
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.errors import Unauthorized
from app.http.service import service_of
from app.settings import hashed

_bearer = HTTPBearer(
    auto_error=False,
    description="One of the keys in `DENSIGHT_API_KEYS`; `densight key` makes one.",
)


async def authorize(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> None:
    """Let the request pass if it carries one of the keys, and note whose it is.

    Raises:
        Unauthorized: no key, or a wrong one.
    """
    if given is None:
        raise Unauthorized("this server wants a key: Authorization: Bearer KEY")
    # Every key is compared, and each in constant time: the time taken tells nothing of them.
    key = hashed(given.credentials)
    matches = [
        hmac.compare_digest(key, known.get_secret_value())
        for known in service_of(request).settings.api_keys
    ]
    if not any(matches):
        raise Unauthorized("the key is not known here")
    request.state.key = key


def owner_of(request: Request) -> str:
    """Hash of the key that a request came with; empty where none is wanted."""
    owner: str = getattr(request.state, "key", "")
    return owner
