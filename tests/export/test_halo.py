"""The measured halo, beside stacks of convolutions whose reach is computed by hand."""

from typing import Any

import pytest
import torch
from torch import nn

from export.graph import Upscaler
from export.halo import measure_halo


def upscaler(*layers: nn.Module, scale: int = 1) -> Upscaler:
    return Upscaler(nn.Sequential(*layers), scale=scale)


def conv(kernel: int, outputs: int = 1, **options: Any) -> nn.Conv2d:
    """A convolution that keeps the size."""
    reach = (kernel - 1) * options.get("dilation", 1) // 2
    return nn.Conv2d(1, outputs, kernel, padding=reach, **options)


def test_convolutions_add_up() -> None:
    assert measure_halo(upscaler(conv(3), nn.ReLU(), conv(3), conv(5))) == 1 + 1 + 2


def test_dilation_counts() -> None:
    assert measure_halo(upscaler(conv(3), conv(3, dilation=4))) == 1 + 4


def test_a_weight_of_zero_hides_nothing() -> None:
    layer = conv(7)
    nn.init.zeros_(layer.weight)
    assert measure_halo(upscaler(layer)) == 3


def test_colours_need_the_reach_of_the_cubic_kernel() -> None:
    assert measure_halo(upscaler(conv(1))) == 2


def test_pixels_of_the_answer_are_counted_in_pixels_of_the_input() -> None:
    # After the shuffle 3 pixels of the answer reach at most one pixel of the input further.
    layers = conv(5, outputs=16), nn.PixelShuffle(4), conv(7)
    assert measure_halo(upscaler(*layers, scale=4)) == 2 + 1


@pytest.mark.parametrize(("kernel", "padding"), [((3, 9), (1, 4)), ((9, 3), (4, 1))])
def test_the_longer_direction_counts(kernel: tuple[int, int], padding: tuple[int, int]) -> None:
    assert measure_halo(upscaler(nn.Conv2d(1, 1, kernel, padding=padding))) == 4


def test_the_strip_grows_until_the_reach_ends() -> None:
    assert measure_halo(upscaler(*(conv(9) for _ in range(40)))) == 40 * 4


def test_transposed_convolutions_reach_one_pixel() -> None:
    # Kernel 3, stride 2: output 2i takes input i, output 2i + 1 takes inputs i and i + 1.
    doubling = [nn.ConvTranspose2d(1, 1, 3, 2, 1, 1) for _ in range(2)]
    assert measure_halo(upscaler(conv(9), *doubling, scale=4)) == 4 + 1


class Brighten(nn.Module):
    """Looks at the whole picture."""

    def forward(self, luma: torch.Tensor) -> torch.Tensor:
        return luma + luma.mean((2, 3), keepdim=True)


def test_no_context_is_enough_for_global_pooling() -> None:
    assert measure_halo(upscaler(Brighten())) is None
