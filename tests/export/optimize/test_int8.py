"""Which part of a graph becomes integers, and which must not."""

from collections.abc import Iterator

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from export.errors import ExportError
from export.optimize.folding import folded
from export.optimize.int8 import Inputs, quantised
from tests import tiny
from tests.export.optimize.conftest import CLASSIFIER, UPSCALER

Networks = dict[str, onnx.ModelProto]


@pytest.fixture(scope="module")
def models(networks: Networks, inputs: dict[str, list[Inputs]]) -> Networks:
    return {name: quantised(networks[name], inputs[name][:3]) for name in networks}


def layers(model: onnx.ModelProto) -> Iterator[tuple[onnx.NodeProto, bool]]:
    """Every convolution and linear layer, and whether its kernel is of integers."""
    makers = {name: node.op_type for node in model.graph.node for name in node.output}
    for node in model.graph.node:
        if node.op_type in ("Conv", "Gemm"):
            whole = makers.get(node.input[1]) == "DequantizeLinear"
            assert not whole or makers[node.input[0]] == "DequantizeLinear"
            yield node, whole


@pytest.mark.parametrize("name", [CLASSIFIER, UPSCALER])
def test_it_is_valid_and_takes_and_gives_the_same(
    models: Networks, networks: Networks, name: str
) -> None:
    onnx.checker.check_model(models[name], full_check=True)
    assert list(models[name].graph.input) == list(networks[name].graph.input)
    outputs = [output.name for output in networks[name].graph.output]
    assert [output.name for output in models[name].graph.output] == outputs


def test_a_super_resolution_keeps_its_ends_and_its_colours(models: Networks) -> None:
    found = list(layers(models[UPSCALER]))
    floats = [node for node, whole in found if not whole]
    kernels = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in models[UPSCALER].graph.initializer
    }
    shapes = {kernels[node.input[1]].shape for node in floats}
    # The first and the last of the network, and the bicubic filter of the two colours.
    assert len(floats) == 3
    assert not found[0][1]
    assert any(shape[0] == 2 * 4**2 and shape[2:] == (5, 5) for shape in shapes)
    assert len(found) - len(floats) > 15
    integers = {
        name
        for node in models[UPSCALER].graph.node
        if node.op_type == "QuantizeLinear"
        for name in node.input[:1]
    }
    assert not integers & {"image", "upscaled"}


def test_a_classification_keeps_its_head_but_not_its_first_layer(models: Networks) -> None:
    found = list(layers(models[CLASSIFIER]))
    floats = [node for node, whole in found if not whole]
    assert [node.output[0] for node in floats] == ["evidence", "linear"]
    assert found[0][1]


def test_weights_have_seven_bits_and_a_scale_for_each_channel(models: Networks) -> None:
    values = {
        tensor.name: numpy_helper.to_array(tensor)
        for tensor in models[CLASSIFIER].graph.initializer
    }
    kernels = 0
    for node in models[CLASSIFIER].graph.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in values:
            weights, scale = values[node.input[0]], values[node.input[1]]
            if weights.ndim == 4:
                kernels += 1
                assert weights.dtype == np.int8
                assert np.abs(weights).max() <= 64
                assert scale.shape == weights.shape[:1]
    assert kernels == 19


def test_integers_are_joined_where_only_integers_follow(models: Networks) -> None:
    """As in SRDenseNet; what a batch normalization takes stays as it is (`fc-densenet`)."""
    makers = {name: node for node in models[UPSCALER].graph.node for name in node.output}
    joined = [node for node in models[UPSCALER].graph.node if node.op_type == "Concat"]
    whole = [
        all(makers[name].op_type == "DequantizeLinear" for name in node.input if name in makers)
        for node in joined
    ]
    assert whole.count(True) > 10
    assert not whole[-1]  # luma and colours


def test_nothing_to_gain(
    tmp_path_factory: pytest.TempPathFactory, inputs: dict[str, list[Inputs]]
) -> None:
    path = tiny.colors(tmp_path_factory.mktemp("models"))
    with pytest.raises(ExportError, match="no convolution"):
        quantised(folded(path), inputs[CLASSIFIER])


def test_a_failure_of_onnxruntime_is_one_line(networks: Networks) -> None:
    wrong = {"image": np.zeros((1, 5, 5, 3), np.uint8)}
    with pytest.raises(ExportError, match=r"onnxruntime can not quantise it: .*dimensions"):
        quantised(networks[CLASSIFIER], [wrong])
