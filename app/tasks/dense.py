"""What a model answers about every pixel of a picture: the picture fitted, or in tiles."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from app.imaging.color import srgb
from app.imaging.dense import Extent
from app.imaging.fit import fit
from app.imaging.picture import Picture
from app.runtime.model import Model
from app.tasks.task import Bounds
from app.tasks.tiled import Array, Tiled

Answer = Callable[[Mapping[str, Array], Extent], Array]
"""Makes of the outputs about one picture, without their batch, what is said of its pixels."""

CONTEXT = 160
"""Context of a tile where no context is exact (the card's halo is null)."""


def dense(
    model: Model,
    picture: Picture,
    answer: Answer,
    bounds: Bounds,
    join: Literal["mean", "surest"] = "mean",
) -> tuple[Array, bool | None]:
    """Ask about every pixel.

    Args:
        model: of an input `image: uint8[N,H,W,3]`.
        picture: of any size.
        answer: gives `[H, W, ...]` for the picture, or `[h, w, ...]` for a tile of it.
        bounds: of the work.
        join: of tiles without an exact halo, see `Tiled`.

    Returns:
        What `answer` says of the whole picture, and if it was cut, whether that is the same.
    """
    card = model.card
    if card.fit is not None:
        outputs = model.run(image=fit(picture, card.fit, card.multiple)[np.newaxis])
        one = {name: rows[0] for name, rows in outputs.items()}
        return answer(one, Extent(picture.width, picture.height, card.fit, card.multiple)), None
    noted: list[bool] = []

    def note(exact: bool) -> None:
        noted.append(exact)
        bounds.cut(exact)

    def of_tile(outputs: Mapping[str, Array], height: int, width: int) -> Array:
        return answer(outputs, Extent(width, height, multiple=card.multiple))

    def prepare(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return srgb(images, picture.icc)

    tiled = Tiled(model, CONTEXT, prepare, of_tile, join, replace(bounds, cut=note))
    whole: NDArray[Any] | None = None
    top = 0
    for band in tiled.bands(picture.rgb8):
        if whole is None:
            whole = np.empty((picture.height, *band.shape[1:]), band.dtype)
        whole[top : top + len(band)] = band
        top += len(band)
    assert whole is not None
    return whole, (card.halo is not None if noted else None)
