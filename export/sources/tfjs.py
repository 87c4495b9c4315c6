"""A network as TensorFlow.js keeps it, Keras layers and shards of weights, as an ONNX graph.

The format is that of tfjs-converter's `layers-model`: `model.json` names the layers, what goes into
each, and which weights follow one another in the shards. Channels come first in the ONNX graph;
in Keras' they come last. Only what the packages of `export.sources.packages` hold is read: any
other layer, and any other option of these layers, is refused.
"""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import ModelProto, TensorProto, helper, numpy_helper

from export.errors import UnusableGraph
from export.wrapping.nodes import Nodes

OPSET, IR = 17, 8

PLAIN: Mapping[str, Mapping[str, Any]] = {
    "Conv2D": {
        "strides": [1, 1],
        "padding": "same",
        "data_format": "channels_last",
        "dilation_rate": [1, 1],
        "groups": 1,
        "activation": "linear",
        "use_bias": True,
    },
    "Activation": {"activation": "relu"},
    "Concatenate": {"axis": 3},
}
"""Options that layers must have."""

_Array = NDArray[np.float32]


def translated(files: Mapping[str, bytes]) -> ModelProto:
    """Write the layers as nodes; each gives a value of the layer's name.

    Args:
        files: `model.json` and the shards that it names. The network takes pictures of any size
            and number.

    Returns:
        Takes float32 `[N, C, H, W]`, under the name of the input layer.

    Raises:
        UnusableGraph: there is a layer, an option or a kind of weights that is not read here, or
            the shards are not as long as the weights.
    """
    document = json.loads(files["model.json"])
    weights: dict[str, _Array] = {}
    for group in document["weightsManifest"]:
        weights |= _weights(group["weights"], b"".join(files[path] for path in group["paths"]))
    config = document["modelTopology"]["model_config"]["config"]
    nodes = Nodes("", OPSET)
    for layer in config["layers"]:
        _write(nodes, layer, weights)

    (given, *_), (answer, *_) = config["input_layers"][0], config["output_layers"][0]
    channels = config["layers"][0]["config"]["batch_input_shape"][-1]
    shape = ["N", channels, "H", "W"]
    graph = helper.make_graph(
        nodes.nodes,
        config["name"],
        [helper.make_tensor_value_info(given, TensorProto.FLOAT, shape)],
        [helper.make_empty_tensor_value_info(answer)],
        nodes.constants,
    )
    imports = [helper.make_opsetid("", OPSET)]
    model = helper.make_model(graph, opset_imports=imports, ir_version=IR)
    return onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)


def _weights(entries: list[dict[str, Any]], content: bytes) -> dict[str, _Array]:
    """Tensors that follow one another in the shards of a group."""
    for entry in entries:
        if entry["dtype"] != "float32" or "quantization" in entry:
            raise UnusableGraph(f"the weights {entry['name']!r} are not float32")
    ends = np.cumsum([int(np.prod(entry["shape"])) for entry in entries])
    if len(content) != 4 * ends[-1]:
        raise UnusableGraph(f"the shards have {len(content)} bytes, the weights {4 * ends[-1]}")
    parts = np.split(np.frombuffer(content, "<f4"), ends[:-1])
    return {
        entry["name"]: part.reshape(entry["shape"])
        for entry, part in zip(entries, parts, strict=True)
    }


def _write(nodes: Nodes, layer: Mapping[str, Any], weights: Mapping[str, _Array]) -> None:
    kind, name, config = layer["class_name"], layer["name"], layer["config"]
    for option, plain in PLAIN.get(kind, {}).items():
        if config[option] != plain:
            raise UnusableGraph(f"{kind} {name!r} has {option} {config[option]!r}, not {plain!r}")
    given = [source for source, *_ in layer["inbound_nodes"][0]] if layer["inbound_nodes"] else []
    match kind:
        case "InputLayer":
            pass
        case "Conv2D":
            _convolution(nodes, weights, name, *given)
        case "Activation":
            nodes.add("Relu", *given, output=name)
        case "Concatenate":
            nodes.add("Concat", *given, output=name, axis=1)
        case "Add":
            nodes.add("Add", *given, output=name)
        # These two are the author's own (dist/esm/packages/shared/src/esrgan/esrgan.js).
        case "MultiplyBeta":
            beta = nodes.constant(np.array(config["beta"], np.float32))
            nodes.add("Mul", *given, beta, output=name)
        case _ if kind == f"PixelShuffle{config.get('scale')}x":
            nodes.add("DepthToSpace", *given, output=name, blocksize=config["scale"])
        case _:
            raise UnusableGraph(f"layers of the kind {kind} ({name!r}) are not read")


def _convolution(nodes: Nodes, weights: Mapping[str, _Array], name: str, given: str) -> None:
    kernel, bias = f"{name}/kernel", f"{name}/bias"
    # Keras has height, width, channels in, channels out.
    values = np.ascontiguousarray(weights[kernel].transpose(3, 2, 0, 1))
    high, wide = values.shape[2:]
    if not high % 2 or not wide % 2:
        raise UnusableGraph(f"Conv2D {name!r} has a kernel of {high}x{wide}, not of odd sides")
    nodes.constants += [
        numpy_helper.from_array(values, kernel),
        numpy_helper.from_array(weights[bias], bias),
    ]
    nodes.add("Conv", given, kernel, bias, output=name, pads=[high // 2, wide // 2] * 2)
