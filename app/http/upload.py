"""The pictures in a request: raw bytes or parts of a form, never more than the limit."""

from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from mimetypes import guess_type
from typing import Any

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.errors import BodyTooLarge, MalformedRequest, UnsupportedMedia
from app.question import together

_FILES = ("application/octet-stream", "application/dicom")
"""Media types of pictures, beside those of images."""

_BYTES = {"type": "string", "format": "binary", "description": "The file of the picture."}


def body(path: str, samples: Mapping[str, str]) -> dict[str, Any]:
    """The request body of a route, in OpenAPI's words.

    Args:
        path: of the route.
        samples: parts of the form, a picture each, and the one of `examples/` that is sent by the
            commands; where there is one part, the picture may come without a form.
    """
    url = f"http://127.0.0.1:8000{path}"
    files = " ".join(f"-F {part}=@examples/{sample}" for part, sample in samples.items())
    form = {
        "type": "object",
        "required": list(samples),
        "properties": dict.fromkeys(samples, _BYTES),
    }
    content: dict[str, Any] = {"multipart/form-data": {"schema": form}}
    commands = {"a form": f"curl {files} {url}"}
    described = f"A form with the parts {_listed(samples)}"
    if len(samples) == 1:
        (sample,) = samples.values()
        kind = guess_type(sample)[0]
        commands["raw bytes"] = (
            f"curl --data-binary @examples/{sample} -H 'Content-Type: {kind}' {url}"
        )
        content |= {name: {"schema": _BYTES} for name in ("image/*", *_FILES)}
        described = f"A form with a part {_listed(samples)}"
    told = "\n\nor just the bytes of the picture:\n\n".join(f"    {c}" for c in commands.values())
    return {
        "requestBody": {
            "required": True,
            "description": f"{described}:\n\n{told}\n",
            "content": content,
        },
        "x-codeSamples": [
            {"lang": "Shell", "label": label, "source": command}
            for label, command in commands.items()
        ],
    }


async def read_pictures(request: Request, limit: int, parts: Sequence[str]) -> bytes:
    """Read the uploaded files.

    Args:
        request: its body is read once, and no further than the limit.
        limit: bytes of the whole body.
        parts: of a form; the one picture of a task may come without a form.

    Returns:
        The file, or all of them `together`.

    Raises:
        UnsupportedMedia: neither a form nor a picture, or no form where there must be one.
        BodyTooLarge: more than `limit` bytes are announced or come.
        MalformedRequest: an empty file, a broken form or one without one of the parts.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type == "multipart/form-data":
        files = await _parts(request, _limited(request, limit), parts)
    elif len(parts) > 1:
        raise UnsupportedMedia(
            f"the body is {media_type or 'of no stated type'}; {len(parts)} pictures are wanted: "
            f"send multipart/form-data with the parts {_listed(parts)}"
        )
    elif media_type.startswith("image/") or media_type in _FILES:
        files = [await read_body(request, limit)]
    else:
        raise UnsupportedMedia(
            f"the body is {media_type or 'of no stated type'}; send multipart/form-data with a "
            f"part {parts[0]!r}, or the picture itself as image/* or {' or '.join(_FILES)}"
        )
    for name, file in zip(parts, files, strict=True):
        if not file:
            which = "the picture" if len(parts) == 1 else f"the picture {name!r}"
            raise MalformedRequest(f"{which} is empty: 0 bytes came")
    return together(files)


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


async def _parts(
    request: Request, body: AsyncGenerator[bytes, None], names: Sequence[str]
) -> list[bytes]:
    try:
        parser = MultiPartParser(request.headers, body, max_files=len(names), max_fields=8)
        form = await parser.parse()
    except (MultiPartException, KeyError) as error:
        reason = getattr(error, "message", "it names no boundary")
        raise MalformedRequest(f"the form can not be read: {reason}") from error
    try:
        files = []
        for name in names:
            part = form.get(name)
            if not isinstance(part, UploadFile):
                raise MalformedRequest(f"the form has no file part called {name!r}")
            files.append(await part.read())
        return files
    finally:
        await form.close()


def _listed(parts: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in parts)
