"""Boxes: back from every fit, one tile for each object, and one of two that see the same."""

import numpy as np
import pytest
from numpy.typing import NDArray

from app.card import Fit
from app.imaging.boxes import Objects, joined, kept_by, unfit_boxes
from app.imaging.tiles import Part, Tile


def corners(*boxes: tuple[float, ...]) -> NDArray[np.float32]:
    return np.array(boxes, np.float32).reshape(-1, 4)


def objects(*boxes: tuple[float, ...], classes: tuple[int, ...] | None = None) -> Objects:
    count = len(boxes)
    scores = np.linspace(0.9, 0.5, count, dtype=np.float32)
    return Objects(corners(*boxes), scores, np.array(classes or (0,) * count, np.int64))


@pytest.mark.parametrize(
    ("how", "box", "expected"),
    [
        (None, (1, 2, 30, 400), (1, 2, 30, 100)),
        # 200x100 stretched to 50x50.
        (Fit(size=(50, 50)), (10, 10, 20, 20), (40, 20, 80, 40)),
        # To 100x50; what lies below is padding.
        (Fit(longest=100), (10, 40, 20, 60), (20, 80, 40, 100)),
        # To 80x40, of which the 20x20 from 30, 10 on are seen.
        (Fit(resize=40, crop=20), (0, 0, 10, 20), (75, 25, 100, 75)),
    ],
)
def test_back_from_a_fit(
    how: Fit | None, box: tuple[float, ...], expected: tuple[float, ...]
) -> None:
    assert unfit_boxes(corners(box), 200, 100, how).tolist() == [list(expected)]


def test_the_best_are_there_and_in_order() -> None:
    found = Objects(
        corners((0, 0, 2, 2), (0, 0, 2, 2), (3, 3, 3, 9), (0, 0, 1, 1), (0, 0, 1, 1)),
        np.array([0.2, 0.8, 0.9, 0.0, np.nan], np.float32),
        np.arange(5),
    )
    assert found.best().classes.tolist() == [1, 0]
    assert found.best(min_score=0.5).classes.tolist() == [1]
    assert found.best(most=1).classes.tolist() == [1]


LEFT = Tile(rows=Part((0, 50), (0, 50)), columns=Part((0, 60), (0, 80)))
RIGHT = Tile(rows=Part((0, 50), (0, 50)), columns=Part((60, 120), (40, 120)))


def test_a_tile_keeps_what_has_its_middle_in_it() -> None:
    # At 50 to 76 an object of which the right tile sees all, at 44 to 50 one of its own border.
    left, _ = kept_by(objects((20, 5, 30, 15), (50, 5, 76, 15)), LEFT, slack=0)
    assert left.boxes.tolist() == [[20, 5, 30, 15]]
    right, near = kept_by(objects((10, 5, 36, 15), (0, 5, 10, 15)), RIGHT, slack=2)
    assert right.boxes.tolist() == [[50, 5, 76, 15]]
    assert near.tolist() == [False]


def test_what_two_tiles_keep_is_one_object() -> None:
    parts = [
        kept_by(objects((50, 5, 72, 15), (10, 5, 20, 15)), LEFT, slack=4),
        kept_by(objects((9, 5, 31, 15), (70, 5, 75, 15)), RIGHT, slack=4),
    ]
    assert [near.tolist() for _, near in parts] == [[True, False], [True, False]]
    found = joined(parts, most=10)
    assert found.boxes.tolist() == [[50, 5, 72, 15], [10, 5, 20, 15], [110, 5, 115, 15]]
    assert len(joined(parts, most=2).scores) == 2


def test_two_objects_of_a_tile_or_of_two_classes_stay_two() -> None:
    close = objects((50, 5, 70, 15), (51, 5, 71, 15))
    found = joined([kept_by(close, LEFT, slack=4)], most=10)
    assert len(found.scores) == 2
    other = objects((10, 5, 30, 15), classes=(1,))
    parts = [kept_by(objects((50, 5, 70, 15)), LEFT, 4), kept_by(other, RIGHT, 4)]
    assert len(joined(parts, most=10).scores) == 2
