"""The GPUs of this machine, asked of NVIDIA's driver alone: no other library need be there."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Gpu:
    """A CUDA device.

    Attributes:
        number: that `DENSIGHT_GPU` takes.
        name: of the product.
        memory: in bytes.
    """

    number: int
    name: str
    memory: int


class DriverFault(Exception):
    """The driver can not say what GPUs there are."""


def gpus(load: Callable[[str], Any] = ctypes.CDLL) -> list[Gpu]:
    """Ask the driver (its API: docs.nvidia.com/cuda/cuda-driver-api, "Device Management").

    Args:
        load: opens a shared library by its name, or raises `OSError`.

    Raises:
        DriverFault: there is no driver, or it does not work.
    """
    try:
        driver = load("libcuda.so.1")
    except OSError as error:
        raise DriverFault(f"no driver: {error}") from error
    _ask(driver, "cuInit", 0)
    count = ctypes.c_int()
    _ask(driver, "cuDeviceGetCount", ctypes.byref(count))
    return [_gpu(driver, number) for number in range(count.value)]


def _gpu(driver: Any, number: int) -> Gpu:
    device, name, memory = ctypes.c_int(), ctypes.create_string_buffer(256), ctypes.c_size_t()
    _ask(driver, "cuDeviceGet", ctypes.byref(device), number)
    _ask(driver, "cuDeviceGetName", name, len(name), device)
    _ask(driver, "cuDeviceTotalMem_v2", ctypes.byref(memory), device)
    return Gpu(number, name.value.decode(), memory.value)


def _ask(driver: Any, function: str, *arguments: Any) -> None:
    try:
        code = getattr(driver, function)(*arguments)
    except AttributeError as error:
        raise DriverFault(f"the driver knows no {function}") from error
    if code:
        raise DriverFault(f"{function} answers {code}{_meaning(driver, code)}")


def _meaning(driver: Any, code: int) -> str:
    text = ctypes.c_char_p()
    try:
        driver.cuGetErrorString(code, ctypes.byref(text))
    except AttributeError:
        return ""
    return f", {text.value.decode()}" if text.value else ""
