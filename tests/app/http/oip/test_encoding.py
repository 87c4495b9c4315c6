"""Compressed bodies: unpacked whole or refused, and never beyond the limit."""

import gzip
import zlib

import pytest

from app.errors import BodyTooLarge, MalformedRequest, UnsupportedMedia
from app.http.oip.encoding import decompress

PLAIN = b"tensor" * 100


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (PLAIN, ""),
        (PLAIN, "identity"),
        (gzip.compress(PLAIN), "gzip"),
        (gzip.compress(PLAIN), " GZip "),
        (zlib.compress(PLAIN), "deflate"),
    ],
)
def test_unpacked(body: bytes, encoding: str) -> None:
    assert decompress(body, encoding, len(PLAIN)) == PLAIN


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(BodyTooLarge, match="more than 599 bytes"):
        decompress(gzip.compress(PLAIN), "gzip", len(PLAIN) - 1)


@pytest.mark.parametrize(
    "body", [b"", PLAIN, gzip.compress(PLAIN)[:-1], gzip.compress(PLAIN) + b"more"]
)
def test_broken(body: bytes) -> None:
    with pytest.raises(MalformedRequest, match="gzip"):
        decompress(body, "gzip", 10**6)


def test_unknown() -> None:
    with pytest.raises(UnsupportedMedia, match="Content-Encoding br"):
        decompress(PLAIN, "br", 10**6)
