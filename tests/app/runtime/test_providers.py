"""Options of sessions and providers: what is asked for, and whether onnxruntime knows it."""

import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import onnxruntime
import pytest

from app.runtime import device
from app.runtime.execution import ON_CPU, Execution
from app.runtime.providers import arenas, captures, providers, session_options

ON_CUDA = Execution(device="cuda", gpu=1)
ON_TENSORRT = Execution(device="tensorrt", gpu=1)


def options_of(name: str, execution: Execution, **given: Any) -> dict[str, str]:
    return dict(providers(execution, **given))[name]


def test_sessions() -> None:
    options = session_options(Execution(threads=3))
    level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    assert options.intra_op_num_threads == 3
    assert options.graph_optimization_level == level
    assert options.execution_mode == onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert not options.enable_mem_pattern


def test_config_of_the_settings_wins() -> None:
    spinning = {"session.intra_op.allow_spinning": "1", "session.set_denormal_as_zero": "1"}
    options = session_options(Execution(session_config=spinning))
    for name, value in spinning.items():
        assert options.get_session_config_entry(name) == value


def test_the_cpu_has_no_options() -> None:
    assert providers(ON_CPU) == [("CPUExecutionProvider", {})]
    assert arenas(ON_CPU) == "cpu:0"


def test_each_device_falls_back_to_what_it_builds_on() -> None:
    assert [name for name, _ in providers(ON_TENSORRT)] == [
        "TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider",
    ]  # fmt: skip
    assert [name for name, _ in providers(ON_CUDA)] == [
        "CUDAExecutionProvider", "CPUExecutionProvider",
    ]  # fmt: skip


def test_cuda() -> None:
    assert options_of("CUDAExecutionProvider", ON_CUDA) == {
        "device_id": "1",
        "cudnn_conv_algo_search": "HEURISTIC",
        "cudnn_conv_use_max_workspace": "1",
        "arena_extend_strategy": "kSameAsRequested",
    }
    assert arenas(ON_CUDA) == "cpu:0;gpu:1"
    limited = replace(ON_CUDA, gpu_mem_limit=10**9)
    assert options_of("CUDAExecutionProvider", limited)["gpu_mem_limit"] == "1000000000"


@pytest.mark.parametrize(
    ("device", "wanted", "fixed", "captured"),
    [
        ("cuda", True, True, True),
        ("cuda", True, False, False),
        ("cuda", False, True, False),
        ("cpu", True, True, False),
        ("tensorrt", True, True, False),
    ],
)
def test_graphs_are_captured_of_fixed_sides_on_cuda_only(
    device: Any, wanted: bool, fixed: bool, captured: bool
) -> None:
    execution = Execution(device=device, cuda_graphs=wanted)
    assert captures(execution, fixed=fixed) == captured
    if device == "cuda":
        options = options_of("CUDAExecutionProvider", execution, fixed=fixed)
        assert options.get("enable_cuda_graph") == ("1" if captured else None)


def test_tensorrt() -> None:
    shapes = {"trt_profile_min_shapes": "image:1x8x8x3"}
    options = options_of("TensorrtExecutionProvider", ON_TENSORRT, profile=shapes)
    assert options == {"device_id": "1", "trt_fp16_enable": "False", **shapes}
    cached = replace(ON_TENSORRT, tensorrt_cache=Path("/c"), tensorrt_fp16=True)
    assert options_of("TensorrtExecutionProvider", cached, engines=Path("/c/m")) == {
        "device_id": "1",
        "trt_fp16_enable": "True",
        "trt_engine_cache_enable": "True",
        "trt_engine_cache_path": "/c/m",
        "trt_timing_cache_enable": "True",
        "trt_timing_cache_path": "/c",
    }


def test_options_of_the_settings_win() -> None:
    own = {"CUDAExecutionProvider": {"cudnn_conv_algo_search": "EXHAUSTIVE", "use_tf32": "0"}}
    options = options_of("CUDAExecutionProvider", replace(ON_CUDA, provider_options=own))
    assert options["cudnn_conv_algo_search"] == "EXHAUSTIVE"
    assert options["use_tf32"] == "0"
    assert options["device_id"] == "1"


def test_tensorrt_knows_every_option() -> None:
    library = _capi() / "libonnxruntime_providers_tensorrt.so"
    if not library.exists():
        pytest.skip("this onnxruntime is made without TensorRT")
    names = library.read_bytes()
    shapes = {f"trt_profile_{kind}_shapes": "" for kind in ("min", "opt", "max")}
    everything = replace(ON_TENSORRT, tensorrt_cache=Path("/c"))
    options = options_of("TensorrtExecutionProvider", everything, profile=shapes, engines=Path("/"))
    for name in options:
        assert b"\0" + name.encode() + b"\0" in names
    assert b"\0trt_nonsense\0" not in names


# onnxruntime reads the options before it asks for a GPU, and its library for CUDA takes a single
# function from the driver. So where no driver is, one of a line lets the real reader run.
DRIVER = "int cuTensorMapEncodeTiled(void) { return 999; }"

READ = """
import ctypes, sys, onnxruntime
from app.runtime.device import PROBE
ctypes.CDLL(sys.argv[1], ctypes.RTLD_GLOBAL)
onnxruntime.preload_dlls()
onnxruntime.set_default_logger_severity(4)
for pair in sys.argv[2:]:
    options = dict([pair.split("=")])
    try:
        onnxruntime.InferenceSession(
            PROBE, providers=[("CUDAExecutionProvider", options)], enable_fallback=0
        )
    except Exception as error:
        print(pair, "refused" if "provider option" in str(error) else "read")
"""


@pytest.mark.skipif(shutil.which("cc") is None, reason="needs a C compiler")
@pytest.mark.skipif(find_spec("nvidia") is None, reason="needs the CUDA libraries")
@pytest.mark.skipif(device.works("cuda"), reason="this machine has a driver of its own")
def test_cuda_reads_every_option(tmp_path: Path) -> None:
    driver = tmp_path / "libcuda.so.1"
    name = f"-Wl,-soname,{driver.name}"
    compile_it = ["cc", "-shared", "-fPIC", name, "-x", "c", "-", "-o", str(driver)]
    subprocess.run(compile_it, input=DRIVER.encode(), check=True)
    everything = replace(ON_CUDA, gpu_mem_limit=10**9, cuda_graphs=True)
    options = options_of("CUDAExecutionProvider", everything, fixed=True)
    del options["device_id"]  # this one asks whether there is such a GPU
    pairs = [f"{name}={value}" for name, value in options.items()]
    refused = ["nonsense=1", "cudnn_conv_algo_search=GUESS"]
    said = subprocess.run(
        [sys.executable, "-c", READ, str(driver), *pairs, *refused],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
    ).stdout.splitlines()  # fmt: skip
    if not said:
        pytest.skip("this onnxruntime can not load its CUDA provider: libraries are missing")
    assert said == [f"{pair} read" for pair in pairs] + [f"{pair} refused" for pair in refused]


def _capi() -> Path:
    return Path(onnxruntime.__file__).parent / "capi"
