"""Small data packs made on the fly, in the layout of the real ones."""

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.conftest import noise

FORMATS = {"jpg": "JPEG", "webp": "WEBP", "png": "PNG"}


def pack(archive: Path, contents: Mapping[str, bytes]) -> Path:
    """Write an archive, compressed if its name ends with `.xz`."""
    mode = "w:xz" if archive.suffix == ".xz" else "w:"
    with tarfile.open(archive, mode) as tar:  # type: ignore[call-overload]
        for name, content in contents.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return archive


def encoded(pixels: NDArray[np.uint8], name: str) -> bytes:
    """A picture as the file that its name says it is."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, FORMATS[name.rpartition(".")[2]])
    return buffer.getvalue()


def plain(level: int, width: int = 8, height: int = 6) -> NDArray[np.uint8]:
    """A gray picture of one level, by which it can be told from others after JPEG."""
    return np.full((height, width, 3), level, np.uint8)


def noisy(name: str, width: int, height: int, seed: int = 0) -> bytes:
    """A file of random pixels."""
    return encoded(noise(width, height, seed=seed), name)
