"""What training does to pictures keeps their shape, and the light changes with the generator."""

import numpy as np
import torch

from export.training.pictures import normalise, relit


def test_normalise_subtracts_and_divides_each_colour() -> None:
    picture = np.array([[[[0, 51, 255]]]], np.uint8)
    found = normalise(picture, mean=(0, 0.1, 0.5), std=(1, 0.1, 0.25))
    assert found.shape == (1, 3, 1, 1)
    torch.testing.assert_close(found.flatten(), torch.tensor([0.0, 1.0, 2.0]))


def test_relit_pictures_stay_within_their_levels() -> None:
    picture = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, 2)
    seen = [relit(picture, np.random.default_rng(seed)) for seed in range(20)]
    assert {one.shape for one in seen} == {(16, 16, 3)}
    assert {one.dtype for one in seen} == {np.dtype(np.uint8)}
    for one in seen:  # monotonous: clipped, not wrapped
        assert (np.diff(one[..., 0].ravel().astype(int)) >= 0).all()
    assert len({int(one[8, 0, 0]) for one in seen}) > 10
