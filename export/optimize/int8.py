"""A network's body in 8-bit integers, by onnxruntime's static quantisation."""

import contextlib
import copy
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)

from export.errors import ExportError, first_line
from export.optimize.body import body, takers_of
from export.optimize.chaining import chain

Inputs = dict[str, NDArray[Any]]
"""What one run of a graph is given, by the names of its inputs."""

OPERATORS = ("Conv", "Relu", "Concat")
"""What becomes integers. Not additions and pooling: measured, a ResNet-50 is no faster by them."""


def quantised(model: onnx.ModelProto, calibration: Sequence[Inputs]) -> onnx.ModelProto:
    """Quantise the convolutions of a network's body.

    Weights are signed, with a scale for each channel; activations are unsigned, with one scale
    from the smallest and largest value that the calibration met. Weights get 7 of their 8 bits:
    where a processor has no VNNI, onnxruntime adds pairs of products in 16 bits, and two products
    of 8 bits do not fit. A file can not know where it will run, and the eighth bit was worth
    0.003 dB to `srdensenet-x4` and nothing to `resnet20-cifar10`.

    Args:
        model: as `folding.folded` gives it; it is not changed.
        calibration: typical inputs; from their values the scales are taken.

    Raises:
        ExportError: no convolution lies between the ends of the network, or onnxruntime fails.
    """
    chosen = _chosen(model.graph)
    model = copy.deepcopy(model)
    chain(model.graph, apart_from=chosen)
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        # A file, since of a model in memory onnxruntime takes the weights away.
        read, written = Path(folder) / "float32.onnx", Path(folder) / "int8.onnx"
        onnx.save(model, read)
        try:
            quantize_static(
                read,
                written,
                Calibration(calibration),
                quant_format=QuantFormat.QDQ,
                op_types_to_quantize=list(OPERATORS),
                nodes_to_quantize=chosen,
                per_channel=True,
                reduce_range=True,
                activation_type=QuantType.QUInt8,
                weight_type=QuantType.QInt8,
                # Measured: entropy is no better; percentiles cost `resnet-cxr` 1 picture in 68.
                calibrate_method=CalibrationMethod.MinMax,
                # One input at a time: each may have its own size, and one is in memory.
                extra_options={"CalibStridedMinMax": 1},
            )
        except Exception as error:  # onnxruntime's tools raise anything on an odd graph
            raise ExportError(f"onnxruntime can not quantise it: {first_line(error)}") from error
        return onnx.load(written)


def _chosen(graph: onnx.GraphProto) -> list[str]:
    """Names of the nodes that become integers."""
    inside, takers = body(graph), takers_of(graph)
    chosen = [node.name for node in graph.node if node.op_type == "Conv" and node.name in inside]
    if not chosen:
        raise ExportError(
            "8 bits gain nothing: no convolution lies before the network's last layer"
        )
    chosen += [node.name for node in graph.node if node.op_type == "Relu" and node.name in inside]
    for node in reversed(graph.node):
        # Integers are joined only where all that follows are integers. Measured: it makes a
        # SRDenseNet twice as fast, whose convolutions take what was joined, and a DenseNet slower,
        # where a batch normalization would have to turn all of it into floats again.
        if node.op_type == "Concat" and node.name in inside:
            following = {taker.name for name in node.output for taker in takers[name]}
            if following <= set(chosen):
                chosen.append(node.name)
    return chosen


class Calibration(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime is not typed
    """Inputs in the order given, any range of them again."""

    def __init__(self, inputs: Sequence[Inputs]) -> None:
        self._inputs = inputs
        self.set_range(0, len(inputs))

    def __len__(self) -> int:
        return len(self._inputs)

    def set_range(self, start_index: int, end_index: int) -> None:
        """Go on with the inputs of this range."""
        self._rest = iter(self._inputs[start_index:end_index])

    def get_next(self) -> Inputs | None:
        """The next input, `None` at the end of the range."""
        return next(self._rest, None)
