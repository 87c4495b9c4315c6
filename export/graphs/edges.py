"""The graph that says how sure it is that a border of things runs through a pixel."""

from torch import Tensor

from export.graphs.recognition import Recognition


class EdgeMapper(Recognition):
    """Edges, from a network that gives logits `[N, 1, H, W]` at the picture's own size."""

    outputs = ("edges",)

    def forward(self, image: Tensor) -> tuple[Tensor, ...]:
        """Map a batch.

        Args:
            image: uint8 `[N, H, W, 3]`, RGB.

        Returns:
            float32 `[N, H, W]` in 0..1.
        """
        return (self.network(self.normalised(image))[:, 0].sigmoid(),)
