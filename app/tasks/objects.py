"""Which objects a model finds in a picture: the picture fitted, or in tiles that overlap."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.errors import OutOfMemory
from app.imaging.boxes import Objects, Part, joined, kept_by, unfit_boxes
from app.imaging.color import srgb
from app.imaging.fit import fit, pad
from app.imaging.picture import Picture
from app.imaging.tiles import Cut
from app.runtime.model import Model
from app.tasks.task import Bounds
from app.tasks.tiled import groups_for, tiles_for

CONTEXT = 160
"""Context of a tile where no context is exact (the card's halo is null). Objects of up to 250
pixels are whole in the tile that keeps their middle, and in no other is their middle kept."""

SLACK = 16
"""Pixels beyond what a tile keeps in which the middle of an object may lie. Two tiles may see it
on either side of their border, and then neither would keep it."""


def objects(
    model: Model, picture: Picture, min_score: float, most: int, bounds: Bounds
) -> tuple[Objects, bool | None]:
    """The best objects in the picture's pixels; none in what the card's fit crops away.

    Args:
        model: of an input `image: uint8[N,H,W,3]`.
        picture: of any size.
        min_score: the least score of an object.
        most: how many at most.
        bounds: of the work.

    Returns:
        The objects, and if the picture was cut, whether they are those of the whole.
    """
    if model.card.fit is None:
        return _tiled(model, picture, min_score, most, bounds)
    return _fitted(model, picture, min_score, most), None


def _fitted(model: Model, picture: Picture, min_score: float, most: int) -> Objects:
    card = model.card
    outputs = model.run(image=fit(picture, card.fit, card.multiple)[np.newaxis])
    found = _answer(outputs, 0)
    boxes = unfit_boxes(found.boxes, picture.width, picture.height, card.fit)
    return replace(found, boxes=boxes).best(min_score, most)


def _answer(outputs: Mapping[str, NDArray[Any]], row: int) -> Objects:
    """What one picture of a batch got."""
    return Objects(outputs["boxes"][row], outputs["scores"][row], outputs["classes"][row])


def _tiled(
    model: Model, picture: Picture, min_score: float, most: int, bounds: Bounds
) -> tuple[Objects, bool | None]:
    parts: list[Part] | None = None
    while parts is None:
        tiles = tiles_for(model, picture.height, picture.width, CONTEXT, bounds)
        # Without memory the next tiles are smaller, until there are none.
        parts = _in_tiles(model, picture, tiles, min_score, bounds)
    if len(tiles) == 1:
        return parts[0][0].best(most=most), None
    exact = model.card.halo is not None
    bounds.cut(exact)
    return joined(parts, most), exact


def _in_tiles(
    model: Model, picture: Picture, tiles: Cut, min_score: float, bounds: Bounds
) -> list[Part] | None:
    """What each tile keeps, see `kept_by`; `None` where memory was too short for one."""
    pixels = picture.rgb8
    slack = 0 if model.card.halo is not None else SLACK
    parts: list[Part] = []
    bounds.progress(0, len(tiles))
    for rows in tiles.rows:
        for group in groups_for(model, tiles.band(rows), bounds):
            images = np.stack([pad(tile.read(pixels), model.card.multiple) for tile in group])
            try:
                outputs = model.run(image=srgb(images, picture.icc))
            except OutOfMemory:
                model.ran_out(images[..., 0].size)
                return None
            for place, tile in enumerate(group):
                found = _answer(outputs, place).best(min_score)
                parts.append(kept_by(found, tile, slack))
            bounds.progress(len(parts), len(tiles))
    return parts
