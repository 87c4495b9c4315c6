"""Flow: the loss by hand, and light that changes both pictures nearly alike."""

import numpy as np
import pytest
import torch

from export.datasets.pairs import Pair
from export.training import flow
from export.training.flow import loss_of


def test_loss_is_the_error_of_every_scale_in_pixels_of_the_pictures() -> None:
    wanted = torch.tensor([6.0, 8.0]).view(1, 2, 1, 1).expand(1, 2, 32, 32)
    right = [wanted[..., :side, :side] / (32 / side) for side in (2, 4, 8, 16, 32)]
    assert loss_of(right, wanted).item() == pytest.approx(1e-2 * sum(flow.SHARES), rel=1e-3)
    nothing = [torch.zeros_like(each) for each in right]
    assert loss_of(nothing, wanted).item() == pytest.approx(10 * sum(flow.SHARES), rel=1e-3)


def test_light_changes_both_pictures_nearly_alike() -> None:
    slope = np.add.outer(np.linspace(50, 120, 24), np.linspace(0, 80, 32))
    pixels = np.repeat(slope[..., None], 3, axis=2).astype(np.uint8)
    still = Pair(pixels, pixels, np.zeros((24, 32, 2), np.float32), np.ones((24, 32), bool), "easy")
    for seed in range(8):
        first, second = flow._lit(still, np.random.default_rng(seed))
        assert first.shape == second.shape == pixels.shape
        assert first.dtype == second.dtype == np.uint8
        assert abs(first.astype(float).mean() - second.mean()) < 30
        assert np.corrcoef(first.ravel(), second.ravel())[0, 1] > 0.9
