"""Graphs that say which objects a uint8 picture shows, and where."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from export.graphs.recognition import Recognition

MOST = 128
"""Objects of one answer."""

OVERLAP = 0.6
"""Intersection over union above which two boxes are one object."""

ROUNDS = 8
"""Of suppression; each settles one more link of a chain of overlapping boxes."""


class Detector(Recognition):
    """Boxes from a network that gives logits of centres and distances to sides at every place."""

    outputs = ("boxes", "scores", "classes")

    def __init__(self, network: nn.Module, **options: Any) -> None:
        super().__init__(network, **options)
        self.axes = {"image": self.axes["image"], **{name: {0: "N"} for name in self.outputs}}

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Detect in a batch.

        Args:
            image: uint8 `[N, H, W, 3]`, RGB.

        Returns:
            float32 boxes `[N, MOST, 4]`, their left, upper, right and lower sides in pixels;
            float32 scores `[N, MOST]` in 0..1 that fall; int64 classes `[N, MOST]`. Where there
            are fewer objects, the rest has the score 0.
        """
        logits, distances = self.network(self.normalised(image))
        return objects(logits, distances, self.network.stride)


def objects(
    logits: Tensor, distances: Tensor, stride: int, most: int = MOST
) -> tuple[Tensor, Tensor, Tensor]:
    """Decode: peaks of the map of centres, and of boxes that overlap the best.

    A place has its best class, and is a peak if none of its eight neighbours is better. One place
    has one class, and overlapping boxes of different classes are one object, too: a head wears a
    helmet or it does not.

    Args:
        logits: `[N, C, h, w]`.
        distances: `[N, 4, h, w]`, in pixels.
        stride: pixels from one place to the next.
        most: objects in the answer.

    Returns:
        boxes `[N, most, 4]`, scores `[N, most]`, int64 classes `[N, most]`.
    """
    height, width = logits.shape[2:]
    best, classes = logits.sigmoid().max(1)
    peaks = best * (F.max_pool2d(best, 3, 1, padding=1) == best)
    # So that there are enough places even in the smallest picture.
    places = F.pad(peaks.flatten(1), (0, most))
    scores, picked = places.topk(most, 1)
    boxes = F.pad(_boxes(distances, stride, height, width), (0, 0, 0, most))
    boxes = boxes.gather(1, picked[..., None].expand(-1, -1, 4))
    classes = F.pad(classes.flatten(1), (0, most)).gather(1, picked)
    scores = scores * suppressed(boxes, OVERLAP).logical_not()
    scores, order = scores.topk(most, 1)
    boxes = boxes.gather(1, order[..., None].expand(-1, -1, 4))
    return boxes, scores, classes.gather(1, order)


def suppressed(boxes: Tensor, overlap: float) -> Tensor:
    """Non-maximum suppression without a loop over boxes (Zheng et al. 2020, arXiv 2005.03572).

    In each round a box is out if a better one that was not out in the round before overlaps it.
    After as many rounds as the longest chain of overlapping boxes has links, this is what the
    usual greedy suppression finds.

    Args:
        boxes: `[N, K, 4]`, the best first.
        overlap: intersection over union above which a box is the same as a better one.

    Returns:
        bool `[N, K]`.
    """
    corner = torch.maximum(boxes[:, :, None, :2], boxes[:, None, :, :2])
    opposite = torch.minimum(boxes[:, :, None, 2:], boxes[:, None, :, 2:])
    common = (opposite - corner).clamp(min=0).prod(3)
    areas = (boxes[..., 2:] - boxes[..., :2]).clamp(min=0).prod(2)
    union = areas[:, :, None] + areas[:, None, :] - common
    # Rows are the better ones: only what stands before may suppress.
    same = (common > overlap * union).float().triu(1)
    out = torch.zeros_like(areas)
    for _ in range(ROUNDS):
        out = (same * (1 - out)[:, :, None]).amax(1)
    return out > 0


def _boxes(distances: Tensor, stride: int, height: int, width: int) -> Tensor:
    """Boxes `[N, h * w, 4]` in pixels, cut at the picture's edges."""
    x = (torch.arange(width, device=distances.device) + 0.5) * stride
    y = (torch.arange(height, device=distances.device) + 0.5) * stride
    left, upper, right, lower = distances.unbind(1)
    wide, high = width * stride, height * stride
    sides = (
        (x - left).clamp(0, wide),
        (y[:, None] - upper).clamp(0, high),
        (x + right).clamp(0, wide),
        (y[:, None] + lower).clamp(0, high),
    )
    return torch.stack(sides, -1).flatten(1, 2)
