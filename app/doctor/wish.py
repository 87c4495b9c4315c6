"""What each value of `DENSIGHT_DEVICE` comes to on this machine, and why not to a better device."""

from collections.abc import Collection
from dataclasses import dataclass

from app.doctor.library import Library, missing
from app.runtime.build import Build
from app.runtime.device import candidates
from app.runtime.execution import Device, Wanted
from app.runtime.providers import PROVIDERS


@dataclass(frozen=True)
class Wish:
    """What a value comes to.

    Attributes:
        wanted: the value.
        device: that it takes; `None`: the service does not start.
        reason: why a better device is not taken, or none at all; empty: there is no better one.
    """

    wanted: Wanted
    device: Device | None
    reason: str = ""


def wish_for(wanted: Wanted, working: Collection[Device], faults: dict[Device, str]) -> Wish:
    """Choose among the devices that work as the service does.

    Args:
        wanted: the value of the setting.
        working: devices that were tried with success.
        faults: why the others do not work.
    """
    passed_over: list[str] = []
    for device in candidates(wanted):
        if device in working:
            return Wish(wanted, device, "; ".join(passed_over))
        passed_over.append(f"{device}: {faults[device]}")
    return Wish(wanted, None, "; ".join(passed_over))


def fault_of(device: Device, build: Build, found: list[Library], driver: str) -> str:
    """Why a device does not work, as far as it can be told from outside onnxruntime.

    Args:
        device: that was tried without success.
        build: the onnxruntime.
        found: the libraries that were looked for.
        driver: why the driver knows of no GPU; empty: it knows some.
    """
    provider = PROVIDERS[device][0]
    if provider not in build.providers:
        return f"{build.package} {build.version} is made without {provider}"
    if lacking := missing(device, found):
        return f"{', '.join(library.name for library in lacking)} can not be loaded"
    return driver or f"onnxruntime can not open a session on {provider}; it logs why"
