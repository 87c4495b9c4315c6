"""Pictures out of the tar archives of the data packs."""

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]


def images(archive: Path) -> Iterator[tuple[str, Image.Image]]:
    """Every picture of an archive by its path, in the archive's order.

    Raises:
        FileNotFoundError: the archive is not there.
    """
    for name, content in files(archive):
        if name.endswith((".jpg", ".webp", ".png")):
            yield name, Image.open(io.BytesIO(content))


def files(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of an archive by its path, in the archive's order.

    Raises:
        FileNotFoundError: the archive is not there.
    """
    with tarfile.open(archive) as tar:
        for member in tar:
            if file := tar.extractfile(member):
                yield member.name.removeprefix("./"), file.read()
