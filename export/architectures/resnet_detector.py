"""An anchor-free detector on ResNet-50-thin: at every place how likely an object is, and its box.

A place says how far the four sides of its object are away, as in FCOS (Tian et al., ICCV 2019),
and objects are peaks of a map of centres, as in CenterNet (Zhou et al. 2019, arXiv 1904.07850).
The encoder's last stage, which holds two thirds of its weights, is replaced by a small one.
"""

from collections.abc import Mapping, Sequence

import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures.loading import load_exactly, shape_of
from export.architectures.resnet_thin import CHANNELS, Bottleneck, Encoder

DEPTH = 3
"""Stages of the encoder."""

CONTEXT = 256
"""Channels of the small stage behind them, at stride 32."""

FARTHEST = 7.0
"""Largest logarithm of a distance in places, so that no random answer overflows."""


NO_CENTRE, SOME_PLACES = -4.0, 1.5
"""What an untrained network says: the logit of a centre, and the logarithm of distances."""


class ResNetDetector(nn.Module):
    """Normalised pictures `[N, 3, H, W]` to logits of centres and distances to sides.

    Args:
        classes: of objects.
        finest: the encoder's stage whose stride, `2 ** (finest + 2)`, the answers have.
        width: channels of the pyramid (Lin et al., CVPR 2017) that joins the stages.
    """

    multiple = 32
    """Of other heights and widths the coarse maps would not lie exactly over the fine ones."""

    def __init__(self, classes: int, *, finest: int = 0, width: int = 64) -> None:
        super().__init__()
        self.finest = finest
        self.stride = 4 * 2**finest
        self.encoder = Encoder(DEPTH)
        self.context = nn.Sequential(
            Bottleneck(CHANNELS[DEPTH - 1], CONTEXT, 2, first=True),
            Bottleneck(CONTEXT, CONTEXT, 1, first=False),
        )
        inputs = (*CHANNELS[finest:DEPTH], CONTEXT)
        self.projections = nn.ModuleList(_normalised(channels, width, 1) for channels in inputs)
        self.smooth = nn.ModuleList(_normalised(width, width, 3) for _ in inputs)
        self.centres = nn.Sequential(_normalised(width, width, 3), nn.ReLU())
        self.head = nn.Conv2d(width, classes, 1)
        self.distances = nn.Conv2d(width, 4, 3, padding=1)
        nn.init.zeros_(self.distances.weight)
        for layer, value in ((self.head, NO_CENTRE), (self.distances, SOME_PLACES)):
            assert layer.bias is not None
            nn.init.constant_(layer.bias, value)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Ask at every place, see `answers`."""
        return self.answers(self.features(x))

    def features(self, x: Tensor) -> list[Tensor]:
        """Normalised pictures `[N, 3, H, W]` to the encoder's outputs, from stage `finest` on."""
        features: list[Tensor] = self.encoder(x)
        return features[self.finest :]

    def answers(self, features: Sequence[Tensor]) -> tuple[Tensor, Tensor]:
        """From `features` to what every place says.

        Returns:
            logits `[N, classes, h, w]` and, in pixels, distances `[N, 4, h, w]` > 0 from the
            middle of the place to the left, upper, right and lower side of its object.
        """
        maps = [*features, self.context(features[-1])]
        joined: Tensor | None = None
        for project, smooth, level in reversed(
            list(zip(self.projections, self.smooth, maps, strict=True))
        ):
            y = project(level)
            if joined is not None:
                y = y + _resized(joined, y.shape[2:])
            joined = F.relu(smooth(F.relu(y)))
        assert joined is not None
        logits: Tensor = self.head(self.centres(joined))
        distances = self.distances(joined).clamp(max=FARTHEST).exp() * self.stride
        return logits, distances


def _normalised(inputs: int, outputs: int, kernel: int) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(outputs))


def _resized(maps: Tensor, size: Sequence[int]) -> Tensor:
    return F.interpolate(maps, size=tuple(size), mode="bilinear", align_corners=False)


def from_state(state: Mapping[str, Tensor]) -> ResNetDetector:
    """Rebuild the network from its weights, in evaluation mode.

    Raises:
        ValueError: they are not the weights of such a network.
    """
    kind = "a ResNet-50-thin that detects"
    classes, width = shape_of(state, "head.weight", kind)[:2]
    seen = len({name.split(".")[1] for name in state if name.startswith("projections.")})
    network = ResNetDetector(classes, finest=max(0, DEPTH + 1 - seen), width=width)
    load_exactly(network, state, kind)
    return network.eval()
