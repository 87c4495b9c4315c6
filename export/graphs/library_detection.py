"""Detectors that a library builds, which decode their own answers: boxes in a picture's pixels."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.detection.image_list import ImageList

from export.graphs.recognition import Recognition


class LibraryDetector(Recognition):
    """Objects from a detector of torchvision, which is asked about one picture at a time.

    Resizing is left to the server, and the rest is the library's own: so it answers what the
    library does to a picture that is as large as it wants it. As there, pictures of any sides are
    padded with zeros after normalisation, and boxes end where the picture does.

    Args:
        network: in evaluation mode, not asked before; its own resizing and normalisation are
            taken out.
        options: as of `Recognition`.
    """

    outputs = ("boxes", "scores", "classes")
    single = True

    def __init__(self, network: Any, **options: Any) -> None:
        super().__init__(network, **options)
        self.axes = {"image": self.axes["image"], **{name: {0: "N"} for name in self.outputs}}
        part = getattr(network, "roi_heads", network)
        self.most = int(part.detections_per_img)
        self.stride = int(network.transform.size_divisible)
        network.transform = _Padded(self.stride)
        # Its pooling keeps the scales of the first picture it sees. They are powers of two only
        # roughly where a picture was padded, so of a tiny one they would be wrong.
        side = 2 * self.stride
        with torch.no_grad():
            network([torch.zeros(3, side, side)])

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Detect in each picture of a batch.

        Args:
            image: uint8 `[N, H, W, 3]`, RGB.

        Returns:
            float32 boxes `[N, K, 4]`, their left, upper, right and lower sides in pixels; float32
            scores `[N, K]` that fall; int64 classes `[N, K]`. Where there are fewer objects, the
            rest has the score 0.
        """
        pictures = self.normalised(image)
        found = [self._objects(pictures[row]) for row in range(len(pictures))]
        return tuple(torch.stack(part) for part in zip(*found, strict=True))

    def _objects(self, picture: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        (found,) = self.network([picture])
        boxes, scores, classes = found["boxes"], found["scores"], found["labels"]
        none = torch.zeros(self.most, dtype=scores.dtype)
        return (
            torch.cat([boxes, none[:, None].expand(-1, 4)])[: self.most],
            torch.cat([scores, none])[: self.most],
            torch.cat([classes, none.to(torch.int64)])[: self.most],
        )


class _Padded(nn.Module):
    """What stands in the place of torchvision's `GeneralizedRCNNTransform`."""

    def __init__(self, stride: int) -> None:
        super().__init__()
        self.stride = stride

    def forward(self, images: list[Tensor], targets: None = None) -> tuple[ImageList, None]:
        (picture,) = images
        height, width = picture.shape[1], picture.shape[2]
        padded = F.pad(picture[None], (0, -width % self.stride, 0, -height % self.stride))
        return ImageList(padded, [(height, width)]), None

    def postprocess(self, result: Any, sizes: Any, original_sizes: Any) -> Any:
        return result
