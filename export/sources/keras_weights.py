"""What a file of Keras' weights tells before there is a network to load it into."""

import hashlib
import io
import zipfile
from pathlib import Path
from typing import Any

from export.errors import UnusableWeights


def classes_in(file: Path, kind: str) -> int:
    """How many classes a file tells apart: the one matrix in it is the last layer's.

    Raises:
        UnusableWeights: it is no file of Keras', or holds another number of matrices.
    """
    import h5py  # comes with Keras

    found = set()

    def look(name: str, item: Any) -> None:
        # Whole models may hold the optimizer's state, too.
        if isinstance(item, h5py.Dataset) and item.ndim == 2 and not name.startswith("optimizer"):
            found.add(item.shape[1])

    try:
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as whole:
                content: Any = io.BytesIO(whole.read("model.weights.h5"))
        else:
            content = file
        with h5py.File(content) as weights:
            weights.visititems(look)
    except (OSError, KeyError) as error:
        raise UnusableWeights(f"{file} is damaged or was not written by Keras") from error
    if len(found) != 1:
        raise UnusableWeights(
            f"{file} does not hold the weights of {kind}: that has one matrix, its last layer, "
            f"here are {len(found)}"
        )
    return int(found.pop())


def digest(file: Path, algorithm: str) -> str:
    """Of a file's bytes, by one of the algorithms of `hashlib`."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, algorithm).hexdigest()
