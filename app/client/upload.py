"""Pictures that are sent: anything that holds one, as bytes that can be read again at a retry."""

import io
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Protocol, TypeAlias, Union, cast

import anyio.to_thread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

Picture: TypeAlias = Union[
    str,
    os.PathLike[str],
    bytes,
    bytearray,
    memoryview,
    IO[bytes],
    "Image.Image",
    "NDArray[np.generic]",
]
"""A path, the bytes of a file, an open file, an image of Pillow or an array of numpy."""

CHUNK = 2**20
"""Bytes that are read from a file at once."""


class Source(Protocol):
    """Bytes whose number is known, and that can be read from the start as often as needed."""

    @property
    def size(self) -> int: ...

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """The bytes, from the start."""
        ...


@dataclass(frozen=True)
class Memory:
    """Bytes in memory."""

    data: bytes | bytearray | memoryview

    @property
    def size(self) -> int:
        """How many there are."""
        return memoryview(self.data).nbytes

    def open(self) -> IO[bytes]:
        """Read them."""
        return io.BytesIO(self.data)


@dataclass(frozen=True)
class OnDisk:
    """A file that is read piece by piece while it is sent."""

    path: str | os.PathLike[str]
    size: int

    def open(self) -> IO[bytes]:
        """Read it."""
        return open(self.path, "rb")


@dataclass(frozen=True)
class Opened:
    """The rest of a file that the caller has opened, closes, and may not use meanwhile."""

    file: IO[bytes]
    start: int
    size: int

    def open(self) -> AbstractContextManager[IO[bytes]]:
        """Read it from where it stood."""
        self.file.seek(self.start)
        return nullcontext(self.file)


def source_of(picture: Picture) -> Source:
    """What holds a picture as bytes to be sent.

    A path is not read before it is sent, and never into memory as a whole; neither is a file that
    can be rewound. An image and an array become a PNG or a TIFF without loss. An image is its
    pixels: what its EXIF says of their orientation is not sent.

    Raises:
        TypeError: it is nothing that holds a picture.
        ValueError: the array is not of a picture.
        OSError: the file can not be read.
    """
    if isinstance(picture, (bytes, bytearray, memoryview)):
        return Memory(picture)
    if isinstance(picture, (str, os.PathLike)):
        with open(picture, "rb") as file:  # rather than fail when the request is on its way
            return OnDisk(picture, os.fstat(file.fileno()).st_size)
    if "numpy" in sys.modules:
        from app.client.pixels import is_array, png_of

        if is_array(picture):
            return Memory(png_of(picture))
    if "PIL.Image" in sys.modules:
        from app.client.images import file_of, is_image

        if is_image(picture):
            return Memory(file_of(picture))
    if hasattr(picture, "read"):
        return _opened(cast("IO[bytes]", picture))
    raise TypeError(
        "a picture is a path, bytes, a file opened for reading bytes, an image of Pillow or an "
        f"array of numpy, not {type(picture).__name__}"
    )


def _opened(file: IO[bytes]) -> Source:
    seekable = getattr(file, "seekable", None)
    if seekable is None or not seekable():
        data = file.read()  # it could not be sent again
        if not isinstance(data, bytes):
            raise TypeError("the file is opened for text; open it with mode 'rb'")
        return Memory(data)
    if isinstance(file, io.TextIOBase):
        raise TypeError("the file is opened for text; open it with mode 'rb'")
    start = file.tell()
    end = file.seek(0, io.SEEK_END)
    file.seek(start)
    return Opened(file, start, end - start)


@dataclass(frozen=True)
class Body:
    """What a request carries: some bytes, one after the other."""

    sources: tuple[Source, ...]
    media_type: str

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(source.size for source in self.sources)

    def chunks(self) -> Iterator[bytes]:
        """Read it from the start."""
        for source in self.sources:
            with source.open() as file:
                while chunk := file.read(CHUNK):
                    yield chunk

    async def async_chunks(self) -> AsyncIterator[bytes]:
        """Read it from the start, in threads, since a disk may be slow."""
        for source in self.sources:
            with source.open() as file:
                while chunk := await anyio.to_thread.run_sync(file.read, CHUNK):
                    yield chunk


def body_of(pictures: dict[str, Source]) -> Body:
    """The body of a request: the picture itself, or of several a form with a part for each.

    Args:
        pictures: by the names of their parts.
    """
    if len(pictures) == 1:
        return Body(tuple(pictures.values()), "application/octet-stream")
    boundary = os.urandom(16).hex()
    sources: list[Source] = []
    for name, source in pictures.items():
        head = (
            f"--{boundary}\r\n"
            f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        sources += [Memory(head.encode()), source, Memory(b"\r\n")]
    sources.append(Memory(f"--{boundary}--\r\n".encode()))
    return Body(tuple(sources), f"multipart/form-data; boundary={boundary}")
