"""The picture in a request: raw bytes or the part `image` of a form, never more than the limit."""

from collections.abc import AsyncGenerator
from mimetypes import guess_type
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.errors import BodyTooLarge, MalformedRequest, UnsupportedMedia

PART = "image"
"""The name of the form's part that holds the picture."""

_FILES = ("application/octet-stream", "application/dicom")
"""Media types of pictures, beside those of images."""

_BYTES = {"type": "string", "format": "binary", "description": "The file of the picture."}


def body(path: str, sample: str) -> dict[str, Any]:
    """The request body of a route, in OpenAPI's words.

    Args:
        path: of the route.
        sample: picture of `examples/`, which is sent by the commands that show both forms.
    """
    send, url = f"examples/{sample}", f"http://127.0.0.1:8000{path}"
    form = f"curl -F {PART}=@{send} {url}"
    raw = f"curl --data-binary @{send} -H 'Content-Type: {guess_type(sample)[0]}' {url}"
    return {
        "requestBody": {
            "required": True,
            "description": f"A form with a part `{PART}`:\n\n    {form}\n\n"
            f"or just the bytes of the picture:\n\n    {raw}\n",
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": [PART],
                        "properties": {PART: _BYTES},
                    }
                },
                **{name: {"schema": _BYTES} for name in ("image/*", *_FILES)},
            },
        },
        "x-codeSamples": [
            {"lang": "Shell", "label": "a form", "source": form},
            {"lang": "Shell", "label": "raw bytes", "source": raw},
        ],
    }


async def read_picture(request: Request, limit: int) -> bytes:
    """Read the uploaded file.

    Args:
        request: its body is read once, and no further than the limit.
        limit: bytes of the whole body.

    Raises:
        UnsupportedMedia: neither a form nor a picture.
        BodyTooLarge: more than `limit` bytes are announced or come.
        MalformedRequest: an empty body, a broken form or one without the part `image`.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        data = await _part(request, _limited(request, limit))
    elif media_type.startswith("image/") or media_type in _FILES:
        data = await read_body(request, limit)
    else:
        raise UnsupportedMedia(
            f"the body is {media_type or 'of no stated type'}; send multipart/form-data with a "
            f"part {PART!r}, or the picture itself as image/* or {' or '.join(_FILES)}"
        )
    if not data:
        raise MalformedRequest("the picture is empty: 0 bytes came")
    return data


async def read_body(request: Request, limit: int) -> bytes:
    """Read a body of any kind.

    Raises:
        BodyTooLarge: more than `limit` bytes are announced or come.
    """
    return b"".join([chunk async for chunk in _limited(request, limit)])


def expected_size(request: Request, limit: int) -> int:
    """Bytes of the body that will be read at most: of one that says it has more, none are."""
    announced = _announced_size(request)
    return limit if announced is None else min(limit, announced)


def _announced_size(request: Request) -> int | None:
    text = request.headers.get("content-length", "")
    return int(text) if text.isdecimal() else None


async def _limited(request: Request, limit: int) -> AsyncGenerator[bytes, None]:
    announced = _announced_size(request)
    if announced is not None and announced > limit:
        raise _too_large(announced, limit)
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > limit:
            raise _too_large(received, limit)
        yield chunk


def _too_large(size: int, limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"the body has {size} bytes or more, {limit} are allowed", limit=limit, bytes=size
    )


async def _part(request: Request, body: AsyncGenerator[bytes, None]) -> bytes:
    try:
        form = await MultiPartParser(request.headers, body, max_files=1, max_fields=8).parse()
    except (MultiPartException, KeyError) as error:
        reason = getattr(error, "message", "it names no boundary")
        raise MalformedRequest(f"the form can not be read: {reason}") from error
    try:
        part = form.get(PART)
        if not isinstance(part, UploadFile):
            raise MalformedRequest(f"the form has no file part called {PART!r}")
        return await part.read()
    finally:
        await form.close()
