"""GPUs, as the driver tells of them."""

import pytest

from app.doctor.gpu import DriverFault, Gpu, gpus
from app.runtime import device
from tests.app.doctor.drivers import Made, driver, loader


def test_each_gpu_with_name_and_memory() -> None:
    load = loader({"libcuda.so.1": driver("H100", "A10")})
    assert gpus(load) == [Gpu(0, "H100", 8 * 2**30), Gpu(1, "A10", 9 * 2**30)]


def test_no_gpu() -> None:
    assert gpus(loader({"libcuda.so.1": driver()})) == []


def test_no_driver() -> None:
    with pytest.raises(DriverFault, match=r"no driver: libcuda\.so\.1: cannot open"):
        gpus(loader({}))


def test_a_driver_that_does_not_work() -> None:
    load = loader({"libcuda.so.1": driver(fault=100)})
    with pytest.raises(DriverFault, match="cuInit answers 100, no CUDA-capable device"):
        gpus(load)


def test_a_fault_without_a_meaning() -> None:
    with pytest.raises(DriverFault, match=r"^cuInit answers 3$"):
        gpus(loader({"libcuda.so.1": Made(cuInit=lambda flags: 3)}))


def test_something_else_of_that_name() -> None:
    with pytest.raises(DriverFault, match="the driver knows no cuInit"):
        gpus(loader({"libcuda.so.1": Made()}))


@pytest.mark.skipif(device.works("cuda"), reason="this machine has a CUDA device")
def test_this_machine_has_none() -> None:
    with pytest.raises(DriverFault):
        gpus()
