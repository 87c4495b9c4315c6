"""`python -m benchmarks.scaling`: how far scores move when a JPEG is decoded smaller."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from PIL import Image

from app.imaging.decode import decode
from app.imaging.fit import fit
from app.runtime.cpu import cores
from app.runtime.execution import Execution
from app.runtime.model import Model
from app.settings import MODELS
from export.datasets.photos import photos

QUALITY = 90
"""Of the JPEGs that the photos are written as."""


def main(
    data: Annotated[Path, typer.Option(help="Folder of the training archives.")],
) -> None:
    """Print a table of the shipped classifiers; photos that are decoded whole do not count."""
    files = [_jpeg(pixels) for part in photos(data) for pixels in part]
    print("| model | photos | largest change of a score: median | 95 % | most | same label |")
    print("|---|---|---|---|---|---|")
    for path in sorted(MODELS.glob("*.onnx")):
        model = Model.load(path, Execution(threads=cores()))
        found = list(_changes(model, files)) if model.card.task == "classification" else []
        if found:
            changes, same = zip(*found, strict=True)
            middle, most = np.quantile(changes, 0.5), np.quantile(changes, 0.95)
            print(
                f"| {model.card.name} | {len(changes)} | {middle:.4f} | {most:.4f} | "
                f"{max(changes):.3f} | {np.mean(same):.1%} |"
            )


def _changes(model: Model, files: Sequence[bytes]) -> Iterator[tuple[float, bool]]:
    """Of each photo the largest change of a score, and whether the best label is the same."""
    card = model.card
    for file in files:
        whole = decode(file, max_pixels=10**9)
        small = decode(file, max_pixels=10**9, seen_by=card.fit)
        if small.reduction > 1:
            pair = np.stack([fit(picture, card.fit, card.multiple) for picture in (whole, small)])
            before, after = model.run(image=pair)["scores"]
            yield float(np.abs(before - after).max()), before.argmax() == after.argmax()


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=QUALITY)
    return buffer.getvalue()


if __name__ == "__main__":
    typer.run(main)
