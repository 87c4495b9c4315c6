"""How much every pixel stands out."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from export.wrapping.activation import SIGMOIDS, Activation, are_shares, chosen, ending
from export.wrapping.answers.answer import Answer, Observed
from export.wrapping.nodes import Nodes


class SaliencyMap(Answer):
    """One map in 0..1, at the network's own resolution: the server enlarges it.

    `softmax` takes the map for logits of a density, of which every pixel gets its share of the
    largest; `sigmoid` for logits of pixels that stand out or not.
    """

    def __init__(self, observed: Observed) -> None:
        super().__init__(observed)
        raw = observed.raw
        if raw.ndim not in (3, 4) or (raw.ndim == 4 and raw.shape[observed.axis] != 1):
            raise observed.unlike("a saliency is one map")
        self.outputs = {"saliency": (TensorProto.FLOAT, ("N", "h", "w"))}
        self.activation = observed.activation
        if self.activation == Activation.auto:
            done = ending(observed.model) in SIGMOIDS or are_shares(raw)
            self.activation = Activation.none if done else Activation.sigmoid
        chosen(self.activation, observed.model, raw)
        if self.activation != Activation.none:
            self.added = self.activation.value

    def write(self, nodes: Nodes, raw: str, sides: str) -> None:
        """Activate and clip."""
        plane = raw
        if self.observed.raw.ndim == 4:
            plane = nodes.reduce("ReduceMax", raw, (self.observed.axis,), keepdims=False)
        if self.activation == Activation.sigmoid:
            plane = nodes.add("Sigmoid", plane)
        elif self.activation == Activation.softmax:
            largest = nodes.reduce("ReduceMax", plane, (1, 2), keepdims=True)
            plane = nodes.add("Exp", nodes.add("Sub", plane, largest))
        nodes.clipped(plane, "saliency")

    def expected(self, raw: NDArray[Any], height: int, width: int) -> dict[str, NDArray[Any]]:
        """The same in double precision."""
        plane = raw.squeeze(self.observed.axis) if raw.ndim == 4 else raw
        plane = plane.astype(np.float64)
        if self.activation == Activation.sigmoid:
            plane = 1 / (1 + np.exp(-plane))
        elif self.activation == Activation.softmax:
            plane = np.exp(plane - plane.max((1, 2), keepdims=True))
        return {"saliency": plane.clip(0, 1).astype(np.float32)}
