"""Half precision inside a network, single precision at its ends."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, numpy_helper
from onnx.shape_inference import infer_shapes

from export.errors import ExportError
from export.optimize.folding import folded
from export.optimize.fp16 import halved
from export.optimize.int8 import Inputs
from tests import tiny
from tests.export.optimize.conftest import CLASSIFIER, UPSCALER, shipped

Networks = dict[str, onnx.ModelProto]


def kinds(model: onnx.ModelProto) -> dict[str, int]:
    """Element type of every value."""
    graph = infer_shapes(model, strict_mode=True).graph
    values = (*graph.value_info, *graph.output, *graph.input)
    return {tensor.name: tensor.data_type for tensor in graph.initializer} | {
        value.name: value.type.tensor_type.elem_type for value in values
    }


@pytest.mark.parametrize(("name", "singles"), [(CLASSIFIER, 2), (UPSCALER, 3)])
def test_convolutions_but_the_ends_compute_in_half(
    networks: Networks, name: str, singles: int
) -> None:
    before = networks[name].SerializeToString()
    model = halved(networks[name])
    assert networks[name].SerializeToString() == before
    onnx.checker.check_model(model, full_check=True)
    found = kinds(model)
    layers = [node for node in model.graph.node if node.op_type in ("Conv", "Gemm")]
    by_kind = [found[node.input[0]] for node in layers]
    assert by_kind.count(TensorProto.FLOAT) == singles
    assert by_kind.count(TensorProto.FLOAT16) == len(layers) - singles
    assert all(found[name] == found[node.input[0]] for node in layers for name in node.input)
    for value in (*model.graph.input, *model.graph.output):
        assert value.type.tensor_type.elem_type != TensorProto.FLOAT16


@pytest.mark.parametrize("name", [CLASSIFIER, UPSCALER])
def test_a_processor_computes_nearly_the_same(
    networks: Networks, inputs: dict[str, list[Inputs]], name: str
) -> None:
    session = onnxruntime.InferenceSession(halved(networks[name]).SerializeToString())
    expected = onnxruntime.InferenceSession(shipped(name)).run(None, inputs[name][0])
    found = session.run(None, inputs[name][0])
    for one, other in zip(expected, found, strict=True):
        assert not np.array_equal(one, other)
        np.testing.assert_allclose(other, one, atol=0.01 * max(1, np.abs(one).max()))


def test_kernels_take_half_the_bytes(networks: Networks) -> None:
    def stored(model: onnx.ModelProto) -> int:
        return sum(numpy_helper.to_array(tensor).nbytes for tensor in model.graph.initializer)

    assert stored(halved(networks[CLASSIFIER])) < 0.51 * stored(networks[CLASSIFIER])


def test_sizes_of_a_resize_stay_as_they_are() -> None:
    model = halved(folded(shipped("resnet-camvid")))
    onnx.checker.check_model(model, full_check=True)
    found = kinds(model)
    resizes = [node for node in model.graph.node if node.op_type == "Resize"]
    assert TensorProto.FLOAT16 in {found[node.input[0]] for node in resizes}
    assert {found[node.input[3]] for node in resizes} == {TensorProto.INT64}


def test_nothing_to_gain(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tiny.doubler(tmp_path_factory.mktemp("models"))
    with pytest.raises(ExportError, match="half precision gains nothing"):
        halved(folded(path))
