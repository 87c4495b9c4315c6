"""Which device a session may use, and which one it really got."""

import contextlib
import io
import logging

import onnxruntime

from app.errors import DeviceUnavailable
from app.runtime.execution import Device, Wanted
from app.runtime.providers import PROVIDERS

log = logging.getLogger(__name__)

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


def resolve(wanted: Wanted, gpu: int = 0) -> Device:
    """Choose the device that works on this machine.

    Args:
        wanted: what the settings ask for.
        gpu: number of the CUDA device, where it comes to one.

    Raises:
        DeviceUnavailable: a device was asked for by name and does not work here.
    """
    for device in candidates(wanted):
        if works(device, gpu):
            if device == "cpu" and wanted == "auto":
                log.info("no usable CUDA device, models run on the CPU")
            return device
    raise DeviceUnavailable(
        f"DENSIGHT_DEVICE={wanted}, but {PROVIDERS[candidates(wanted)[-1]][0]} can not be used on "
        "this machine: it needs a GPU with its driver and the CUDA libraries "
        "(pip install 'densight[cuda]'); densight doctor says what is missing"
    )


def works(device: Device, gpu: int = 0) -> bool:
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
        asked: dict[str, str] = {}
        if device != "cpu":
            options.add_session_config_entry("session.disable_cpu_ep_fallback", "1")
            asked = {"device_id": str(gpu)}
        onnxruntime.set_default_logger_severity(4)
        try:
            session = onnxruntime.InferenceSession(
                PROBE, options, [(provider, asked)], enable_fallback=0
            )
        except Exception:  # onnxruntime's own classes share no base but Exception
            return False
        finally:
            onnxruntime.set_default_logger_severity(2)
    return bool(session.get_providers()[0] == provider)
