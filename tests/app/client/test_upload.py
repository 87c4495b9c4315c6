"""What pictures are sent as, and that large files are never in memory."""

import asyncio
import io
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.client import AsyncClient, Client
from app.client.upload import body_of, source_of
from tests.conftest import file, noise, png


def sent(picture: Any) -> bytes:
    """The bytes that go over the wire."""
    body = body_of({"image": source_of(picture)})
    data = b"".join(body.chunks())
    assert len(data) == body.size
    return data


def test_files_are_sent_as_they_are(path: Path) -> None:
    with path.open("rb") as opened:
        for picture in (path, str(path), png(), bytearray(png()), memoryview(png()), opened):
            assert sent(picture) == png()
        assert not opened.closed


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "F", "CMYK"])
def test_images_lose_nothing(mode: str) -> None:
    image = Image.fromarray(noise(5, 4)).convert(mode)
    back = Image.open(io.BytesIO(sent(image)))
    assert back.mode == mode
    assert back.tobytes() == image.tobytes()


def test_images_keep_their_profile_and_are_their_pixels() -> None:
    image = Image.fromarray(noise(5, 4))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned
    opened = Image.open(io.BytesIO(file(image, "PNG", exif=exif, icc_profile=b"a profile")))
    back = Image.open(io.BytesIO(sent(opened)))
    assert back.info["icc_profile"] == b"a profile"
    assert dict(back.getexif()) == {}
    assert np.array_equal(back, image)


def test_images_of_modes_without_files_become_others_that_say_the_same() -> None:
    image = Image.fromarray(noise(5, 4))
    assert Image.open(io.BytesIO(sent(image.convert("RGBX")))).mode == "RGB"
    with pytest.raises(ValueError, match="convert it first"):
        sent(_of_no_mode())


def _of_no_mode() -> Image.Image:
    image = Image.new("L", (1, 1))
    image._mode = "odd"
    return image


def test_what_is_no_picture_is_told(path: Path) -> None:
    with pytest.raises(TypeError, match="not list"):
        sent([1, 2])
    with pytest.raises(TypeError, match="not NoneType"):
        sent(None)
    with path.open(encoding="latin-1") as text, pytest.raises(TypeError, match="'rb'"):
        sent(text)
    with pytest.raises(TypeError, match="'rb'"):
        sent(io.StringIO("text"))
    with pytest.raises(FileNotFoundError):
        sent("nowhere.png")


def test_several_pictures_are_parts_of_a_form() -> None:
    body = body_of({"image": source_of(b"one"), "second": source_of(b"two\r\n")})
    data = b"".join(body.chunks())
    assert len(data) == body.size
    head = f"Content-Type: {body.media_type}\r\n\r\n".encode()
    form = BytesParser(policy=HTTP).parsebytes(head + data)
    parts = {
        part.get_param("name", header="content-disposition"): part.get_payload(decode=True)
        for part in form.iter_parts()  # type: ignore[attr-defined]
    }
    assert parts == {"image": b"one", "second": b"two\r\n"}


HOLES = 100 * 2**20
"""Bytes of a file that has nothing but a hole, so it takes no room on the disk."""


@contextmanager
def counting() -> Iterator[tuple[str, list[int]]]:
    """A server that counts the bytes of a body and keeps none."""
    counts: list[int] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            left = int(self.headers["content-length"])
            buffer = memoryview(bytearray(2**20))
            while left and (read := self.rfile.readinto(buffer[:left])):  # type: ignore[attr-defined]
                left -= read
            counts.append(int(self.headers["content-length"]) - left)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", counts
        thread.join()


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.tiff"
    with path.open("wb") as made:
        made.truncate(HOLES)
    return path


@contextmanager
def in_memory_at_most(size: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < size
    finally:
        tracemalloc.stop()


def test_a_large_file_is_never_in_memory(large: Path) -> None:
    with in_memory_at_most(8 * 2**20), counting() as (url, counts), Client(url) as client:
        client.ask("segmentation", large)
    assert counts == [HOLES]


def test_nor_is_it_where_it_is_awaited(large: Path) -> None:
    async def ask(url: str) -> None:
        async with AsyncClient(url) as client:
            with large.open("rb") as opened:
                await client.ask("segmentation", opened)

    with in_memory_at_most(8 * 2**20), counting() as (url, counts):
        asyncio.run(ask(url))
    assert counts == [HOLES]
