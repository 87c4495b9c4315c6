"""A published graph made ready for onnxruntime's tools, and cleaned when they are done."""

from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, numpy_helper

from export.errors import ExportError
from export.optimize.folding import folded, tidied
from export.optimize.fp16 import halved
from export.optimize.int8 import Inputs, quantised
from tests.export.optimize.conftest import CLASSIFIER, shipped

Networks = dict[str, onnx.ModelProto]


def test_kernels_stored_in_half_are_restored() -> None:
    path = shipped("resnet-signs")
    assert TensorProto.FLOAT16 in {tensor.data_type for tensor in onnx.load(path).graph.initializer}
    graph = folded(path).graph
    assert TensorProto.FLOAT16 not in {tensor.data_type for tensor in graph.initializer}
    kernels = {tensor.name for tensor in graph.initializer}
    assert all(node.input[1] in kernels for node in graph.node if node.op_type == "Conv")


def test_normalization_becomes_part_of_kernels_and_nodes_have_names(networks: Networks) -> None:
    nodes = networks[CLASSIFIER].graph.node
    assert "BatchNormalization" not in {node.op_type for node in nodes}
    assert set(Counter(node.name for node in nodes).values()) == {1}


def test_numbers_are_stored_once_and_nothing_of_the_tools_stays(networks: Networks) -> None:
    published = onnx.load(shipped(CLASSIFIER))
    model = onnx.ModelProto()
    model.CopyFrom(networks[CLASSIFIER])
    twins = [np.arange(2000, dtype=np.float32).reshape(shape) for shape in ((2000,), (20, 100))]
    model.graph.initializer.extend(
        numpy_helper.from_array(twin, name) for twin, name in zip(twins, "ab", strict=True)
    )
    tidy = tidied(model, published)
    assert [tensor.name for tensor in tidy.graph.initializer if tensor.name in "ab"] == ["a"]
    reshape = tidy.graph.node[0]
    assert (reshape.op_type, reshape.input[0], list(reshape.output)) == ("Reshape", "a", ["b"])
    onnx.checker.check_model(tidy, full_check=True)
    assert [opset.domain for opset in tidy.opset_import] == [""]
    assert not tidy.graph.value_info
    assert tidy.producer_version == published.producer_version


def test_what_was_optimised_is_not_optimised_again(
    networks: Networks, inputs: dict[str, list[Inputs]], tmp_path: Path
) -> None:
    network = networks[CLASSIFIER]
    path = tmp_path / "twice.onnx"
    onnx.save(quantised(network, inputs[CLASSIFIER][:1]), path)
    with pytest.raises(ExportError, match="twice is in 8 bits already"):
        folded(path)
    onnx.save(halved(network), path)
    with pytest.raises(ExportError, match="twice is in half precision already"):
        folded(path)
