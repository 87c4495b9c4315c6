"""Graphs that enlarge pictures."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.graphs.graph import Graph

KEYS_A = -0.5
"""The free parameter of the cubic kernel; Pillow and MATLAB use it, torch uses -0.75."""

# Rows: Y, Cb, Cr of R, G, B (JFIF 1.02, the full range of ITU-R BT.601), chroma around 0.
TO_YCBCR = torch.tensor(
    [
        [0.299, 0.587, 0.114],
        [-0.299 / 1.772, -0.587 / 1.772, 0.886 / 1.772],
        [0.701 / 1.402, -0.587 / 1.402, -0.114 / 1.402],
    ],
    dtype=torch.float64,
)

# Its inverse, as JFIF has it: by a library it would differ in the last bit between processors.
TO_RGB = torch.tensor(
    [
        [1.0, 0.0, 1.402],
        [1.0, -0.114 * 1.772 / 0.587, -0.299 * 1.402 / 0.587],
        [1.0, 1.772, 0.0],
    ],
    dtype=torch.float64,
)


class Upscaler(Graph):
    """A network for luma, with colour that follows bicubically: the eye sees detail in luma."""

    outputs = ("upscaled",)
    axes = {
        "image": {0: "N", 1: "H", 2: "W"},
        "upscaled": {0: "N", 1: "sH", 2: "sW"},
    }

    def __init__(self, network: nn.Module, *, scale: int) -> None:
        super().__init__()
        self.network = network
        self.scale = scale
        self.chroma = Cubic(channels=2, scale=scale)
        self.to_ycbcr = nn.Buffer(TO_YCBCR.T.float())
        self.to_rgb = nn.Buffer(TO_RGB.T.float())

    def pictures(self, count: int, height: int, width: int, seed: int) -> Tensor:
        """Noise, float32 in 0..1."""
        generator = torch.Generator().manual_seed(seed)
        return torch.rand(count, height, width, 3, generator=generator)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Enlarge a batch.

        Args:
            image: float32 `[N, H, W, 3]`, RGB in 0..1.

        Returns:
            float32 `[N, scale * H, scale * W, 3]`, RGB in 0..1.
        """
        ycbcr = (image @ self.to_ycbcr).permute(0, 3, 1, 2)
        luma, chroma = self.network(ycbcr[:, :1]), self.chroma(ycbcr[:, 1:])
        rgb = torch.cat((luma, chroma), 1).permute(0, 2, 3, 1) @ self.to_rgb
        return (rgb.clamp(0, 1),)


class Cubic(nn.Module):
    """Bicubic enlargement by a whole number: Keys' kernel (IEEE TASSP 1981) with a = -0.5.

    Pixel centres lie at half pixels and edges are repeated. At a whole scale every output pixel
    is one of scale² fixed 5x5 sums, so a convolution and a pixel shuffle do it, which torch and
    every ONNX runtime compute alike; of resize operators one can not say that.
    """

    def __init__(self, channels: int, scale: int) -> None:
        super().__init__()
        self.channels, self.scale = channels, scale
        offsets = (torch.arange(scale, dtype=torch.float64) + 0.5) / scale - 0.5
        taps = keys(torch.arange(-2, 3) - offsets[:, None])
        kernel = torch.einsum("iy,jx->ijyx", taps, taps).reshape(scale**2, 1, 5, 5)
        self.kernel = nn.Buffer(kernel.repeat(channels, 1, 1, 1).float())

    def forward(self, x: Tensor) -> Tensor:
        """Enlarge `[N, channels, H, W]` to `[N, channels, scale * H, scale * W]`."""
        padded = F.pad(x, (2, 2, 2, 2), mode="replicate")
        return F.pixel_shuffle(F.conv2d(padded, self.kernel, groups=self.channels), self.scale)


def keys(distance: Tensor, a: float = KEYS_A) -> Tensor:
    """Weight of a sample at a distance, in pixels of the input (Keys 1981, equation 15)."""
    t = distance.abs()
    near = (a + 2) * t**3 - (a + 3) * t**2 + 1
    far = a * t**3 - 5 * a * t**2 + 8 * a * t - 4 * a
    return torch.where(t <= 1, near, torch.where(t < 2, far, torch.zeros_like(t)))
