"""A light decoder on ResNet-50-thin: one answer for every place of a picture.

Each stage's output goes through a 1x1 convolution; all are brought to the finest one's size and
seen together by two 3x3 convolutions, much as in the semantic FPN of Kirillov et al., CVPR 2019.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures.loading import load_exactly, shape_of
from export.architectures.resnet_thin import CHANNELS, Encoder

PRIOR = (8, 10)
"""Height and width of the grid of a learned prior."""


class Decoder(nn.Module):
    """The encoder's stages to one answer `[N, outputs, h, w]` of the finest stage's size.

    Args:
        outputs: channels of the answer.
        stages: which of the encoder's stages are seen, the finest first.
        width: channels that each stage is brought to.
        inner: channels between the two 3x3 convolutions.
        prior: add a learned map that does not depend on the picture, such as that people look at
            the middle.
        encoder: of a decoder that has one of its own.
    """

    def __init__(
        self,
        outputs: int,
        *,
        stages: Sequence[int] = (0, 1, 2, 3),
        width: int = 48,
        inner: int = 64,
        prior: bool = False,
        encoder: Encoder | None = None,
    ) -> None:
        super().__init__()
        self.seen = tuple(stages)
        if encoder is not None:  # before the decoder: the order of weights in a file follows
            self.encoder = encoder
        self.projections = nn.ModuleDict(
            {str(stage): normalised(CHANNELS[stage], width, 1) for stage in stages}
        )
        self.join = normalised(width * len(stages), inner, 3)
        self.widen = normalised(inner, inner, 3, dilation=2)
        self.head = nn.Conv2d(inner, outputs, 1)
        self.prior = nn.Parameter(torch.zeros(1, outputs, *PRIOR)) if prior else None

    def trunk(self, features: Sequence[Tensor]) -> Tensor:
        """What all stages say together, `[N, inner, h, w]`, >= 0."""
        projected = [F.relu(self.projections[str(stage)](features[stage])) for stage in self.seen]
        size = projected[0].shape[2:]
        together = [projected[0], *(resized(maps, size) for maps in projected[1:])]
        y = F.relu(self.join(torch.cat(together, dim=1)))
        return F.relu(self.widen(y))

    def answer(self, trunk: Tensor) -> Tensor:
        """Logits `[N, outputs, h, w]` of what `trunk` gives."""
        logits: Tensor = self.head(trunk)
        return logits if self.prior is None else logits + resized(self.prior, trunk.shape[2:])


class ResNetDense(Decoder):
    """Normalised pictures `[N, 3, H, W]` to logits `[N, outputs, ceil(H/s), ceil(W/s)]`.

    `s` is the stride of the finest stage that is seen; the arguments are those of `Decoder`.
    """

    multiple = 32
    """Of other heights and widths the coarse maps would not lie exactly over the fine ones."""

    def __init__(self, outputs: int, **options: Any) -> None:
        super().__init__(outputs, encoder=Encoder(), **options)

    def forward(self, x: Tensor) -> Tensor:
        """See the class."""
        return self.answer(self.trunk(self.encoder(x)))


def normalised(inputs: int, outputs: int, kernel: int, dilation: int = 1) -> nn.Sequential:
    """A convolution that keeps the size, and batch normalization."""
    padding = dilation * (kernel // 2)
    convolution = nn.Conv2d(inputs, outputs, kernel, padding=padding, dilation=dilation, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs))


def resized(maps: Tensor, size: Sequence[int]) -> Tensor:
    """Maps `[N, C, h, w]` at another height and width, bilinearly."""
    return F.interpolate(maps, size=tuple(size), mode="bilinear", align_corners=False)


def from_state(state: Mapping[str, Tensor]) -> ResNetDense:
    """Rebuild the network from its weights, in evaluation mode.

    Raises:
        ValueError: they are not the weights of such a network.
    """
    kind = "a ResNet-50-thin with a decoder"
    outputs = shape_of(state, "head.weight", kind)[0]
    inner, joined = shape_of(state, "join.0.weight", kind)[:2]
    projected = {name.split(".")[1] for name in state if name.startswith("projections.")}
    stages = [stage for stage in range(len(CHANNELS)) if str(stage) in projected]
    if not stages:
        raise ValueError(f"these are not the weights of {kind}: it has no projections")
    network = ResNetDense(
        outputs,
        stages=stages,
        width=joined // len(stages),
        inner=inner,
        prior="prior" in state,
    )
    load_exactly(network, state, kind)
    return network.eval()
