"""API keys: who may ask, where the settings name keys at all."""

import hashlib
import hmac
from typing import Annotated

from fastapi import Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from app.errors import Unauthorized
from app.http.service import service_of
from app.settings import HASHED

_bearer = HTTPBearer(auto_error=False, description="Only where DENSIGHT_API_KEYS is set.")


async def authorize(
    request: Request,
    given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> None:
    """Let the request pass if it carries one of the keys, or if none are set.

    Raises:
        Unauthorized: no key, or a wrong one.
    """
    keys = service_of(request).settings.api_keys
    if not keys:
        return
    if given is None:
        raise Unauthorized("this server wants a key: Authorization: Bearer KEY")
    # Every key is compared, and each in constant time: the time taken tells nothing of them.
    digest = hashlib.sha256(given.credentials.encode()).digest()
    matches = [hmac.compare_digest(digest, _digest(key.get_secret_value())) for key in keys]
    if not any(matches):
        raise Unauthorized("the key is not known here")


def _digest(known: str) -> bytes:
    """SHA-256 of a key as the settings hold it: as it is, or as `HASHED` and its hash already.

    A slow hash with salt, as passwords need, would bring nothing: keys are random and long.
    """
    if known.startswith(HASHED):
        return bytes.fromhex(known.removeprefix(HASHED))
    return hashlib.sha256(known.encode()).digest()
