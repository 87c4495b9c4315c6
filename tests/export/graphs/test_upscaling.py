"""What is put around enlarging networks: Pillow's colours, and its bicubic enlargement."""

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from export.graphs.upscaling import Cubic, Upscaler
from tests.conftest import noise


class Nearest(nn.Module):
    """Enlarges luma by repeating pixels."""

    def forward(self, luma: torch.Tensor) -> torch.Tensor:
        return nn.functional.interpolate(luma, scale_factor=4, mode="nearest")


def test_luma_and_chroma_are_pillows() -> None:
    pixels = noise(40, 30)
    graph = Upscaler(Nearest(), scale=4)
    ours = torch.from_numpy(pixels.astype(np.float32) / 255) @ graph.to_ycbcr
    pillow = np.asarray(Image.fromarray(pixels).convert("YCbCr")) / 255
    expected = pillow - [0, 128 / 255, 128 / 255]
    assert np.abs(ours.numpy() - expected).max() < 1.01 / 255  # it rounds down


def test_colours_come_back() -> None:
    graph = Upscaler(Nearest(), scale=4)
    picture = torch.full((1, 3, 5, 3), 0.25)
    picture[..., 1] = 0.75
    (upscaled,) = graph(picture)
    assert upscaled.shape == (1, 12, 20, 3)
    assert torch.allclose(upscaled, picture[:, :1, :1].expand(1, 12, 20, 3), atol=1e-6)


def test_answers_stay_between_black_and_white() -> None:
    graph = Upscaler(Nearest(), scale=4)
    (upscaled,) = graph(graph.pictures(1, 9, 9, seed=0))
    assert upscaled.min() >= 0
    assert upscaled.max() <= 1


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_cubic_is_pillows_away_from_the_edges(scale: int) -> None:
    values = noise(11, 9, channels=1)[..., 0].astype(np.float32)
    enlarged = Cubic(channels=1, scale=scale)(torch.from_numpy(values)[None, None])[0, 0]
    size = (11 * scale, 9 * scale)
    expected = np.asarray(Image.fromarray(values).resize(size, Image.Resampling.BICUBIC))
    inside = slice(2 * scale, -2 * scale)
    assert np.abs(enlarged.numpy() - expected)[inside, inside].max() < 1e-3


def test_cubic_repeats_the_edges() -> None:
    one = torch.full((1, 2, 1, 1), 0.3)
    assert torch.allclose(Cubic(channels=2, scale=4)(one), torch.full((1, 2, 4, 4), 0.3))
