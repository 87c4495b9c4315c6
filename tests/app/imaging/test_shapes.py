"""Shapes: run lengths as COCO's own code writes them, polygons that fill to the very mask."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray
from pycocotools import mask as coco

from app.imaging.shapes import Polygon, polygons, run_lengths

Mask = NDArray[np.bool_]


def random_mask(seed: int) -> Mask:
    """Noise of a random density and grain, from single pixels to nested blots."""
    rng = np.random.default_rng(seed)
    grain = int(rng.integers(1, 4))
    height, width = rng.integers(1, 30, 2)
    mask = rng.random((height, width)) < rng.random()
    return mask.repeat(grain, axis=0).repeat(grain, axis=1)


def drawing(*rows: str) -> Mask:
    """A mask from lines of `#` and `.`."""
    return np.array([[character == "#" for character in row] for row in rows])


MASKS = {
    "one pixel": drawing("#"),
    "nothing": drawing("...", "..."),
    "everything": drawing("###", "###"),
    "corners": drawing("#..#", "....", "#..#"),
    "diagonal": drawing("#.", ".#"),
    "other diagonal": drawing(".#", "#."),
    "chessboard": drawing("#.#.#", ".#.#.", "#.#.#"),
    "hole that touches the outside": drawing(".###", "#.##", "####"),
    "holes that touch each other": drawing("#####", "#.###", "##.##", "#####"),
    "island in a hole": drawing("#####", "#...#", "#.#.#", "#...#", "#####"),
    "hole in an island in a hole": np.kron(
        np.pad(np.pad(np.pad(drawing("."), 1, constant_values=True), 1), 1, constant_values=True),
        np.ones((2, 3), bool),
    ),
    "a ring closed by corners": drawing(".#.", "#.#", ".#."),
    "hole beside a hole": drawing("#######", "#.#.#.#", "#######"),
    **{f"random {seed}": random_mask(seed) for seed in range(150)},
}


@pytest.fixture(params=MASKS, scope="module")
def mask(request: pytest.FixtureRequest) -> Mask:
    return MASKS[request.param]


def filled(shapes: list[Polygon], height: int, width: int) -> Mask:
    """Even-odd filling: a pixel is inside when an odd number of edges lies left of its centre."""
    crossings = np.zeros((height, width + 1), int)
    for ring in (ring for polygon in shapes for ring in polygon):
        for (x, y), (x_next, y_next) in pairwise(ring):
            if x == x_next:
                crossings[min(y, y_next) : max(y, y_next), x] += 1
    return (crossings.cumsum(axis=1) % 2 == 1)[:, :width]


def area(ring: NDArray[np.int64]) -> float:
    """Signed by direction (the shoelace formula)."""
    x, y = ring.T
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum()) / 2


def regions(mask: Mask) -> list[set[tuple[int, int]]]:
    """The 4-connected regions of a mask, as sets of (y, x)."""
    left, found = set(zip(*(axis.tolist() for axis in np.nonzero(mask)), strict=True)), []
    while left:
        border = [left.pop()]
        region = set(border)
        while border:
            y, x = border.pop()
            near = {(y + 1, x), (y - 1, x), (y, x + 1), (y, x - 1)} & left
            left -= near
            region |= near
            border += near
        found.append(region)
    return found


def test_run_lengths_are_those_of_pycocotools(mask: Mask) -> None:
    wanted = coco.encode(np.asfortranarray(mask, np.uint8))
    assert run_lengths(mask) == wanted["counts"].decode()


def test_run_lengths_of_a_large_mask() -> None:
    mask = np.zeros((3000, 1500), bool)
    mask[100:2900, 300:301] = True
    mask[5, 1400] = True
    assert run_lengths(mask) == coco.encode(np.asfortranarray(mask, np.uint8))["counts"].decode()


def test_polygons_fill_to_the_mask(mask: Mask) -> None:
    assert np.array_equal(filled(polygons(mask), *mask.shape), mask)


def test_each_region_is_one_polygon(mask: Mask) -> None:
    """And with its own holes: filled alone, it is exactly one region."""
    found = [
        {(int(y), int(x)) for y, x in np.argwhere(filled([polygon], *mask.shape))}
        for polygon in polygons(mask)
    ]
    assert sorted(map(sorted, found)) == sorted(map(sorted, regions(mask)))


def test_rings_are_closed_simple_and_directed(mask: Mask) -> None:
    for polygon in polygons(mask):
        assert area(polygon[0]) > 0
        assert all(area(hole) < 0 for hole in polygon[1:])
        for ring in polygon:
            assert np.array_equal(ring[0], ring[-1])
            assert len({tuple(point) for point in ring.tolist()}) == len(ring) - 1
            steps = np.diff(ring, axis=0)
            assert ((steps == 0).sum(axis=1) == 1).all()
            turns = (steps == 0) != (np.roll(steps, 1, axis=0) == 0)
            assert turns.all()


def test_a_hole_has_its_coordinates() -> None:
    (polygon,) = polygons(np.pad(drawing("###", "#.#", "###"), ((2, 0), (5, 1))))
    outer, hole = (ring.tolist() for ring in polygon)
    assert sorted(outer[:-1]) == [[5, 2], [5, 5], [8, 2], [8, 5]]
    assert sorted(hole[:-1]) == [[6, 3], [6, 4], [7, 3], [7, 4]]


def test_the_work_follows_the_boundary_and_not_the_area() -> None:
    mask = np.zeros((2000, 2000), bool)
    mask[1:-1, 1:-1] = True
    mask[500:1500, 500:1500] = False
    (polygon,) = polygons(mask)
    assert [len(ring) for ring in polygon] == [5, 5]
