"""UberNet: one ResNet-50-thin whose features answer many questions about a picture at once.

After Kokkinos, CVPR 2017 (arXiv 1609.02132): the encoder is computed once, and each question has a
light head of its own.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.architectures.loading import load_exactly
from export.architectures.resnet_dense import Decoder, normalised, resized
from export.architectures.resnet_thin import CHANNELS, STEM, Encoder

SEGMENTATION, BOUNDARIES = "segmentation", "semantic-boundaries"


class EdgeHead(nn.Module):
    """Borders at the picture's own resolution.

    As in HED (Xie and Tu, ICCV 2015) every scale has a say; here they are seen together at
    stride 2, and beside them a small branch looks at the pixels themselves, since a border is
    wanted to the pixel.

    Args:
        width: channels that each scale is brought to.
        fine: channels at full resolution.
    """

    def __init__(self, width: int = 16, fine: int = 12) -> None:
        super().__init__()
        scales = (STEM, *CHANNELS[:3])  # at strides 2, 4, 8 and 16
        self.projections = nn.ModuleList(normalised(channels, width, 1) for channels in scales)
        self.join = normalised(width * len(scales), width, 3)
        self.pixels = nn.Sequential(normalised(3, fine, 3), nn.ReLU(), normalised(fine, fine, 3))
        self.fuse = normalised(width + fine, fine, 3)
        self.head = nn.Conv2d(fine, 1, 1)

    def forward(self, x: Tensor, scales: Sequence[Tensor]) -> Tensor:
        """Normalised pictures `[N, 3, H, W]` and their scales to logits `[N, 1, H, W]`."""
        size = scales[0].shape[2:]
        pairs = zip(self.projections, scales, strict=False)
        projected = [resized(F.relu(project(maps)), size) for project, maps in pairs]
        coarse = F.relu(self.join(torch.cat(projected, 1)))
        fine = F.relu(self.pixels(x))
        together = torch.cat((resized(coarse, x.shape[2:]), fine), 1)
        logits: Tensor = self.head(F.relu(self.fuse(together)))
        return logits


class BoundaryHead(nn.Module):
    """Borders of each class: what the segmentation knows, drawn where fine scales see a border.

    As in CASENet (Yu et al., CVPR 2017) a pixel may be a border of several classes, and the fine
    scales say where but not of what.

    Args:
        outputs: classes.
        trunk: channels of what the segmentation's trunk gives.
        width: channels that each side is brought to.
        inner: channels after the joining convolution.
    """

    def __init__(self, outputs: int, trunk: int = 64, width: int = 16, inner: int = 48) -> None:
        super().__init__()
        scales = (STEM, *CHANNELS[:2])  # at strides 2, 4 and 8
        self.projections = nn.ModuleList(normalised(channels, width, 1) for channels in scales)
        self.meaning = normalised(trunk, 2 * width, 1)
        self.join = normalised(width * (len(scales) + 2), inner, 3)
        self.head = nn.Conv2d(inner, outputs, 1)

    def forward(self, trunk: Tensor, scales: Sequence[Tensor]) -> Tensor:
        """The trunk `[N, trunk, h, w]` and the scales to logits `[N, outputs, H/2, W/2]`."""
        size = scales[0].shape[2:]
        pairs = zip(self.projections, scales, strict=False)
        projected = [resized(F.relu(project(maps)), size) for project, maps in pairs]
        meaning = resized(F.relu(self.meaning(trunk)), size)
        logits: Tensor = self.head(F.relu(self.join(torch.cat((meaning, *projected), 1))))
        return logits


HEADS: Mapping[str, Callable[[int], nn.Module]] = {
    "edges": lambda _: EdgeHead(),
    "normals": lambda outputs: Decoder(outputs, width=32, inner=48),
    "parts": lambda outputs: Decoder(outputs),
    SEGMENTATION: lambda outputs: Decoder(outputs),
    BOUNDARIES: lambda outputs: BoundaryHead(outputs),
    "saliency": lambda outputs: Decoder(outputs, stages=(1, 2, 3), width=64, prior=True),
}
"""By task, in the order in which they answer: makes the head with as many outputs."""


class UberNet(nn.Module):
    """An encoder and a head for each of some tasks.

    Args:
        outputs: channels of each head's answer by its task, a key of `HEADS`. Semantic boundaries
            need a segmentation.
    """

    multiple = 32
    """Of other heights and widths the coarse maps would not lie exactly over the fine ones."""

    def __init__(self, outputs: Mapping[str, int]) -> None:
        super().__init__()
        self.encoder = Encoder()
        self.heads = nn.ModuleDict(
            {task: make(outputs[task]) for task, make in HEADS.items() if task in outputs}
        )

    @property
    def tasks(self) -> tuple[str, ...]:
        """What it answers, in the order of `HEADS`."""
        return tuple(self.heads)

    def forward(self, x: Tensor, tasks: Collection[str] | None = None) -> dict[str, Tensor]:
        """Normalised pictures `[N, 3, H, W]` to logits `[N, outputs, h, w]` by task.

        Args:
            x: sides are multiples of `multiple`.
            tasks: which to answer; `None`: all.
        """
        stem = self.encoder.stem(x)
        features = self.encoder.from_stem(stem)
        wanted = [task for task in self.tasks if tasks is None or task in tasks]
        heads: Any = self.heads
        answers: dict[str, Tensor] = {}
        trunk: Tensor | None = None
        if SEGMENTATION in wanted or BOUNDARIES in wanted:
            trunk = heads[SEGMENTATION].trunk(features)
        for task in wanted:
            head = heads[task]
            if isinstance(head, EdgeHead):
                answers[task] = head(x, (stem, *features))
            elif isinstance(head, BoundaryHead):
                answers[task] = head(trunk, (stem, *features))
            elif task == SEGMENTATION:
                answers[task] = head.answer(trunk)
            else:
                answers[task] = head.answer(head.trunk(features))
        return answers

    def train(self, mode: bool = True) -> "UberNet":
        """Keep a head that is not trained in evaluation mode, with the statistics it has."""
        super().train(mode)
        for head in self.heads.values():
            if not any(parameter.requires_grad for parameter in head.parameters()):
                head.eval()
        return self


def from_state(state: Mapping[str, Tensor]) -> UberNet:
    """Rebuild the network, with the heads whose weights there are, in evaluation mode.

    Raises:
        ValueError: they are not the weights of such a network.
    """
    kind = "an UberNet"
    ends = {task: f"heads.{task}.head.weight" for task in HEADS}
    outputs = {task: len(state[name]) for task, name in ends.items() if name in state}
    if not outputs:
        raise ValueError(f"these are not the weights of {kind}: it has no heads")
    if BOUNDARIES in outputs and SEGMENTATION not in outputs:
        raise ValueError(f"these are not the weights of {kind}: {BOUNDARIES} need a segmentation")
    network = UberNet(outputs)
    load_exactly(network, state, kind)
    return network.eval()
