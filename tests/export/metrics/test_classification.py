"""Accuracy by hand and beside torchmetrics."""

import numpy as np
import pytest
import torch
from torchmetrics.functional.classification import multiclass_accuracy

from export.metrics.classification import accuracy, balanced_accuracy

LABELS = np.array([0, 0, 0, 0, 1, 1, 2, 2])
FOUND = np.array([0, 0, 0, 1, 1, 2, 0, 2])


def test_accuracy_by_hand() -> None:
    assert accuracy(FOUND, LABELS) == 5 / 8
    assert accuracy(LABELS, LABELS) == 1


def test_every_class_counts_alike() -> None:
    assert balanced_accuracy(FOUND, LABELS) == pytest.approx((3 / 4 + 1 / 2 + 1 / 2) / 3)
    always_the_most_frequent = np.zeros_like(LABELS)
    assert accuracy(always_the_most_frequent, LABELS) == 1 / 2
    assert balanced_accuracy(always_the_most_frequent, LABELS) == pytest.approx(1 / 3)


def test_a_class_that_no_picture_shows_is_left_out() -> None:
    assert balanced_accuracy(np.array([0, 7]), np.array([0, 0])) == 0.5


def test_as_torchmetrics() -> None:
    generator = np.random.default_rng(0)
    labels, found = generator.integers(0, 5, (2, 200))
    both = torch.from_numpy(found), torch.from_numpy(labels)
    for average, measure in (("micro", accuracy), ("macro", balanced_accuracy)):
        expected = multiclass_accuracy(*both, num_classes=5, average=average)
        assert measure(found, labels) == pytest.approx(float(expected))
