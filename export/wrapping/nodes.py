"""Nodes written one after the other in the operators of one opset."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper


class Nodes:
    """A list of nodes that grows; each value gets a name of its own.

    Args:
        prefix: of all names.
        opset: that the nodes are written in, 8 or newer.
    """

    def __init__(self, prefix: str, opset: int) -> None:
        self.prefix, self.opset = prefix, opset
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def add(self, op: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Write a node and name what it makes."""
        made = output or f"{self.prefix}{op.lower()}{len(self.nodes)}"
        name = f"{self.prefix}{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [made], name=name, **attributes))
        return made

    def constant(self, value: NDArray[Any]) -> str:
        """Store a tensor and name it."""
        name = f"{self.prefix}constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def integers(self, *values: int) -> str:
        """Store int64 `[len(values)]`."""
        return self.constant(np.array(values, np.int64))

    def cast(self, value: str, dtype: int) -> str:
        """To an element type of `TensorProto`."""
        return self.add("Cast", value, to=dtype)

    def reduce(self, op: str, value: str, axes: tuple[int, ...], *, keepdims: bool) -> str:
        """`ReduceMax` or `ReduceSum`; their axes became an input in different opsets."""
        since = 13 if op == "ReduceSum" else 18
        keep = int(keepdims)
        if self.opset >= since:
            return self.add(op, value, self.integers(*axes), keepdims=keep)
        return self.add(op, value, axes=list(axes), keepdims=keep)

    def clipped(self, value: str, output: str) -> str:
        """To 0..1; `Clip` itself has changed its form."""
        zero, one = (self.constant(np.array(bound, np.float32)) for bound in (0, 1))
        return self.add("Min", self.add("Max", value, zero), one, output=output)

    def resized(self, maps: str, sides: str) -> str:
        """`[N, C, h, w]` to other sides, int64 `[2]`, bilinearly with pixel centres at halves."""
        batch = self.add("Gather", self.add("Shape", maps), self.integers(0, 1))
        sizes = self.add("Concat", batch, sides, axis=0)
        # Until opset 13 what is not given had to be given as nothing.
        empty = "" if self.opset >= 13 else self.constant(np.zeros(0, np.float32))
        return self.add(
            "Resize", maps, empty, empty, sizes,
            mode="linear", coordinate_transformation_mode="half_pixel",
        )  # fmt: skip
