"""SAFMN, a published network for 4x super-resolution (Sun et al., ICCV 2023), as a teacher.

The variant is that of its authors' entry to the NTIRE 2023 challenge on efficient
super-resolution; it reaches 32.17 dB on Set5. No model is exported from it: what it answers is
an easier lesson for a student than the photo itself, whose finest detail nobody can foresee.
"""

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from export.architectures.loading import load_exactly
from export.datasets.archive import Pixels
from export.weights import read_weights

FILE = Path("weights") / "safmn_x4.pth"
CREDIT = (
    "It also learned from the answers of SAFMN, whose weights are Copyright 2023 NTIRE 2023 "
    "Challenge on Efficient SR Organizers, MIT (github.com/sunny2109/SAFMN)."
)
SCALE = 4
CHANNELS, LEVELS, BLOCKS = 36, 4, 8


class Modulation(nn.Module):
    """Multiply features by what is around them, seen at four sizes (section 3.1)."""

    def __init__(self) -> None:
        super().__init__()
        part = CHANNELS // LEVELS
        self.mfr = nn.ModuleList(
            nn.Conv2d(part, part, 3, padding=1, groups=part, bias=False) for _ in range(LEVELS)
        )
        self.aggr = nn.Conv2d(CHANNELS, CHANNELS, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """`[N, CHANNELS, h, w]` to the same shape."""
        height, width = x.shape[-2:]
        seen = []
        for level, (part, convolution) in enumerate(
            zip(x.chunk(LEVELS, dim=1), self.mfr, strict=True)
        ):
            if level == 0:
                seen.append(convolution(part))
                continue
            reduction = 2 ** (level + 1)
            size = max(1, height // reduction), max(1, width // reduction)
            reduced = convolution(F.adaptive_max_pool2d(part, size))
            seen.append(F.interpolate(reduced, size=(height, width), mode="nearest"))
        modulated: Tensor = F.gelu(self.aggr(torch.cat(seen, dim=1))) * x
        return modulated


class Mixer(nn.Module):
    """A 3x3 convolution to twice the channels and a 1x1 convolution back (section 3.2)."""

    def __init__(self) -> None:
        super().__init__()
        self.ccm = nn.Sequential(
            nn.Conv2d(CHANNELS, 2 * CHANNELS, 3, padding=1, bias=False),
            nn.GELU(),
            nn.Conv2d(2 * CHANNELS, CHANNELS, 1, bias=False),
        )

    def forward(self, x: Tensor) -> Tensor:
        """`[N, CHANNELS, h, w]` to the same shape."""
        mixed: Tensor = self.ccm(x)
        return mixed


class Block(nn.Module):
    """Modulation and mixing, each added to what came in."""

    def __init__(self) -> None:
        super().__init__()
        self.safm = Modulation()
        self.ccm = Mixer()

    def forward(self, x: Tensor) -> Tensor:
        """`[N, CHANNELS, h, w]` to the same shape."""
        x = x + self.safm(x)
        mixed: Tensor = x + self.ccm(x)
        return mixed


class ResponseNorm(nn.Module):
    """Global response normalization (Woo et al., CVPR 2023, section 3.2)."""

    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.zeros(1, CHANNELS, 1, 1))
        self.beta = nn.Parameter(torch.zeros(1, CHANNELS, 1, 1))

    def forward(self, x: Tensor) -> Tensor:
        """`[N, CHANNELS, h, w]` to the same shape."""
        strength = torch.linalg.vector_norm(x, dim=(2, 3), keepdim=True)
        relative = strength / (strength.mean(dim=1, keepdim=True) + 1e-6)
        normalised: Tensor = x + self.gamma * (x * relative) + self.beta
        return normalised


class Safmn(nn.Module):
    """RGB `[N, 3, H, W]` in 0..1 to RGB `[N, 3, 4 H, 4 W]`, not clipped."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = ResponseNorm()
        self.to_feat = nn.Conv2d(3, CHANNELS, 3, padding=1)
        self.feats = nn.Sequential(*(Block() for _ in range(BLOCKS)))
        self.to_img = nn.Sequential(
            nn.Conv2d(CHANNELS, 3 * SCALE**2, 3, padding=1), nn.PixelShuffle(SCALE)
        )

    def forward(self, rgb: Tensor) -> Tensor:
        """See the class."""
        enlarged = F.interpolate(rgb, scale_factor=SCALE, mode="bilinear")
        detail: Tensor = self.to_img(self.feats(self.norm(self.to_feat(rgb))))
        return enlarged + detail


def teacher(data: Path) -> Safmn:
    """The network with its published weights, in evaluation mode.

    Args:
        data: folder of the training archives and of `weights/safmn_x4.pth`.

    Raises:
        UnusableWeights: the file is missing or damaged.
        ValueError: it holds the weights of another network.
    """
    network = Safmn()
    load_exactly(network, read_weights(data / FILE), "SAFMN x4")
    return network.eval().to(memory_format=torch.channels_last)


def enlarged_luma(network: Safmn, small: Pixels) -> NDArray[np.float16]:
    """Enlarge a picture in its eight orientations; the mean of the answers is better than any.

    Args:
        network: as from `teacher`.
        small: uint8 `[h, w, 3]`, RGB.

    Returns:
        Full-range luma in 0..1, `[4 h, 4 w]`.
    """
    rgb = torch.from_numpy(small.astype(np.float32) / 255).permute(2, 0, 1)[None]
    total = torch.zeros(small.shape[0] * SCALE, small.shape[1] * SCALE)
    weights = torch.tensor((0.299, 0.587, 0.114)).reshape(1, 3, 1, 1)
    with torch.inference_mode():
        for turns in range(4):
            turned = torch.rot90(rgb, turns, (2, 3))
            for mirrored in (False, True):
                seen = turned.flip(3) if mirrored else turned
                luma = (network(seen).clamp(0, 1) * weights).sum(dim=1)
                luma = luma.flip(2) if mirrored else luma
                total += torch.rot90(luma, -turns, (1, 2))[0]
    return (total / 8).numpy().astype(np.float16)
