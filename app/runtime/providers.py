"""The options of sessions and of their execution providers, as functions of an `Execution`."""

from pathlib import Path

import onnxruntime

from app.runtime.execution import Device, Execution, Options

PROVIDERS: dict[Device, tuple[str, ...]] = {
    "cpu": ("CPUExecutionProvider",),
    "cuda": ("CUDAExecutionProvider", "CPUExecutionProvider"),
    "tensorrt": ("TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"),
}
"""The execution providers of each device, in the order onnxruntime shall try them."""


def session_options(execution: Execution) -> onnxruntime.SessionOptions:
    """How the session of a model is opened.

    Nodes may be put on the CPU here, unlike in the probe of a device: on a GPU onnxruntime wants
    the arithmetic on shapes to stay there. That the device itself is in use is checked on the
    opened session.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = execution.threads
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # Pictures come in every size, and memory would be planned anew for each. Where only the batch
    # differs a plan costs little, but it saves nothing either: measured 0.97 to 1.00 of the time.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    # Spinning threads double the CPU time of a picture as soon as a neighbour is busy.
    entries = {"session.intra_op.allow_spinning": "0", **execution.session_config}
    for name, value in entries.items():
        options.add_session_config_entry(name, value)
    return options


def providers(
    execution: Execution,
    *,
    fixed: bool = False,
    profile: Options | None = None,
    engines: Path | None = None,
) -> list[tuple[str, dict[str, str]]]:
    """The execution providers that a session shall try, each with its options.

    Args:
        execution: what is wanted.
        fixed: whether the sides of what the model takes are fixed, so that CUDA graphs can be.
        profile: shapes that a TensorRT engine is built for; see `app.runtime.profile`.
        engines: folder of this model's TensorRT engines.
    """
    of = {
        "TensorrtExecutionProvider": _tensorrt(execution, profile or {}, engines),
        "CUDAExecutionProvider": _cuda(execution, graphs=captures(execution, fixed=fixed)),
    }
    return [
        (name, {**of.get(name, {}), **execution.provider_options.get(name, {})})
        for name in PROVIDERS[execution.device]
    ]


def captures(execution: Execution, *, fixed: bool) -> bool:
    """Whether the runs of a model with or without fixed sides are captured as CUDA graphs."""
    return execution.cuda_graphs and execution.device == "cuda" and fixed


def arenas(execution: Execution) -> str:
    """The memory arenas of a session, as the run option that shrinks them names them."""
    return "cpu:0" if execution.device == "cpu" else f"cpu:0;gpu:{execution.gpu}"


def _cuda(execution: Execution, *, graphs: bool) -> dict[str, str]:
    """Options of onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html."""
    options = {
        "device_id": str(execution.gpu),
        # The exhaustive search, which is the default, times every kernel anew for every size.
        "cudnn_conv_algo_search": "HEURISTIC",
        "cudnn_conv_use_max_workspace": "1",
        # By powers of two, the default, a model takes up to twice the memory that it needs.
        "arena_extend_strategy": "kSameAsRequested",
    }
    if execution.gpu_mem_limit:
        options["gpu_mem_limit"] = str(execution.gpu_mem_limit)
    if graphs:
        options["enable_cuda_graph"] = "1"
    return options


def _tensorrt(execution: Execution, profile: Options, engines: Path | None) -> dict[str, str]:
    """Options of onnxruntime.ai/docs/execution-providers/TensorRT-ExecutionProvider.html."""
    options = {"device_id": str(execution.gpu), "trt_fp16_enable": str(execution.tensorrt_fp16)}
    if execution.tensorrt_cache is not None and engines is not None:
        options |= {
            "trt_engine_cache_enable": "True",
            "trt_engine_cache_path": str(engines),
            "trt_timing_cache_enable": "True",
            # Timings are of kernels, not of models, so all models share them.
            "trt_timing_cache_path": str(execution.tensorrt_cache),
        }
    return {**options, **profile}
