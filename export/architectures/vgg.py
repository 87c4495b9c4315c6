"""The convolutions of VGG-16 (Simonyan and Zisserman, ICLR 2015), for what they see in pictures."""

from collections.abc import Sequence
from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn

BLOCKS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
"""Channels of the 3x3 convolutions between two poolings."""

MEAN = (122.67892, 116.66877, 104.00699)
"""Of red, green and blue in 0..255, as Caffe's weights expect."""


class Vgg16(nn.Module):
    """Pictures `[N, 3, H, W]`, RGB in 0..1, to the last features of each block.

    Args:
        blocks: how many of the five there are.
    """

    def __init__(self, blocks: int = 5) -> None:
        super().__init__()
        self.mean = nn.Buffer(torch.tensor(MEAN)[:, None, None], persistent=False)
        self.blocks = nn.ModuleList()
        seen = 3
        for channels in BLOCKS[:blocks]:
            sides = pairwise((seen, *channels))
            self.blocks.append(nn.ModuleList(nn.Conv2d(i, o, 3, padding=1) for i, o in sides))
            seen = channels[-1]

    def forward(self, x: Tensor, blocks: int | None = None) -> Sequence[Tensor]:
        """`relu1_2`, `relu2_2`, `relu3_3`, `relu4_3` and `relu5_3`, or the first few of them."""
        found: list[Tensor] = []
        x = x * 255 - self.mean
        for block in self.blocks[:blocks]:
            if found:
                x = F.max_pool2d(x, 2)
            for convolution in block.children():
                x = F.relu(convolution(x))
            found.append(x)
        return found
