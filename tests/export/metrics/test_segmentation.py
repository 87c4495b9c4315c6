"""Intersection over union by hand, with void, and beside torchmetrics."""

import numpy as np
import pytest
import torch
from torchmetrics.functional.classification import multiclass_jaccard_index

from export.metrics.segmentation import confusion, iou, pixel_accuracy

VOID = 255


def mask(*rows: list[int]) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.array(rows, np.uint8)


def test_by_hand_with_void() -> None:
    annotated = mask([0, 0, 1], [1, 2, VOID])
    found = mask([0, 1, 1], [1, 0, 2])
    matrix = confusion(annotated, found, 3)
    assert matrix.tolist() == [[1, 1, 0, 0], [0, 2, 0, 0], [1, 0, 0, 0]]
    # Class 0: 1 in common, 3 in all; class 1: 2 of 3; class 2: 0 of 1, what was found on void
    # does not count.
    assert iou(matrix) == pytest.approx([1 / 3, 2 / 3, 0])
    assert pixel_accuracy(matrix) == 3 / 5


def test_void_counts_for_nobody() -> None:
    annotated = mask([0, VOID, 11])
    for found in (mask([0, 0, 0]), mask([0, 1, VOID])):
        matrix = confusion(annotated, found, 2)
        assert matrix.sum() == 1
        assert iou(matrix)[0] == 1


def test_an_answer_that_is_no_class_is_wrong() -> None:
    matrix = confusion(mask([0, 0, 1, 1]), mask([0, VOID, 1, 2]), 2)
    assert matrix.tolist() == [[1, 0, 1], [0, 1, 1]]
    assert iou(matrix) == pytest.approx([0.5, 0.5])
    assert pixel_accuracy(matrix) == 0.5


def test_a_class_without_a_union_has_no_iou() -> None:
    each = iou(confusion(mask([0, 0]), mask([0, 0]), 2))
    assert each[0] == 1
    assert np.isnan(each[1])


def test_pictures_are_added_before_dividing() -> None:
    # One picture of 1 in 1 right and one of 0 in 3: 1/4, not the mean of 1 and 0.
    first = confusion(mask([0]), mask([0]), 2)
    second = confusion(mask([0, 0, 0]), mask([1, 1, 1]), 2)
    assert iou(first + second)[0] == 1 / 4


def test_as_torchmetrics() -> None:
    generator = np.random.default_rng(0)
    annotated, found = generator.integers(0, 4, (2, 30, 40), np.uint8)
    annotated[generator.random((30, 40)) < 0.2] = VOID
    expected = multiclass_jaccard_index(
        torch.from_numpy(found.astype(np.int64)),
        torch.from_numpy(annotated.astype(np.int64)),
        num_classes=4,
        ignore_index=VOID,
        average="none",
    )
    assert iou(confusion(annotated, found, 4)) == pytest.approx(expected.numpy())
