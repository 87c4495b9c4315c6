"""Shared libraries that are made up: what their functions answer, and what they write."""

import ctypes
from collections.abc import Callable
from typing import Any


class Made:
    """A library with these functions and no other."""

    def __init__(self, **functions: Callable[..., int]) -> None:
        self.__dict__.update(functions)


def loader(libraries: dict[str, Any]) -> Callable[[str], Any]:
    """Open these libraries, by their names, and no other."""

    def load(name: str) -> Any:
        if name not in libraries:
            raise OSError(f"{name}: cannot open shared object file")
        return libraries[name]

    return load


def writes(value: int, code: int = 0) -> Callable[[Any], int]:
    """A function that writes a number to an address."""

    def function(address: Any) -> int:
        address._obj.value = value
        return code

    return function


def driver(*names: str, fault: int = 0) -> Made:
    """NVIDIA's driver on a machine with GPUs of these names, each with 8 GiB and one more."""

    def name_of(text: Any, length: int, device: ctypes.c_int) -> int:
        text.value = names[device.value].encode()[: length - 1]
        return 0

    def memory_of(address: Any, device: ctypes.c_int) -> int:
        address._obj.value = (8 + device.value) * 2**30
        return 0

    def handle_of(address: Any, number: int) -> int:
        address._obj.value = number
        return 0

    def meaning_of(code: int, address: Any) -> int:
        address._obj.value = b"no CUDA-capable device is detected"
        return 0

    return Made(
        cuInit=lambda flags: fault,
        cuDeviceGetCount=writes(len(names)),
        cuDeviceGet=handle_of,
        cuDeviceGetName=name_of,
        cuDeviceTotalMem_v2=memory_of,
        cuGetErrorString=meaning_of,
        cuDriverGetVersion=writes(13020),
    )
