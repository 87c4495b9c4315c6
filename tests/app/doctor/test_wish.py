"""What each value of the setting comes to."""

import re

import pytest

from app.doctor.library import libraries
from app.doctor.wish import Wish, fault_of, wish_for
from app.runtime.build import Build
from app.runtime.execution import Device
from tests.app.doctor.drivers import loader

EVERY = ("TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider")
FAULTS: dict[Device, str] = {"cuda": "no GPU", "tensorrt": "no TensorRT"}


def test_auto() -> None:
    assert wish_for("auto", ("cpu", "cuda"), FAULTS) == Wish("auto", "cuda")
    assert wish_for("auto", ("cpu",), FAULTS) == Wish("auto", "cpu", "cuda: no GPU")


def test_a_device_by_name() -> None:
    assert wish_for("cpu", ("cpu",), FAULTS) == Wish("cpu", "cpu")
    assert wish_for("tensorrt", ("cpu", "cuda"), FAULTS) == Wish(
        "tensorrt", None, "tensorrt: no TensorRT"
    )


@pytest.mark.parametrize(
    ("providers", "names", "driver", "fault"),
    [
        (EVERY[2:], [], "", "made without CUDAExecutionProvider"),
        (EVERY, ["libcudnn.so.9"], "", r"^libcudnn\.so\.9 can not be loaded"),
        (EVERY, [], "cuInit answers 100", "^cuInit answers 100$"),
        (EVERY, [], "", "onnxruntime can not open a session"),
    ],
)
def test_the_first_thing_that_is_wrong(
    providers: tuple[str, ...], names: list[str], driver: str, fault: str
) -> None:
    build = Build("onnxruntime-gpu", "1.31.1", "13.0", providers)
    load = loader({library.name: object() for library in libraries(build, loader({}))
                   if library.name not in names})  # fmt: skip
    assert re.search(fault, fault_of("cuda", build, libraries(build, load), driver))
