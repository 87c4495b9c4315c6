"""Deconvolution: what torch's transposed convolutions make, by another way."""

import pytest
import torch

from export.architectures.deconvolution import GROUP, Deconvolution


@pytest.mark.parametrize("kernel", [2, 3])
@pytest.mark.parametrize("channels", [GROUP, 2 * GROUP + 8])
@pytest.mark.parametrize("size", [(1, 1), (5, 8)])
def test_it_is_the_layers_one_after_the_other(
    kernel: int, channels: int, size: tuple[int, int]
) -> None:
    torch.manual_seed(0)
    layers = Deconvolution(channels, kernel)
    x = torch.randn(2, channels, *size)
    with torch.inference_mode():
        expected, found = layers.train()(x), layers.eval()(x)
    assert found.shape == (2, 1, 4 * size[0], 4 * size[1])
    torch.testing.assert_close(found, expected)
