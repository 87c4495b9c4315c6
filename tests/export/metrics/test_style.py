"""Gram matrices and the two distances on cases that were computed by hand."""

import pytest
import torch

from export.metrics.style import content_distance, gram, style_distance


def test_a_gram_matrix_by_hand() -> None:
    # Two channels at two places: (1, 2) and (3, 0).
    features = torch.tensor([[[[1.0, 2.0]], [[3.0, 0.0]]]])
    assert gram(features).tolist() == [[[2.5, 1.5], [1.5, 4.5]]]


def test_the_style_distance_is_relative_and_a_mean_over_layers() -> None:
    wanted = [torch.tensor([[[3.0, 0.0], [0.0, 4.0]]]), torch.tensor([[[2.0]]])]
    found = [torch.tensor([[[3.0, 1.0], [1.0, 4.0]]]), torch.tensor([[[4.0]]])]
    # 2 of 25, and 4 of 4.
    assert style_distance(found, wanted).tolist() == [pytest.approx((2 / 25 + 1) / 2)]
    assert style_distance(wanted, wanted).item() == 0


def test_the_content_distance_is_relative() -> None:
    photo = torch.tensor([[[[3.0, 4.0]]], [[[1.0, 0.0]]]])
    found = torch.tensor([[[[3.0, 3.0]]], [[[0.0, 0.0]]]])
    assert content_distance(found, photo).tolist() == [pytest.approx(1 / 25), 1]
