"""Compressed request bodies: what a client may send to spare its line."""

import zlib
from collections.abc import Mapping

from app.errors import BodyTooLarge, MalformedRequest, UnsupportedMedia

# The sizes of zlib's window; 16 more mean the header of gzip.
_WINDOWS: Mapping[str, int] = {"gzip": zlib.MAX_WBITS + 16, "deflate": zlib.MAX_WBITS}


def decompress(body: bytes, encoding: str, limit: int) -> bytes:
    """Undo a `Content-Encoding` (RFC 9110, section 8.4).

    Args:
        body: as it was sent.
        encoding: value of the header; empty without one.
        limit: bytes of the result; not more than that are ever unpacked.

    Raises:
        UnsupportedMedia: neither gzip, deflate nor identity.
        MalformedRequest: the bytes are no such stream, or end too soon.
        BodyTooLarge: more than `limit` bytes are packed in it.
    """
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return body
    if encoding not in _WINDOWS:
        raise UnsupportedMedia(f"Content-Encoding {encoding} is not read, gzip and deflate are")
    stream = zlib.decompressobj(_WINDOWS[encoding])
    try:
        plain = stream.decompress(body, limit + 1)
    except zlib.error as error:
        raise MalformedRequest(f"the body is no {encoding}: {error}") from error
    if len(plain) > limit:
        raise BodyTooLarge(f"the body unpacks to more than {limit} bytes", limit=limit)
    if not stream.eof or stream.unused_data:
        raise MalformedRequest(f"the body is not one whole {encoding} stream")
    return plain
