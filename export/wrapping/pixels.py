"""How a network wants its pictures: range, mean, deviation, order of colours and of axes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto

from export.errors import UnusableGraph
from export.wrapping.nodes import Nodes
from export.wrapping.third_party import Sides

LUMA = (0.299, 0.587, 0.114)
"""Of red, green and blue: ITU-R BT.601, which Pillow and OpenCV make gray pictures by."""

NUMPY: Mapping[int, type[np.generic]] = {
    TensorProto.FLOAT: np.float32,
    TensorProto.FLOAT16: np.float16,
    TensorProto.DOUBLE: np.float64,
    TensorProto.UINT8: np.uint8,
}
"""Element types that pictures can be given in."""


class Color(StrEnum):
    """Which channels a network takes, in their order."""

    rgb = "rgb"
    bgr = "bgr"
    gray = "gray"


class Layout(StrEnum):
    """Order of the axes: channels first or last."""

    nchw = "nchw"
    nhwc = "nhwc"


@dataclass(frozen=True)
class Pixels:
    """What is computed of a pixel: `(level * range - mean) / std`, where white has level 1.

    Attributes:
        mean: of the channels in the order of `color`, on the scale of `range`; or one for all.
        std: likewise.
        range: what white is before the mean is subtracted: 1, or 255 as for Caffe's networks.
        color: channels that the network takes.
        layout: of its input, and of answers that are maps.
        dtype: element type of its input, a key of `NUMPY`.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]
    range: float
    color: Color
    layout: Layout
    dtype: int

    def __post_init__(self) -> None:
        channels = 1 if self.color == Color.gray else 3
        for name, values in (("--mean", self.mean), ("--std", self.std)):
            if len(values) not in (1, channels):
                raise UnusableGraph(f"{name} has {len(values)} values for {channels} channels")
        if not all(self.std):
            raise UnusableGraph("--std must not be 0")
        if self.dtype not in NUMPY:
            kind = TensorProto.DataType.Name(self.dtype).lower()
            raise UnusableGraph(f"its input is of type {kind}, which pictures can not be given in")
        exact = (self.range, set(self.mean), set(self.std)) == (255, {0.0}, {1.0})
        if self.dtype == TensorProto.UINT8 and not exact:
            raise UnusableGraph("it takes uint8 pixels as they are: say --range 255 --mean 0")

    def prepared(self, pictures: NDArray[Any]) -> NDArray[Any]:
        """What the network is given, computed by numpy in double precision.

        Args:
            pictures: uint8 `[N, H, W, 3]`, or float32 in 0..1; RGB.
        """
        levels = pictures.astype(np.float64)
        if pictures.dtype == np.uint8:
            levels /= 255
        if self.color == Color.bgr:
            levels = levels[..., ::-1]
        if self.color == Color.gray:
            levels = levels @ np.array(LUMA)[:, np.newaxis]
        values = (levels * self.range - np.array(self.mean)) / np.array(self.std)
        if self.dtype == TensorProto.UINT8:
            values = values.round()
        if self.layout == Layout.nchw:
            values = values.transpose(0, 3, 1, 2)
        return np.ascontiguousarray(values.astype(NUMPY[self.dtype]))

    def write(self, nodes: Nodes, image: str, *, white: float) -> str:
        """The same as nodes, in single precision.

        Args:
            nodes: are added to.
            image: name of the pictures `[N, H, W, 3]`.
            white: 255 for uint8 pictures, 1 for float32.
        """
        value = image
        if self.color == Color.bgr:
            value = nodes.add("Gather", value, nodes.integers(2, 1, 0), axis=3)
        if self.dtype == TensorProto.UINT8 and self.color != Color.gray:
            return self._in_layout(nodes, value)
        value = nodes.cast(value, TensorProto.FLOAT) if white != 1 else value
        if self.color == Color.gray:
            weights = np.array(LUMA, np.float32)[:, np.newaxis]
            value = nodes.add("MatMul", value, nodes.constant(weights))
        factor, offset = self._affine(white)
        if (factor != 1).any():
            value = nodes.add("Mul", value, nodes.constant(factor))
        if offset.any():
            value = nodes.add("Add", value, nodes.constant(offset))
        if self.dtype == TensorProto.UINT8:
            half = nodes.constant(np.array([0.5], np.float32))
            value = nodes.add("Add", value, half)  # a cast cuts, and `Round` came with opset 11
        value = self._in_layout(nodes, value)
        return value if self.dtype == TensorProto.FLOAT else nodes.cast(value, self.dtype)

    def restored(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Colours that a network gives, in 0..1 as `[N, H, W, 3]`: the way back, by numpy."""
        colors = values.astype(np.float64)
        if self.layout == Layout.nchw:
            colors = colors.transpose(0, 2, 3, 1)
        colors = (colors * np.array(self.std) + np.array(self.mean)) / self.range
        if self.color == Color.bgr:
            colors = colors[..., ::-1]
        clipped: NDArray[np.float32] = colors.clip(0, 1).astype(np.float32)
        return clipped

    def write_back(self, nodes: Nodes, value: str, output: str) -> None:
        """The same as nodes; the value is float32."""
        if self.layout == Layout.nchw:
            value = nodes.add("Transpose", value, perm=[0, 2, 3, 1])
        factor, offset = (part.astype(np.float64) for part in self._affine(1))
        if (factor != 1).any() or offset.any():
            value = nodes.add("Mul", value, nodes.constant((1 / factor).astype(np.float32)))
            value = nodes.add("Sub", value, nodes.constant((offset / factor).astype(np.float32)))
        if self.color == Color.bgr:
            value = nodes.add("Gather", value, nodes.integers(2, 1, 0), axis=3)
        nodes.clipped(value, output)

    def _affine(self, white: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Factor and offset of each channel; with a factor of 1 nothing is rounded twice."""
        mean, std = np.array(self.mean), np.array(self.std)
        factor, offset = self.range / white / std, -mean / std
        return factor.astype(np.float32), offset.astype(np.float32)

    def _in_layout(self, nodes: Nodes, value: str) -> str:
        if self.layout == Layout.nhwc:
            return value
        return nodes.add("Transpose", value, perm=[0, 3, 1, 2])


def layout_of(shape: Sides, wanted: Layout | None, color: Color) -> Layout:
    """Where the channels are; told by the one axis that is as long as there are channels.

    Raises:
        UnusableGraph: pictures of that colour do not fit, or it can not be told.
    """
    channels = 1 if color == Color.gray else 3
    if len(shape) != 4:
        raise UnusableGraph(f"its input has {len(shape)} axes, pictures have 4")
    places = {Layout.nchw: shape[1], Layout.nhwc: shape[3]}
    written = "x".join("?" if side is None else str(side) for side in shape)
    if wanted is not None:
        if places[wanted] not in (None, channels):
            raise UnusableGraph(f"its input is {written}, which is not {color} in {wanted}")
        return wanted
    found = [layout for layout, side in places.items() if side == channels]
    if len(found) == 1:
        return found[0]
    hint = "say --layout" if found or None in places.values() else f"it does not take {color}"
    raise UnusableGraph(f"its input is {written}: {hint}")
