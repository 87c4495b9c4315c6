"""Graphs that say what uint8 pictures show: classes, classes of pixels, saliency."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.graphs.gap import OWN_HEAD, GapHead
from export.graphs.graph import Graph


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

    Args:
        network: whose logits come from a linear layer behind a global average.
        head: where they are in the network.
        options: as of `Recognition`.
    """

    outputs = ("scores", "features", "evidence")

    def __init__(self, network: nn.Module, *, head: GapHead = OWN_HEAD, **options: Any) -> None:
        super().__init__(network, **options)
        self.head = head

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Classify a batch.

        Args:
            image: uint8 `[N, H, W, 3]`, RGB.

        Returns:
            float32 scores `[N, C]` that sum to 1, features `[N, D]`, evidence `[N, C, h, w]`.
        """
        maps = self.head.maps(self.network, self.normalised(image))
        linear = self.head.linear(self.network)
        pooled = maps.mean((2, 3))
        if isinstance(linear, nn.Linear):
            evidence = F.conv2d(maps, linear.weight[:, :, None, None])
            logits = linear(pooled)
        else:
            evidence = F.conv2d(maps, linear.weight)
            logits = linear(pooled[:, :, None, None]).flatten(1)
        return logits.softmax(1), pooled, evidence

    def logits_of(self, evidence: Tensor) -> Tensor:
        """Logits `[N, C]` from evidence `[N, C, h, w]`: the equation that makes it exact."""
        bias = self.head.linear(self.network).bias
        logits = evidence.mean((2, 3))
        return logits if bias is None else logits + bias


class Scorer(Recognition):
    """Scores of uint8 pictures from a network that says no more than its logits `[N, C]`."""

    outputs = ("scores",)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Classify a batch.

        Args:
            image: uint8 `[N, H, W, 3]`, RGB.

        Returns:
            float32 scores `[N, C]` that sum to 1.
        """
        return (self.network(self.normalised(image)).softmax(1),)


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
        return classes_of(self.network(self.normalised(image)), image)


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
        return saliency_of(self.network(self.normalised(image)), image)


def classes_of(logits: Tensor, image: Tensor) -> tuple[Tensor, ...]:
    """Classes and confidence, as `Segmenter` gives them, of logits `[N, C, h, w]`."""
    logits = enlarged(logits, image)
    strongest, classes = logits.max(1, keepdim=True)
    # Its share of softmax, all of which would be three times as much work and is not wanted.
    confidence = (logits - strongest).exp().sum(1).reciprocal()
    return classes[:, 0].to(torch.uint8), confidence


def saliency_of(logits: Tensor, image: Tensor) -> tuple[Tensor, ...]:
    """The map that `SaliencyMapper` gives, of logits `[N, 1, h, w]`."""
    density = enlarged(logits, image)[:, 0]
    return ((density - density.amax((1, 2), keepdim=True)).exp(),)


def enlarged(maps: Tensor, image: Tensor) -> Tensor:
    """Maps `[N, C, h, w]` at the size of an image `[N, H, W, 3]`, bilinearly."""
    return F.interpolate(maps, size=image.shape[1:3], mode="bilinear", align_corners=False)
