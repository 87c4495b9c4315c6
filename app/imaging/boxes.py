"""Objects with boxes: back on the picture they are about, and from tiles without doubles."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.card import Fit
from app.imaging.fit import geometry
from app.imaging.tiles import Tile

Boxes = NDArray[np.float32]
"""`[n, 4]`: the left, upper, right and lower sides, in pixels; 0, 0 is the upper left corner of the
upper left pixel."""

OVERLAP = 0.5
"""Intersection over union from which two boxes of one class in two tiles are one object."""

MEETING = 4
"""Tiles that an object may lie in; so many times as many objects are compared as are wanted."""


@dataclass(frozen=True)
class Objects:
    """Boxes `[n, 4]`, scores `[n]` in 0..1 and classes `[n]`."""

    boxes: Boxes
    scores: NDArray[np.float32]
    classes: NDArray[np.int64]

    def at(self, places: NDArray[Any]) -> "Objects":
        """Those at some places, or those that a mask is true of."""
        return Objects(self.boxes[places], self.scores[places], self.classes[places])

    def best(self, min_score: float = 0.0, most: int = sys.maxsize) -> "Objects":
        """By falling score; what has no score or no area is no object, whatever is asked for."""
        there = (self.scores > 0) & (self.scores >= min_score) & (areas(self.boxes) > 0)
        kept = np.flatnonzero(there)
        return self.at(kept[np.argsort(-self.scores[kept], kind="stable")[:most]])


Part = tuple[Objects, NDArray[np.bool_]]
"""What a tile keeps, and of each object whether another tile may keep it, too."""


def unfit_boxes(boxes: Boxes, width: int, height: int, how: Fit | None) -> Boxes:
    """Bring boxes in a fitted picture back to the picture's own pixels.

    Args:
        boxes: float32 `[n, 4]` in pixels of what `fit` made of the picture; what it added at the
            right and below lies outside.
        width: of the picture.
        height: of the picture.
        how: the card's `fit`.

    Returns:
        float32 `[n, 4]`, cut at what the network was shown of the picture; a box beside that has
        no area.
    """
    size, (left, top, right, bottom) = (width, height), (0.0, 0.0, float(width), float(height))
    if how is not None:
        size, (left, top, right, bottom) = geometry(width, height, how)
    factors = np.array([(right - left) / size[0], (bottom - top) / size[1]] * 2)
    moved = boxes * factors + np.array([left, top] * 2)
    inside: Boxes = np.clip(moved, [left, top] * 2, [right, bottom] * 2).astype(np.float32)
    return inside


def areas(boxes: Boxes) -> NDArray[np.float32]:
    """Of each box `[n]`, in pixels; 0 where it is turned inside out."""
    sides = np.maximum(boxes[:, 2:] - boxes[:, :2], 0)
    return np.asarray(sides.prod(axis=1), np.float32)


def doubled(
    boxes: Boxes, classes: NDArray[np.int64], tiles: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Which boxes are those of an object that a better box in another tile has, too.

    Greedy non-maximum suppression within a class. Two boxes in one tile are two objects: there
    the model itself has decided.

    Args:
        boxes: `[n, 4]`, the best first.
        classes: of each, `[n]`.
        tiles: the number of its tile, `[n]`.

    Returns:
        bool `[n]`.
    """
    out = np.zeros(len(boxes), np.bool_)
    sizes = areas(boxes)
    for index in range(len(boxes)):
        if out[index]:
            continue
        rest = slice(index + 1, None)
        corner = np.maximum(boxes[index, :2], boxes[rest, :2])
        opposite = np.minimum(boxes[index, 2:], boxes[rest, 2:])
        common = np.maximum(opposite - corner, 0).prod(axis=1)
        same = common >= OVERLAP * (sizes[index] + sizes[rest] - common)
        out[rest] |= same & (classes[rest] == classes[index]) & (tiles[rest] != tiles[index])
    return out


def kept_by(objects: Objects, tile: Tile, slack: int) -> Part:
    """The objects of a tile whose middle lies in what it keeps, in the picture's pixels.

    Of an object that a border cuts, the tile beyond sees more, and keeps it.

    Args:
        objects: in the pixels that the tile reads.
        tile: of a picture.
        slack: pixels beyond what is kept in which a middle may lie.

    Returns:
        The objects, and of each whether the tile beyond a border may have kept it, too.
    """
    (top, bottom), (left, right) = tile.rows.read, tile.columns.read
    moved = objects.boxes + np.array([left, top] * 2, np.float32)
    # What was padded at the picture's edge is no part of it.
    boxes = np.clip(moved, [left, top] * 2, [right, bottom] * 2).astype(np.float32)
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    kept, near = areas(boxes) > 0, np.zeros(len(boxes), np.bool_)
    for middle, part in zip(middles.T, (tile.columns, tile.rows), strict=True):
        start, end = part.kept
        kept &= (middle >= start - slack) & (middle < end + slack)
        near |= (middle < start + slack) | (middle >= end - slack)
    return replace(objects, boxes=boxes).at(kept), near[kept]


def joined(parts: Sequence[Part], most: int) -> Objects:
    """The best objects of all tiles, each once, in the picture's pixels."""
    objects = Objects(
        np.concatenate([part.boxes for part, _ in parts]),
        np.concatenate([part.scores for part, _ in parts]),
        np.concatenate([part.classes for part, _ in parts]),
    )
    tiles = np.repeat(np.arange(len(parts)), [len(part.scores) for part, _ in parts])
    near = np.concatenate([near for _, near in parts])
    order = np.argsort(-objects.scores, kind="stable")[: MEETING * most]
    best = objects.at(order)
    compared = np.flatnonzero(near[order])
    out = np.zeros(len(order), np.bool_)
    out[compared] = doubled(best.boxes[compared], best.classes[compared], tiles[order][compared])
    return best.at(np.flatnonzero(~out)[:most])
