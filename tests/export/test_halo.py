"""The measured halo, beside stacks of convolutions whose reach is computed by hand."""

from typing import Any

import pytest
import torch
from torch import nn

from export.graphs.recognition import SaliencyMapper, Segmenter
from export.graphs.upscaling import Upscaler
from export.halo import measure_halo
from tests.export import networks


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


def segmenter(*layers: nn.Module, multiple: int) -> Segmenter:
    network = nn.Sequential(nn.Conv2d(3, 1, 1), *layers)
    return Segmenter(
        network, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), sides=None, multiple=multiple
    )


@pytest.mark.parametrize("stride", [2, 3, 4])
def test_in_a_strided_network_the_farthest_place_in_the_grid_counts(stride: int) -> None:
    # The pixel is in cell c, the convolution takes it to cells c - 1 to c + 1. From the first
    # pixel of the cell it is 2 * stride - 1 to the last of cell c + 1.
    pooled = nn.MaxPool2d(stride), conv(3), nn.Upsample(scale_factor=stride, mode="nearest")
    assert measure_halo(segmenter(*pooled, multiple=stride)) == 2 * stride - 1


def test_two_strides_multiply() -> None:
    # Pixel 4c + 1 is in cell 2c of the first pooling and reaches 2c - 1, which is in cell c - 1 of
    # the second and reaches c - 2. The first pixel of that, 4c - 8, is 9 away; none is farther.
    layers = nn.MaxPool2d(2), conv(3), nn.MaxPool2d(2), conv(3), nn.Upsample(scale_factor=4)
    assert measure_halo(segmenter(*layers, multiple=4)) == 9


def test_a_coarse_answer_is_reached_as_far_as_it_is_enlarged() -> None:
    # Bilinearly cell c is seen from pixels 2c - 1 to 2c + 2, cells c - 1 to c + 1 from 2c - 3 to
    # 2c + 4; pixel 2c is 4 away from the last, pixel 2c + 1 from the first.
    assert measure_halo(segmenter(nn.MaxPool2d(2), conv(3), multiple=2)) == 4


def test_skips_and_transposed_convolutions_of_an_fc_densenet() -> None:
    # Pixel 2c reaches 2 pixels by the first convolution and a layer, so cells c - 1 to c + 1, as
    # does pixel 2c + 1; the middle's layer adds a cell on each side. Cell i is seen from
    # 2i - 1 to 2i + 1 (see above), so 2c - 5 to 2c + 5, and the last layer adds one: from 2c + 1
    # to 2c - 6 it is 7.
    network = networks.fc_densenet()
    graph = Segmenter(
        network, mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), sides=None, multiple=network.multiple
    )
    assert measure_halo(graph) == 7
    assert not any(parameter.dtype == torch.float64 for parameter in network.parameters())


def test_classes_have_no_halo_of_their_own_but_their_confidence_has() -> None:
    assert measure_halo(segmenter(conv(5), conv(3), multiple=1)) == 2 + 1


def test_no_context_is_enough_for_a_share_of_the_highest_place() -> None:
    graph = SaliencyMapper(
        nn.Conv2d(3, 1, 1), mean=(0.0, 0.0, 0.0), std=(1.0, 1.0, 1.0), sides=None
    )
    assert measure_halo(graph) is None
