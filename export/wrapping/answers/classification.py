"""Scores of classes, and the evidence for them where a network's head gives it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from export.parity import Difference, compare
from export.wrapping.activation import Activation, are_distributions, chosen, ending
from export.wrapping.answers.answer import Answer, Observed
from export.wrapping.gap import gap_head
from export.wrapping.nodes import Nodes
from export.wrapping.surgery import opset

OWN = {"Softmax": Activation.softmax, "Sigmoid": Activation.sigmoid}
"""What a network may end in behind its logits."""


class Scores(Answer):
    """One number for each class, in one axis or as a map of one pixel.

    Of a network that ends in a global average and one linear layer, also the averages and the
    class activation maps of Zhou et al., CVPR 2016 (arXiv 1512.04150), equation 2: the mean of a
    map plus the bias of its class is the logit of the class.
    """

    def __init__(self, observed: Observed) -> None:
        super().__init__(observed)
        sides = observed.raw.shape[1:]
        if not sides or np.prod(sides) != max(sides):
            raise observed.unlike("scores are one number for each class")
        rows = observed.raw.reshape(len(observed.raw), -1)
        self.labels = rows.shape[1]
        self.outputs = {"scores": (TensorProto.FLOAT, ("N", self.labels))}
        self.own = OWN.get(ending(observed.model), Activation.none)
        # An older model is rewritten, after which its tensors may have other names.
        self.head = gap_head(observed.model) if opset(observed.model) >= self.needs else None
        if self.head is not None:
            features = self.head.matrix.shape[0]
            self.outputs = {
                **self.outputs,
                "features": (TensorProto.FLOAT, ("N", features)),
                "evidence": (TensorProto.FLOAT, ("N", self.labels, "h", "w")),
            }
        self.activation = chosen(observed.activation, observed.model, rows)
        exclusive = ending(observed.model) == "Softmax" or are_distributions(rows)
        self.multilabel = self.activation == Activation.sigmoid or (
            self.activation == Activation.none and not exclusive
        )
        if self.activation != Activation.none:
            self.added = self.activation.value

    def write(self, nodes: Nodes, raw: str, sides: str) -> None:
        """Flatten, then softmax or sigmoid; features and evidence beside it."""
        if self.head is not None:
            self.head.write(nodes)
        # Two axes, of which one is classes: so softmax means the same in every opset.
        rows = nodes.add("Flatten", raw, axis=1)
        if self.activation == Activation.softmax:
            nodes.add("Softmax", rows, output="scores", axis=1)
        else:
            op = "Sigmoid" if self.activation == Activation.sigmoid else "Identity"
            nodes.add(op, rows, output="scores")

    def expected(self, raw: NDArray[Any], height: int, width: int) -> dict[str, NDArray[Any]]:
        """The scores in double precision; the network does not show what else is in it."""
        return {"scores": _activated(raw.reshape(len(raw), -1), self.activation)}

    def consistent(self, found: Mapping[str, NDArray[Any]]) -> dict[str, Difference]:
        """Whether the scores follow from the features, and from the evidence."""
        if self.head is None:
            return {}
        differences = {}
        for name, logits in (
            ("features", self.head.logits(found["features"])),
            ("evidence", found["evidence"].mean((2, 3), np.float64) + self.head.bias),
        ):
            scores = _activated(_activated(logits, self.own), self.activation)
            differences[name] = compare(scores, found["scores"])
        return differences


def _activated(values: NDArray[Any], activation: Activation) -> NDArray[np.float32]:
    """Scores `[N, C]` from logits, computed in double precision."""
    rows = values.astype(np.float64)
    if activation == Activation.softmax:
        exponentials = np.exp(rows - rows.max(1, keepdims=True))
        rows = exponentials / exponentials.sum(1, keepdims=True)
    elif activation == Activation.sigmoid:
        rows = 1 / (1 + np.exp(-rows))
    return rows.astype(np.float32)
