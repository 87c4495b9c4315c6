"""The picture, several times larger."""

from typing import Any

from numpy.typing import NDArray
from onnx import TensorProto

from app.card import LARGEST_SCALE
from export.errors import UnusableGraph
from export.wrapping.answers.answer import Answer, Observed
from export.wrapping.nodes import Nodes
from export.wrapping.pixels import Color, Layout


class Enlargement(Answer):
    """Colours on the scale, and in the order, that the network takes them in."""

    def __init__(self, observed: Observed) -> None:
        super().__init__(observed)
        if observed.fixed:
            height, width = observed.sides
            raise UnusableGraph(
                f"it takes pictures of {height}x{width} only; an enlargement must take every "
                "size: export the network again with free height and width"
            )
        if observed.pixels.color == Color.gray:
            raise UnusableGraph("an enlargement must keep colours, so the network must take three")
        if observed.raw.ndim != 4 or observed.raw.shape[observed.axis] != 3:
            raise observed.unlike("an enlargement is three channels")
        rows = (2, 3) if observed.pixels.layout == Layout.nchw else (1, 2)
        height, width = (observed.raw.shape[axis] for axis in rows)
        self.scale = height // observed.sides[0]
        enlarged = tuple(self.scale * side for side in observed.sides)
        if (height, width) != enlarged or not 1 <= self.scale <= LARGEST_SCALE:
            raise observed.unlike(f"an enlargement is 1 to {LARGEST_SCALE} times as high and wide")
        self.outputs = {"upscaled": (TensorProto.FLOAT, ("N", "sH", "sW", 3))}
        self.added = "clipping"

    def write(self, nodes: Nodes, raw: str, sides: str) -> None:
        """Undo what was done to the picture's levels, and clip."""
        self.observed.pixels.write_back(nodes, raw, "upscaled")

    def expected(self, raw: NDArray[Any], height: int, width: int) -> dict[str, NDArray[Any]]:
        """The same in double precision."""
        return {"upscaled": self.observed.pixels.restored(raw)}
