"""Opening a model file: on the device that is asked for, or not at all."""

from dataclasses import replace
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from app.errors import InvalidModel
from app.runtime import device
from app.runtime.build import installed, nodes_by_provider
from app.runtime.execution import ON_CPU, Execution
from app.runtime.session import is_fixed_but_batch, opened
from tests import tiny

NO_GPU = not device.works("cuda")


@pytest.mark.skipif(not NO_GPU, reason="this machine has a CUDA device")
@pytest.mark.parametrize("wanted", ["cuda", "tensorrt"])
def test_never_on_another_device(tmp_path: Path, wanted: device.Device) -> None:
    execution = Execution(device=wanted, tensorrt_cache=tmp_path / "cache")
    with pytest.raises(InvalidModel, match=r"asked for|can not load it"):
        opened(tiny.colors(tmp_path), execution)


def test_a_failing_run_does_not_go_on_elsewhere(tmp_path: Path) -> None:
    """The binding for Python retries a failed run on the CPU unless it is told not to."""
    assert opened(tiny.colors(tmp_path), ON_CPU)._enable_fallback is False


def test_config_entries(tmp_path: Path) -> None:
    path = tiny.colors(tmp_path)
    session = opened(path, replace(ON_CPU, session_config={"a.b": "1"}), {"c.d": "2"})
    options = session.get_session_options()
    assert options.get_session_config_entry("a.b") == "1"
    assert options.get_session_config_entry("c.d") == "2"


def test_fixed_sides(tmp_path: Path) -> None:
    path = tiny.without_card(tmp_path / "plain.onnx")
    assert is_fixed_but_batch(opened(path, ON_CPU))
    assert not is_fixed_but_batch(opened(tiny.colors(tmp_path), ON_CPU))
    # Some exporters list weights as inputs that have defaults; nobody gives others.
    model = onnx.load(path)
    model.graph.initializer.append(helper.make_tensor("w", TensorProto.FLOAT, [2], [1, 2]))
    model.graph.input.append(helper.make_tensor_value_info("w", TensorProto.FLOAT, [2]))
    model.graph.node[0].CopyFrom(helper.make_node("Add", ["x", "w"], ["y"]))
    onnx.save(model, path)
    assert is_fixed_but_batch(opened(path, ON_CPU))


def test_nodes_are_counted(tmp_path: Path) -> None:
    nodes = nodes_by_provider(tiny.doubler(tmp_path), ON_CPU)
    assert nodes == {"CPUExecutionProvider": 1}


def test_the_build() -> None:
    build = installed()
    assert build.package.startswith("onnxruntime")
    assert build.version[0].isdigit()
    assert build.cuda_major == build.cuda.split(".")[0]
    assert build.providers[-1] == "CPUExecutionProvider"
