"""How far a painted picture is from its photo and from its painting, by what VGG-16 sees.

After Gatys et al. (CVPR 2016) and, for the layers, Johnson et al. (ECCV 2016). Both distances are
relative, so that 0 is equal and 1 is as far as nothing at all, whatever the layer and the painting.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

BLOCKS = 4
"""Features of this many blocks of VGG-16 are compared: `relu1_2` to `relu4_3`."""

CONTENT = 2
"""The block whose features tell the content: `relu3_3`."""


def gram(features: Tensor) -> Tensor:
    """Products of every two channels, averaged over all places: `[N, C, H, W]` to `[N, C, C]`."""
    flat = features.float().flatten(2)
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def style_distance(found: Sequence[Tensor], wanted: Sequence[Tensor]) -> Tensor:
    """`|G - S|^2 / |S|^2` of each layer's Gram matrices, averaged over layers: `[N]`.

    Args:
        found: Gram matrices `[N, C, C]` of the painted pictures, a layer each.
        wanted: those of the paintings, `[N, C, C]` or `[1, C, C]`.
    """
    each = [
        (have - want).square().sum((1, 2)) / want.square().sum((1, 2))
        for have, want in zip(found, wanted, strict=True)
    ]
    return torch.stack(each).mean(0)


def content_distance(found: Tensor, photo: Tensor) -> Tensor:
    """`|F - P|^2 / |P|^2` of features `[N, C, H, W]`: `[N]`."""
    apart = (found.float() - photo.float()).square().sum((1, 2, 3))
    return apart / photo.float().square().sum((1, 2, 3))
