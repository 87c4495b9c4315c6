"""Graphs that need more than one picture to answer, or answer with a painted one."""

import torch
from torch import Tensor, nn

from export.graphs.graph import Graph
from export.graphs.recognition import Recognition

_SIDES = {0: "N", 1: "H", 2: "W"}


class FlowMapper(Recognition):
    """Where each pixel of a picture is in the next one."""

    inputs = ("image", "next")
    outputs = ("flow",)
    whole = True

    def __init__(
        self,
        network: nn.Module,
        *,
        mean: tuple[float, ...],
        std: tuple[float, ...],
        sides: tuple[int, int] | None,
        multiple: int,
    ) -> None:
        super().__init__(network, mean=mean, std=std, sides=sides, multiple=multiple)
        self.axes = {**self.axes, "next": self.axes["image"]}

    def examples(self, count: int, height: int, width: int, seed: int) -> tuple[Tensor, ...]:
        """Smooth noise and the same a little further on: of mere noise no flow is stable."""
        wide = self.pictures(count, height // 8 + 2, width // 8 + 2, seed).permute(0, 3, 1, 2)
        size = (height + 2, width + 3)
        smooth = nn.functional.interpolate(wide.float(), size=size, mode="bicubic").clamp(0, 255)
        pixels = smooth.permute(0, 2, 3, 1).to(torch.uint8)
        return pixels[:, 2:, 3:].contiguous(), pixels[:, :-2, :-3].contiguous()

    def forward(self, image: Tensor, next: Tensor) -> tuple[Tensor, ...]:  # type: ignore[override]
        """Map a batch.

        Args:
            image: uint8 `[N, H, W, 3]`, RGB.
            next: the same a moment later.

        Returns:
            float32 `[N, H, W, 2]`: pixels to the right and down.
        """
        flow = self.network(self.normalised(image), self.normalised(next))
        return (flow.permute(0, 2, 3, 1),)


class Painter(Graph):
    """Pictures in the manner of paintings."""

    inputs = ("image", "style")
    outputs = ("stylized",)
    whole = True
    axes = {"image": _SIDES, "style": {0: "N"}, "stylized": _SIDES}

    def __init__(self, network: nn.Module, *, styles: int, multiple: int) -> None:
        super().__init__()
        self.network, self.styles, self.multiple = network, styles, multiple

    def pictures(self, count: int, height: int, width: int, seed: int) -> Tensor:
        """Noise, float32 in 0..1."""
        generator = torch.Generator().manual_seed(seed)
        return torch.rand(count, height, width, 3, generator=generator)

    def examples(self, count: int, height: int, width: int, seed: int) -> tuple[Tensor, ...]:
        """Noise, and styles in turn."""
        styles = torch.eye(self.styles)[(torch.arange(count) + seed) % self.styles]
        return self.pictures(count, height, width, seed), styles

    def forward(self, image: Tensor, style: Tensor) -> tuple[Tensor, ...]:  # type: ignore[override]
        """Paint a batch.

        Args:
            image: float32 `[N, H, W, 3]`, RGB in 0..1.
            style: float32 `[N, S]`, how much of each style.

        Returns:
            float32 `[N, H, W, 3]`, RGB in 0..1.
        """
        painted = self.network(image.permute(0, 3, 1, 2), style)
        return (painted.permute(0, 2, 3, 1).clamp(0, 1),)
