"""What is put around a network so that its graph takes pictures and gives what a task promises."""

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
import torch.nn.functional as F
from torch import Tensor, nn

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


class Graph(nn.Module):
    """A network with everything before and after it: pictures in, answers out."""

    network: Any
    """What is wrapped, an `nn.Module`."""
    outputs: ClassVar[tuple[str, ...]]
    """Names of what `forward` returns, in its order."""
    axes: Mapping[str, Mapping[int, str]]
    """Free dimensions of the input and of every output: tensor -> axis -> name."""
    scale: int = 1
    """How many times larger the answer is than the picture."""
    sides: tuple[int, int] | None = None
    """Height and width of the input; `None`: any multiples of `multiple`."""
    multiple: int = 1
    """What height and width must be multiples of."""

    def pictures(self, count: int, height: int, width: int, seed: int) -> Tensor:
        """Random pictures `[count, height, width, 3]` in the type that `forward` takes."""
        raise NotImplementedError

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Compute `outputs` of a batch of pictures."""
        raise NotImplementedError


class Recognition(Graph):
    """A network that is asked what uint8 pictures show, with their normalisation before it.

    Args:
        network: takes normalised pictures `[N, 3, H, W]`.
        mean: of red, green and blue in 0..1.
        std: likewise.
        sides: height and width of the pictures; `None`: any multiples of `multiple`.
        multiple: what height and width must be multiples of.
    """

    def __init__(
        self,
        network: nn.Module,
        *,
        mean: tuple[float, ...],
        std: tuple[float, ...],
        sides: tuple[int, int] | None,
        multiple: int = 1,
    ) -> None:
        super().__init__()
        self.network = network
        self.sides = sides
        self.multiple = multiple
        free = {} if sides else {1: "H", 2: "W"}
        self.axes = {name: {0: "N"} | free for name in ("image", *self.outputs)}
        self.mean = nn.Buffer(torch.tensor(mean))
        self.std = nn.Buffer(torch.tensor(std))

    def pictures(self, count: int, height: int, width: int, seed: int) -> Tensor:
        """Noise, uint8 in 0..255."""
        generator = torch.Generator().manual_seed(seed)
        shape = (count, height, width, 3)
        return torch.randint(0, 256, shape, dtype=torch.uint8, generator=generator)

    def normalised(self, image: Tensor) -> Tensor:
        """From uint8 `[N, H, W, 3]` to the network's float32 `[N, 3, H, W]`."""
        unit = image.to(self.mean.dtype) / 255
        return ((unit - self.mean) / self.std).permute(0, 3, 1, 2)


class Classifier(Recognition):
    """Scores, pooled features and class evidence of uint8 pictures.

    The evidence is the class activation map of Zhou et al., CVPR 2016 (arXiv 1512.04150),
    equation 2. It is exact: its mean plus the bias of the class is the logit of the class.

    The network must have `features(x)`, maps `[N, D, h, w]`, and `head`, one linear layer behind
    their global average.
    """

    outputs = ("scores", "features", "evidence")

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Classify a batch.

        Args:
            image: uint8 `[N, H, W, 3]`, RGB.

        Returns:
            float32 scores `[N, C]` that sum to 1, features `[N, D]`, evidence `[N, C, h, w]`.
        """
        maps = self.network.features(self.normalised(image))
        pooled = maps.mean((2, 3))
        evidence = F.conv2d(maps, self.network.head.weight[:, :, None, None])
        return self.network.head(pooled).softmax(1), pooled, evidence


class Segmenter(Recognition):
    """The class of every pixel and how sure the network is of it."""

    outputs = ("classes", "confidence")

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Segment a batch.

        Args:
            image: uint8 `[N, H, W, 3]`, RGB.

        Returns:
            uint8 classes `[N, H, W]` and their float32 probabilities `[N, H, W]`.
        """
        logits = _enlarged(self.network(self.normalised(image)), image)
        confidence, classes = logits.softmax(1).max(1)
        return classes.to(torch.uint8), confidence


class SaliencyMapper(Recognition):
    """Where a person would look, from a network that gives logits of a density."""

    outputs = ("saliency",)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Map a batch.

        Args:
            image: uint8 `[N, H, W, 3]`, RGB.

        Returns:
            float32 `[N, H, W]` in 0..1: how often a place is looked at, as a share of the place
            that is looked at most.
        """
        logits = _enlarged(self.network(self.normalised(image)), image)[:, 0]
        return ((logits - logits.amax((1, 2), keepdim=True)).exp(),)


def _enlarged(maps: Tensor, image: Tensor) -> Tensor:
    """Maps `[N, C, h, w]` at the size of an image `[N, H, W, 3]`, bilinearly."""
    return F.interpolate(maps, size=image.shape[1:3], mode="bilinear", align_corners=False)


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
        self.to_rgb = nn.Buffer(TO_YCBCR.inverse().T.float())

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
