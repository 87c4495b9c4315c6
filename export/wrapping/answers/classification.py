"""Scores of classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from export.wrapping.activation import Activation, are_distributions, chosen, ending
from export.wrapping.answers.answer import Answer, Observed
from export.wrapping.nodes import Nodes


class Scores(Answer):
    """One number for each class, in one axis or as a map of one pixel."""

    def __init__(self, observed: Observed) -> None:
        super().__init__(observed)
        sides = observed.raw.shape[1:]
        if not sides or np.prod(sides) != max(sides):
            raise observed.unlike("scores are one number for each class")
        rows = observed.raw.reshape(len(observed.raw), -1)
        self.labels = rows.shape[1]
        self.outputs = {"scores": (TensorProto.FLOAT, ("N", self.labels))}
        self.activation = chosen(observed.activation, observed.model, rows)
        exclusive = ending(observed.model) == "Softmax" or are_distributions(rows)
        self.multilabel = self.activation == Activation.sigmoid or (
            self.activation == Activation.none and not exclusive
        )
        if self.activation != Activation.none:
            self.added = self.activation.value

    def write(self, nodes: Nodes, raw: str, sides: str) -> None:
        """Flatten, then softmax or sigmoid."""
        # Two axes, of which one is classes: so softmax means the same in every opset.
        rows = nodes.add("Flatten", raw, axis=1)
        if self.activation == Activation.softmax:
            nodes.add("Softmax", rows, output="scores", axis=1)
        else:
            op = "Sigmoid" if self.activation == Activation.sigmoid else "Identity"
            nodes.add(op, rows, output="scores")

    def expected(self, raw: NDArray[Any], height: int, width: int) -> dict[str, NDArray[Any]]:
        """The same in double precision."""
        rows = raw.reshape(len(raw), -1).astype(np.float64)
        if self.activation == Activation.softmax:
            exponentials = np.exp(rows - rows.max(1, keepdims=True))
            rows = exponentials / exponentials.sum(1, keepdims=True)
        elif self.activation == Activation.sigmoid:
            rows = 1 / (1 + np.exp(-rows))
        return {"scores": rows.astype(np.float32)}
