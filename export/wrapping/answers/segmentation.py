"""The class of every pixel, from maps of logits, of probabilities, or of classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from app.imaging.palette import VOID
from export.errors import UnusableGraph
from export.wrapping.activation import SIGMOIDS, Activation, chosen, ending
from export.wrapping.answers.answer import Answer, Observed
from export.wrapping.answers.bilinear import bilinear
from export.wrapping.nodes import Nodes


class Classes(Answer):
    """The best class of every pixel and how sure the network is of it.

    Maps of logits are brought to the picture's size before the best is chosen. One map alone is
    of the second of two classes. Whole numbers are taken for classes as they are.
    """

    def __init__(self, observed: Observed) -> None:
        super().__init__(observed)
        raw = observed.raw
        self.decided = np.issubdtype(raw.dtype, np.integer)
        self.maps = raw.ndim == 4
        wanted = "a segmentation is a map for each class, or one of classes"
        if raw.ndim not in (3, 4) or (raw.ndim == 3 and not self.decided):
            raise observed.unlike(wanted)
        channels = raw.shape[observed.axis] if self.maps else 1
        if self.decided and channels != 1:
            raise observed.unlike(wanted)
        self.activation = Activation.none
        if not self.decided:
            self.labels = max(channels, 2)
            self.activation = self._activation(channels)
        if channels > VOID or (self.decided and not 0 <= raw.min() <= raw.max() <= VOID):
            raise UnusableGraph(f"it tells apart more than {VOID} classes")
        height, width = np.delete(raw.shape[1:], observed.axis - 1) if self.maps else raw.shape[1:]
        self.coarse = (height, width) != observed.sides
        shape = ("N", "h", "w") if self.decided else ("N", *observed.free)
        self.outputs = {"classes": (TensorProto.UINT8, shape)}
        if not self.decided:
            self.outputs["confidence"] = (TensorProto.FLOAT, shape)
            steps = ["bilinear resize"] if self.coarse else []
            steps += [self.activation.value] if self.activation != Activation.none else []
            self.added = ", ".join([*steps, "argmax"])

    def _activation(self, channels: int) -> Activation:
        observed = self.observed
        if channels > 1:
            last = np.moveaxis(observed.raw, observed.axis, -1)
            return chosen(observed.activation, observed.model, last)
        if observed.activation == Activation.softmax:
            raise UnusableGraph("one map alone has a sigmoid behind it, no softmax")
        if observed.activation == Activation.auto:
            done = ending(observed.model) in SIGMOIDS
            return Activation.none if done else Activation.sigmoid
        return chosen(observed.activation, observed.model, observed.raw)

    @property
    def needs(self) -> int:
        """Resizing with pixel centres at halves came with opset 11."""
        return 11 if self.coarse and not self.decided else self.opset

    def write(self, nodes: Nodes, raw: str, sides: str) -> None:
        """Resize, activate, take the best."""
        if self.decided:
            flat = raw
            if self.maps:
                flat = nodes.reduce("ReduceMax", raw, (self.observed.axis,), keepdims=False)
            nodes.add("Cast", flat, output="classes", to=TensorProto.UINT8)
            return
        maps = raw
        if self.observed.axis == 3:
            maps = nodes.add("Transpose", maps, perm=[0, 3, 1, 2])
        if self.coarse:
            maps = nodes.resized(maps, sides)
        if self._alone:
            if self.activation == Activation.sigmoid:
                maps = nodes.add("Sigmoid", maps)
            one = nodes.constant(np.array([1], np.float32))
            maps = nodes.add("Concat", nodes.add("Sub", one, maps), maps, axis=1)
        best = nodes.add("ArgMax", maps, axis=1, keepdims=0)
        nodes.add("Cast", best, output="classes", to=TensorProto.UINT8)
        if self.activation == Activation.softmax:
            # The largest probability alone: exp(0) over the sum of all exp(logit - largest).
            largest = nodes.reduce("ReduceMax", maps, (1,), keepdims=True)
            shares = nodes.add("Exp", nodes.add("Sub", maps, largest))
            total = nodes.reduce("ReduceSum", shares, (1,), keepdims=False)
            nodes.add("Reciprocal", total, output="confidence")
            return
        largest = nodes.reduce("ReduceMax", maps, (1,), keepdims=False)
        op = "Sigmoid" if self.activation == Activation.sigmoid and not self._alone else "Identity"
        nodes.add(op, largest, output="confidence")

    @property
    def _alone(self) -> bool:
        return bool(self.observed.raw.shape[self.observed.axis] == 1)

    def expected(self, raw: NDArray[Any], height: int, width: int) -> dict[str, NDArray[Any]]:
        """The same in double precision."""
        if self.decided:
            flat = raw.squeeze(self.observed.axis) if self.maps else raw
            return {"classes": flat.astype(np.uint8)}
        maps = np.moveaxis(raw, self.observed.axis, 1).astype(np.float64)
        if self.coarse:
            maps = bilinear(maps, height, width)
        if self.activation == Activation.sigmoid:
            maps = 1 / (1 + np.exp(-maps))
        if self._alone:
            maps = np.concatenate([1 - maps, maps], 1)
        if self.activation == Activation.softmax:
            exponentials = np.exp(maps - maps.max(1, keepdims=True))
            maps = exponentials / exponentials.sum(1, keepdims=True)
        return {
            "classes": maps.argmax(1).astype(np.uint8),
            "confidence": maps.max(1).astype(np.float32),
        }
