"""The libraries that a GPU needs: which are there, of what version, and how the others are got."""

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.runtime.build import Build
from app.runtime.execution import Device

Load = Callable[[str], Any]
"""Opens a shared library by its name, or raises `OSError`."""

PACKAGES = "pip install 'densight[cuda]'"
DRIVER = (
    "install NVIDIA's driver; for a container also the NVIDIA Container Toolkit, "
    "and start it with --gpus all"
)
TENSORRT = (
    "pip install 'tensorrt-cu{cuda}<11', and put the folder of its libraries, "
    "tensorrt_libs beside the package, into LD_LIBRARY_PATH"
)


Version = Callable[[Any], str]
"""Asks a loaded library for its version; `AttributeError` where it has no such function."""


@dataclass(frozen=True)
class Library:
    """A shared library.

    Attributes:
        title: what people call it.
        name: by which the system's loader is asked for it.
        found: whether it could be loaded.
        version: that it says of itself; empty: it says none.
        problem: why it could not be loaded.
        remedy: how it is got, if it is missing.
        devices: that do not work without it.
    """

    title: str
    name: str
    found: bool
    version: str
    problem: str
    remedy: str
    devices: tuple[Device, ...]


@dataclass(frozen=True)
class _Needed:
    """A library to be looked for; `{cuda}` stands for the number of CUDA's version."""

    title: str
    name: str
    remedy: str
    version: Version
    devices: tuple[Device, ...] = ("cuda", "tensorrt")


def libraries(build: Build, load: Load = ctypes.CDLL) -> list[Library]:
    """Look for every library that the GPU providers of a build are linked to.

    Args:
        build: what onnxruntime was made for: of another CUDA it finds nothing.
        load: opens a library; those that lie in packages must have been loaded before.

    Returns:
        Nothing for a build without CUDA.
    """
    if not build.cuda_major:
        return []
    return [_looked_for(needed, build.cuda_major, load) for needed in NEEDED]


def missing(device: Device, found: list[Library]) -> list[Library]:
    """The libraries that a device lacks."""
    return [library for library in found if device in library.devices and not library.found]


def _looked_for(needed: _Needed, cuda: str, load: Load) -> Library:
    name, remedy = needed.name.format(cuda=cuda), needed.remedy.format(cuda=cuda)
    try:
        library = load(name)
    except OSError as error:
        return Library(needed.title, name, False, "", str(error), remedy, needed.devices)
    try:
        version = needed.version(library)
    except AttributeError:  # a library of that name without the function
        version = ""
    return Library(needed.title, name, True, version, "", "", needed.devices)


def _by_pointer(function: str, *parts: int) -> Version:
    """The version of a library whose function writes it to an address."""

    def version(library: Any) -> str:
        number = ctypes.c_int()
        failed = getattr(library, function)(ctypes.byref(number))
        return "" if failed else _dotted(number.value, parts)

    return version


def _by_answer(function: str, *parts: int) -> Version:
    """The version of a library whose function returns it."""
    return lambda library: _dotted(int(getattr(library, function)()), parts)


def _cublas(library: Any) -> str:
    """Ask for major, minor and patch level one by one (cublasGetProperty, libraryPropertyType)."""
    number = ctypes.c_int()
    said = []
    for part in range(3):
        if library.cublasGetProperty(part, ctypes.byref(number)):
            return ""
        said.append(str(number.value))
    return ".".join(said)


def _dotted(number: int, parts: tuple[int, ...]) -> str:
    """13020 is 13.2 by (1000, 10), and 92400 is 9.24.0 by (10000, 100, 1)."""
    said = []
    for part in parts:
        said.append(str(number // part))
        number %= part
    return ".".join(said)


NEEDED = (
    _Needed("driver", "libcuda.so.1", DRIVER, _by_pointer("cuDriverGetVersion", 1000, 10)),
    _Needed(
        "CUDA runtime",
        "libcudart.so.{cuda}",
        PACKAGES,
        _by_pointer("cudaRuntimeGetVersion", 1000, 10),
    ),
    _Needed("cuBLAS", "libcublas.so.{cuda}", PACKAGES, _cublas),
    _Needed("cuRAND", "libcurand.so.10", PACKAGES, _by_pointer("curandGetVersion", 1000, 100, 1)),
    _Needed("cuDNN", "libcudnn.so.9", PACKAGES, _by_answer("cudnnGetVersion", 10000, 100, 1)),
    _Needed(
        "TensorRT",
        "libnvinfer.so.10",
        TENSORRT,
        _by_answer("getInferLibVersion", 10000, 100, 1),
        ("tensorrt",),
    ),
    _Needed(
        "TensorRT's parser", "libnvonnxparser.so.10", TENSORRT, lambda library: "", ("tensorrt",)
    ),
)
"""What onnxruntime's libraries for CUDA and TensorRT are linked to."""
