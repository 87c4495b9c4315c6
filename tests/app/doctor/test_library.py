"""Libraries that a GPU needs: found or missing, one by one."""

from importlib.metadata import PackageNotFoundError, version

import pytest

from app.doctor.library import Library, libraries, missing
from app.runtime.build import Build, installed, preload
from tests.app.doctor.drivers import Made, driver, loader, writes

BUILD = Build("onnxruntime-gpu", "1.31.1", "13.0", ("CUDAExecutionProvider",))
ALL = {
    "libcuda.so.1": driver("H100"),
    "libcudart.so.13": Made(cudaRuntimeGetVersion=writes(13000)),
    "libcublas.so.13": Made(
        cublasGetProperty=lambda part, address: writes((13, 1, 7)[part])(address)
    ),
    "libcurand.so.10": Made(curandGetVersion=writes(10400)),
    "libcudnn.so.9": Made(cudnnGetVersion=lambda: 92400),
    "libnvinfer.so.10": Made(getInferLibVersion=lambda: 101609),
    "libnvonnxparser.so.10": Made(),
}


def found_in(present: dict[str, Made]) -> dict[str, Library]:
    return {library.name: library for library in libraries(BUILD, loader(present))}


def test_versions() -> None:
    assert {name: library.version for name, library in found_in(ALL).items()} == {
        "libcuda.so.1": "13.2",
        "libcudart.so.13": "13.0",
        "libcublas.so.13": "13.1.7",
        "libcurand.so.10": "10.4.0",
        "libcudnn.so.9": "9.24.0",
        "libnvinfer.so.10": "10.16.9",
        "libnvonnxparser.so.10": "",
    }


@pytest.mark.parametrize("name", ALL)
def test_one_is_missing(name: str) -> None:
    found = found_in({key: library for key, library in ALL.items() if key != name})
    assert [key for key, library in found.items() if not library.found] == [name]
    assert name in found[name].problem
    assert "install" in found[name].remedy
    lacking = missing("tensorrt", list(found.values()))
    assert [library.name for library in lacking] == [name]
    of_tensorrt = name.startswith("libnv")
    assert missing("cuda", list(found.values())) == ([] if of_tensorrt else lacking)
    assert missing("cpu", list(found.values())) == []


def test_the_names_follow_the_build() -> None:
    older = Build("onnxruntime-gpu", "1.20.0", "12.6", ())
    found = {library.name: library for library in libraries(older, loader({}))}
    assert "libcudart.so.12" in found
    assert "tensorrt-cu12" in found["libnvinfer.so.10"].remedy
    assert libraries(Build("onnxruntime", "1.31.1", "", ()), loader(ALL)) == []


def test_a_library_that_does_not_say_its_version() -> None:
    silent = {**ALL, "libcudnn.so.9": Made(), "libcudart.so.13": Made(
        cudaRuntimeGetVersion=writes(0, code=35)
    ), "libcublas.so.13": Made(cublasGetProperty=lambda part, address: 1)}  # fmt: skip
    found = found_in(silent)
    for name in ("libcudnn.so.9", "libcudart.so.13", "libcublas.so.13"):
        assert found[name].found
        assert found[name].version == ""


def test_the_real_ones_say_what_their_packages_are() -> None:
    """CUDA's libraries come with torch and answer without a GPU."""
    preload()
    found = {library.title: library for library in libraries(installed())}
    packages = {"cuDNN": f"nvidia-cudnn-cu{installed().cuda_major}", "cuBLAS": "nvidia-cublas"}
    for title, package in packages.items():
        try:
            released = version(package)
        except PackageNotFoundError:
            pytest.skip(f"{package} is not installed")
        assert released.startswith(found[title].version)
        assert found[title].version
