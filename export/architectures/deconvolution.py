"""Enlargement four times by two transposed convolutions, computed as if they were none."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

GROUP = 32
"""Channels of the large picture that are in memory at once."""

HEIGHT, WIDTH = 2, 3
"""Dimensions of a kernel."""


class Deconvolution(nn.Sequential):
    """Transposed convolution of stride 2, ReLU, another of both, and a 3x3 convolution to luma.

    A transposed convolution is a convolution to four times as many channels and a pixel shuffle
    (Shi et al. 2016, arXiv 1609.07009). The runtime computes the former by a matrix that has nine
    values for each of the picture made, the latter without one. The last convolution is a sum over
    channels, so of the second picture, which is by far the largest tensor of a network, only a few
    channels are made at a time. The weights are those of the layers named first.
    """

    def __init__(self, channels: int, kernel: int) -> None:
        super().__init__(
            _doubling(channels, kernel),
            nn.ReLU(),
            _doubling(channels, kernel),
            nn.ReLU(),
            nn.Conv2d(channels, 1, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """`[N, channels, h, w]` to `[N, 1, 4h, 4w]`."""
        first, _, second, _, last = self
        assert isinstance(last, nn.Conv2d)
        if self.training:  # kernels would be put together anew at each step
            for layer in self:
                x = layer(x)
            return x
        x = _doubled(first, x, slice(None))
        parts = [
            F.conv2d(_doubled(second, x, some), last.weight[:, some], padding=1)
            for some in (slice(i, i + GROUP) for i in range(0, last.in_channels, GROUP))
        ]
        assert last.bias is not None
        return torch.stack(parts).sum(0) + last.bias[:, None, None]


def _doubling(channels: int, kernel: int) -> nn.ConvTranspose2d:
    """A transposed convolution that doubles height and width exactly."""
    padding = (kernel - 1) // 2
    missing = 2 * padding + 2 - kernel
    return nn.ConvTranspose2d(channels, channels, kernel, 2, padding, output_padding=missing)


def _doubled(layer: nn.Module, x: Tensor, channels: slice) -> Tensor:
    """Some of the channels of the layer's output, after a ReLU."""
    assert isinstance(layer, nn.ConvTranspose2d)
    assert layer.bias is not None
    kernel = layer.weight[:, channels].transpose(0, 1)
    # Where the pixels of one column are, and of one row.
    columns = [_phase(kernel, odd, WIDTH) for odd in (False, True)]
    phases = [_phase(column, odd, HEIGHT) for odd in (False, True) for column in columns]
    beyond = phases[0].shape[-1] - 1
    found = F.conv2d(
        F.pad(x, (0, beyond, 0, beyond)),
        torch.stack(phases, 1).flatten(0, 1),
        layer.bias[channels].repeat_interleave(len(phases)),
    )
    return F.pixel_shuffle(F.relu(found), 2)


def _phase(kernel: Tensor, odd: bool, dim: int) -> Tensor:
    """The part of a kernel from which every second pixel of the output is made.

    Of 2 weights an even pixel has the first and an odd one the second. Of 3, padded by one, an even
    pixel has the middle one, and an odd one the last, of this pixel, and the first, of the next.
    """
    if kernel.shape[dim] == 2:
        return kernel.narrow(dim, int(odd), 1)
    first, middle, last = (kernel.narrow(dim, index, 1) for index in range(3))
    if odd:
        return torch.cat((last, first), dim)
    return F.pad(middle, (0, 1) if dim == WIDTH else (0, 0, 0, 1))
