"""Small data packs made on the fly, in the layout of the real ones."""

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import imagecodecs
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from export.datasets import pairs
from export.datasets.masks import Masked
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


def sample_pack(folder: Path) -> None:
    """Flow samples: two pairs that move by 1.5 and -0.5, one with a level and one without."""
    stored = np.zeros((6, 8, 3), np.uint16)
    stored[..., 0], stored[..., 1] = 2**15 + 96, 2**15 - 32
    stored[0], stored[1:, :, 2] = 0, 1
    flow = bytes(imagecodecs.png_encode(stored))
    table = "name,kind,level,source\nsynthetic_00,synthetic,easy,one+two\nrigid_00,rigid,,f+g\n"
    contents = {"index.csv": table.encode()}
    for name in ("synthetic_00", "rigid_00"):
        contents |= {f"{name}_img{which}.jpg": noisy("a.jpg", 8, 6, which) for which in (1, 2)}
        contents[f"{name}_flow.png"] = flow
    pack(folder / pairs.SAMPLES, contents)


COLORS = np.full((3, 3), 60, np.uint8) + np.diag([140] * 3).astype(np.uint8)
"""Red, green and blue: the strongest channel tells the class however a patch is lit."""


def coloured(count: int, height: int, width: int) -> Masked:
    """Pictures of coarse squares in the colours of their classes; no two places look alike."""
    masks = [
        np.random.default_rng(seed)
        .integers(0, 3, (-(-height // 8), -(-width // 8)), np.uint8)
        .repeat(8, 0)
        .repeat(8, 1)[:height, :width]
        for seed in range(count)
    ]
    return Masked([COLORS[mask] for mask in masks], masks, classes=("red", "green", "blue"))
