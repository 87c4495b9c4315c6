"""Devices: what is asked for is got, or refused in words."""

import logging

import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from app.errors import DeviceUnavailable
from app.runtime import device
from app.runtime.providers import PROVIDERS

NO_GPU = not device.works("cuda")


def test_the_probe_is_an_identity() -> None:
    model = onnx.load_from_string(device.PROBE)
    onnx.checker.check_model(model, full_check=True)
    floats = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])], "probe", floats[:1], floats[1:]
    )
    assert model.graph == graph


def test_candidates() -> None:
    assert device.candidates("auto") == ("cuda", "cpu")
    assert device.candidates("cuda") == ("cuda",)
    assert device.candidates("cpu") == ("cpu",)


def test_every_device_names_its_own_provider_first() -> None:
    firsts = {providers[0] for providers in PROVIDERS.values()}
    assert len(firsts) == len(PROVIDERS)
    assert firsts <= set(onnxruntime.get_all_providers())


def test_cpu_works() -> None:
    assert device.resolve("cpu") == "cpu"


@pytest.mark.skipif(not NO_GPU, reason="this machine has a CUDA device")
@pytest.mark.parametrize("wanted", ["cuda", "tensorrt"])
def test_a_device_that_is_not_there_is_refused(wanted: device.Wanted) -> None:
    with pytest.raises(DeviceUnavailable, match=f"DENSIGHT_DEVICE={wanted}, but"):
        device.resolve(wanted)


@pytest.mark.skipif(not NO_GPU, reason="this machine has a CUDA device")
def test_auto_falls_back_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert device.resolve("auto") == "cpu"
    assert "no usable CUDA device" in caplog.text


def test_auto_takes_cuda_where_it_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device, "works", lambda name, gpu: gpu == 3)
    assert device.resolve("auto", 3) == "cuda"
