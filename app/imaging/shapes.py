"""A mask as shapes: COCO run lengths, and polygons with holes along the edges of its pixels."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Points = NDArray[np.int64]
Polygon = list[Points]


def run_lengths(mask: Mask) -> str:
    """The runs of a mask as COCO's compressed string (`rleEncode`, `rleToString` in maskApi.c).

    Runs go down the columns and alternate, the first one counts zeros. From the fourth on a run
    is written as its difference to the one before last, five bits a character, lowest first.

    Args:
        mask: bool `[H, W]`.
    """
    flat = mask.ravel(order="F")
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    runs = np.diff(np.concatenate(([0], changes, [flat.size])))
    if flat[0]:
        runs = np.concatenate(([0], runs))
    rest = runs.copy()
    rest[3:] -= runs[1:-2]
    characters, written = [], []
    pending = np.ones(len(rest), np.bool_)
    while pending.any():
        low = rest & 0x1F
        rest >>= 5
        # The sign bit of the last group tells the reader how to fill the bits above it.
        more = pending & np.where(low & 0x10, rest != -1, rest != 0)
        characters.append((low | (more * 0x20)) + 48)
        written.append(pending)
        pending = more
    text: NDArray[np.int64] = np.stack(characters, axis=1)[np.stack(written, axis=1)]
    return text.astype(np.uint8).tobytes().decode("ascii")


def polygons(mask: Mask) -> list[Polygon]:
    """The polygons whose filling is the mask, one for each 4-connected region.

    Coordinates are those of pixel corners: the pixel at (0, 0) covers 0..1 in both directions.
    Rings are closed (the last point is the first), have a point only where they turn, and visit
    no point twice. As numbers outer rings have a positive area and holes a negative one
    (RFC 7946, 3.1.6); on a screen, where y points down, outer rings run clockwise.

    Args:
        mask: bool `[H, W]`.

    Returns:
        Polygons from top to bottom by their outer rings; each is its outer ring followed by its
        holes, int64 `[points, 2]` of x, y.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return []
    top, left = int(rows[0]), int(columns[0])
    # A border of zeros: then every edge of a pixel lies between two pixels.
    inside = np.pad(mask[top : rows[-1] + 1, left : columns[-1] + 1], 1)
    rings = sorted(_rings(inside), key=lambda ring: (ring[:, 1].min(), ring[:, 0].min()))
    found: dict[int, Polygon] = {}
    owners = _owners(rings, width=inside.shape[1])
    for ring, owner in zip(rings, owners, strict=True):
        found.setdefault(owner, []).append(ring + np.array([left, top]))
    return list(found.values())


def _rings(inside: Mask) -> Iterator[Points]:
    """Closed rings around a mask with a border of zeros, in coordinates without the border."""
    upper_left, upper_right = inside[:-1, :-1], inside[:-1, 1:]
    lower_left, lower_right = inside[1:, :-1], inside[1:, 1:]
    turning = upper_left ^ upper_right ^ lower_left ^ lower_right
    # Two pixels touch by a corner only: two turns at one point, each around its own pixel.
    falling = upper_left & lower_right & ~upper_right & ~lower_left
    rising = upper_right & lower_left & ~upper_left & ~lower_right
    # At such a point one horizontal edge ends and the next begins, and so do vertical edges;
    # `right` and `lower` say to which of the two edges a turn belongs.
    groups = [(turning, 0, 0), (falling, 0, 0), (falling, 1, 1), (rising, 0, 1), (rising, 1, 0)]
    found = [np.nonzero(where) for where, _, _ in groups]
    sizes = [len(rows) for rows, _ in found]
    y = np.concatenate([rows for rows, _ in found])
    x = np.concatenate([columns for _, columns in found])
    right = np.repeat([right for _, right, _ in groups], sizes)
    lower = np.repeat([lower for _, _, lower in groups], sizes)

    # Along a row (a column) edges do not overlap, so they join turns 1 and 2, 3 and 4, ...
    across = np.argsort((y * inside.shape[1] + x) * 2 + right)
    down = np.argsort((x * inside.shape[0] + y) * 2 + lower)
    beside, beyond = np.empty_like(across), np.empty_like(down)
    beside[across[0::2]], beside[across[1::2]] = across[1::2], across[0::2]
    beyond[down[0::2]], beyond[down[1::2]] = down[1::2], down[0::2]
    first = across[0::2]
    # With the mask on the right hand, upper edges are walked to the right, lower ones to the left.
    starts = np.where(lower_right[y[first], x[first]], first, beside[first])

    points = np.stack([x, y], axis=1)
    doubled = set((y * inside.shape[1] + x)[sizes[0] :].tolist())
    after, seen = beyond[beside].tolist(), bytearray(len(y))
    for start in starts.tolist():
        turns, turn = [], start
        while not seen[turn]:
            seen[turn] = 1
            turns.append(turn)
            turn = after[turn]
        if turns:
            ring = np.stack([turns, beside[turns]], axis=1).ravel()
            for part in _simple(points[ring], doubled, inside.shape[1]):
                yield np.concatenate([part, part[:1]])


def _simple(ring: Points, doubled: set[int], stride: int) -> list[Points]:
    """Cut a ring where it touches itself, so that holes that touch it become holes."""
    keys = (ring[:, 1] * stride + ring[:, 0]).tolist()
    if not doubled or len(set(keys)) == len(keys):
        return [ring]
    parts: list[Points] = []
    path: list[int] = []
    places: dict[int, int] = {}
    for index, key in enumerate(keys):
        if key in places:
            loop = path[places[key] :]
            del path[places[key] :]
            for passed in loop:
                del places[keys[passed]]
            parts.append(ring[loop])
        places[key] = len(path)
        path.append(index)
    return [*parts, ring[path]]


def _owners(rings: list[Points], width: int) -> list[int]:
    """For each ring, of which the topmost come first, the index of its polygon's outer ring.

    To the left of the pixel above a hole's first corner the region goes on until an edge: it
    belongs to a ring of the same polygon that begins higher (Suzuki & Abe, CVGIP 30, 1985).
    """
    sizes = np.array([len(ring) - 1 for ring in rings])
    (x, y), (x_next, y_next) = (
        np.concatenate([ring[side] for ring in rings]).T for side in (np.s_[:-1], np.s_[1:])
    )
    ids, offsets = np.repeat(np.arange(len(rings)), sizes), np.cumsum(sizes) - sizes
    areas = np.add.reduceat(x * y_next - x_next * y, offsets)
    firsts = np.minimum.reduceat(y * width + x, offsets)

    # One entry for every pixel of height: row by row, where the region begins and by which ring.
    rising = np.flatnonzero(y_next < y)  # the mask is on the right hand
    heights = (y - y_next)[rising]
    above = np.arange(heights.sum()) - np.repeat(np.cumsum(heights) - heights, heights) + 1
    keys = (np.repeat(y[rising], heights) - above) * width + np.repeat(x[rising], heights)
    order = np.argsort(keys)
    edges = np.repeat(ids[rising], heights)[order]
    beside = edges[np.searchsorted(keys[order], firsts - width, side="right") - 1]

    owners: list[int] = []
    for index, (area, other) in enumerate(zip(areas.tolist(), beside.tolist(), strict=True)):
        owners.append(index if area > 0 else owners[other])
    return owners
