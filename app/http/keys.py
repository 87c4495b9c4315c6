"""API keys: who may ask, where the settings name keys at all."""

import hmac
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.errors import Unauthorized
from app.http.service import service_of
from app.settings import hashed

_bearer = HTTPBearer(auto_error=False, description="Only where DENSIGHT_API_KEYS is set.")


async def authorize(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> None:
    """Let the request pass if it carries one of the keys, or if none are set.

    The hash of its key, or nothing, is then its `state.key`.

    Raises:
        Unauthorized: no key, or a wrong one.
    """
    keys = service_of(request).settings.api_keys
    request.state.key = ""
    if not keys:
        return
    if given is None:
        raise Unauthorized("this server wants a key: Authorization: Bearer KEY")
    # Every key is compared, and each in constant time: the time taken tells nothing of them.
    key = hashed(given.credentials)
    matches = [hmac.compare_digest(key, known.get_secret_value()) for known in keys]
    if not any(matches):
        raise Unauthorized("the key is not known here")
    request.state.key = key
