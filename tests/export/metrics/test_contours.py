"""Contours of classes: both sides of a border, none where the class is not known."""

import numpy as np

from app.imaging.palette import VOID
from export.metrics.contours import contours, of_classes


def rows(plane: np.ndarray) -> list[str]:
    return ["".join(".#"[int(value)] for value in row) for row in plane]


def test_both_sides_belong_to_both_classes() -> None:
    mask = np.array([[0, 0, 1, 1], [0, 0, 1, 2], [0, 0, 0, 2]], np.uint8)
    marked = contours(mask, 4)
    assert rows(marked[0]) == [".##.", ".##.", "..##"]
    assert rows(marked[1]) == [".###", ".###", "..#."]
    assert rows(marked[2]) == ["...#", "..##", "..##"]
    assert not marked[3].any()


def test_beside_void_there_is_no_border() -> None:
    mask = np.array([[0, 0, VOID, 1, 1]], np.uint8)
    assert not contours(mask, 2).any()


def test_soft_borders_of_each_class_within_the_tolerance() -> None:
    mask = np.zeros((8, 12), np.uint8)
    mask[:, 6:] = 1
    soft = np.zeros((2, 8, 12), np.float32)
    soft[0, :, 4] = 0.8  # the border's sides are columns 5 and 6
    soft[1, :, 2] = 0.8
    first, second = of_classes(soft, mask, 2)
    half = 49
    assert (first.found[half], first.right[half]) == (8, 8)
    assert (first.annotated[half], first.met[half]) == (16, 16)
    assert (second.found[half], second.right[half], second.met[half]) == (8, 0, 0)


def test_what_is_found_where_the_class_is_void_does_not_count() -> None:
    mask = np.full((4, 6), VOID, np.uint8)
    mask[:, 3:] = 0
    curve = of_classes(np.ones((1, 4, 6), np.float32), mask, 1)[0]
    assert curve.found[49] == 12
