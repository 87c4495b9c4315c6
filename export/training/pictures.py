"""What training does to pictures, whatever they show."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from export.datasets.archive import Pixels

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)
"""Of red, green and blue in 0..1 over ImageNet, customary for other photographs, too."""


def normalise(
    pictures: Pixels,
    mean: Sequence[float] = IMAGENET_MEAN,
    std: Sequence[float] = IMAGENET_STD,
) -> Tensor:
    """From uint8 `[N, H, W, 3]` to the network's float `[N, 3, H, W]`."""
    unit = pictures.astype(np.float32) / 255
    normalised = (unit - np.array(mean, np.float32)) / np.array(std, np.float32)
    # The strides of NHWC pictures seen as NCHW are torch's channels_last, the faster layout.
    return torch.from_numpy(normalised).permute(0, 3, 1, 2)


def relit(pixels: Pixels, generator: np.random.Generator) -> Pixels:
    """The picture under other light: contrast by 0.75 to 1.3, brightness by up to 25 levels."""
    contrast, brightness = generator.uniform(0.75, 1.3), generator.uniform(-25, 25)
    lit = (pixels.astype(np.float32) - 128) * contrast + 128 + brightness
    return np.asarray(np.clip(lit, 0, 255), np.uint8)
