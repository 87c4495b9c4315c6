"""Which device a session may use, and which one it really got."""

import contextlib
import io
import logging
from collections.abc import Mapping
from typing import Literal

import onnxruntime

from app.errors import DeviceUnavailable

log = logging.getLogger(__name__)

Wanted = Literal["auto", "cpu", "cuda", "tensorrt"]
Device = Literal["cpu", "cuda", "tensorrt"]

PROVIDERS: Mapping[Device, tuple[str, ...]] = {
    "cpu": ("CPUExecutionProvider",),
    "cuda": ("CUDAExecutionProvider", "CPUExecutionProvider"),
    "tensorrt": ("TensorrtExecutionProvider", "CUDAExecutionProvider", "CPUExecutionProvider"),
}
"""The execution providers of each device, in the order onnxruntime shall try them."""

# The smallest ONNX model there is, y = Identity(x) over float[1]: opening it on a provider shows
# whether that provider works on this machine. What onnxruntime was *built* with shows nothing.
PROBE = (
    b'\x08\x08\x12\x00:;\n\x10\n\x01x\x12\x01y"\x08Identity\x12\x05probe'
    b"Z\x0f\n\x01x\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01"
    b"b\x0f\n\x01y\x12\n\n\x08\x08\x01\x12\x04\n\x02\x08\x01B\x04\n\x00\x10\r"
)


def candidates(wanted: Wanted) -> tuple[Device, ...]:
    """The devices that satisfy a wish, best first."""
    return ("cuda", "cpu") if wanted == "auto" else (wanted,)


def resolve(wanted: Wanted) -> Device:
    """Choose the device that works on this machine.

    Raises:
        DeviceUnavailable: a device was asked for by name and does not work here.
    """
    for device in candidates(wanted):
        if works(device):
            if device == "cpu" and wanted == "auto":
                log.info("no usable CUDA device, models run on the CPU")
            return device
    raise DeviceUnavailable(
        f"DENSIGHT_DEVICE={wanted}, but {PROVIDERS[candidates(wanted)[-1]][0]} can not be used on "
        "this machine: it needs a GPU with its driver and the CUDA libraries "
        "(pip install 'densight[cuda]')"
    )


def works(device: Device) -> bool:
    """Open a session on the device and look which provider it really got."""
    provider = PROVIDERS[device][0]
    if provider not in onnxruntime.get_available_providers():
        return False
    # onnxruntime prints its failures besides raising them; here a failure is an ordinary answer.
    with contextlib.redirect_stdout(io.StringIO()):
        if device != "cpu":
            onnxruntime.preload_dlls()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        if device != "cpu":
            options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
        onnxruntime.set_default_logger_severity(4)
        try:
            session = onnxruntime.InferenceSession(PROBE, options, providers=[provider])
        except Exception:  # onnxruntime's own classes share no base but Exception
            return False
        finally:
            onnxruntime.set_default_logger_severity(2)
    return bool(session.get_providers()[0] == provider)


def session_options(threads: int) -> onnxruntime.SessionOptions:
    """How the session of a model is opened; `threads` are the intra-op threads of one run.

    The fallback to the CPU stays allowed here, unlike in the probe: on a GPU onnxruntime wants
    the arithmetic on shapes to stay on the CPU. That the device itself is in use is checked on
    the opened session.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Spinning threads double the CPU time of a picture as soon as a neighbour is busy.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # Pictures come in every size: memory patterns would be planned anew for each of them.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return options
