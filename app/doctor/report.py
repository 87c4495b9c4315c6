"""Everything that the doctor found, and whether the device that the settings ask for works."""

import os
import platform
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from app import __version__
from app.catalog import execution_of
from app.doctor.gpu import DriverFault, Gpu, gpus
from app.doctor.library import Library, libraries
from app.doctor.speed import Speed, speeds
from app.doctor.wish import Wish, fault_of, wish_for
from app.errors import ModelNotFound
from app.runtime.build import Build, installed, preload
from app.runtime.cpu import cores, quota
from app.runtime.device import works
from app.runtime.execution import Device, Wanted
from app.settings import Settings

DEVICES: tuple[Device, ...] = ("cpu", "cuda", "tensorrt")
WISHES: tuple[Wanted, ...] = ("auto", "cpu", "cuda", "tensorrt")

PREFERRED = "resnet-landuse"
"""The model that is measured if the folder has it: its sides are fixed, 192 by 192."""


@dataclass(frozen=True)
class Cores:
    """The processor.

    Attributes:
        usable: cores that affinity and container leave to this process.
        machine: cores that there are.
        quota: CPU time a second that the container grants, in cores; `None`: it sets no limit.
    """

    usable: int
    machine: int
    quota: float | None


@dataclass(frozen=True)
class Report:
    """What the doctor found.

    Attributes:
        versions: of Python and of the packages that compute.
        cores: that the service may use.
        build: the onnxruntime.
        libraries: that a GPU needs.
        gpus: that the driver knows.
        driver: why it can not say which, or not the one that is set; empty: it can.
        wishes: what each value of `DENSIGHT_DEVICE` comes to.
        wanted: the value that is set.
        model: that was measured; `None`: there is none.
        speeds: of the devices that work.
    """

    versions: dict[str, str]
    cores: Cores
    build: Build
    libraries: list[Library]
    gpus: list[Gpu]
    driver: str
    wishes: list[Wish]
    wanted: Wanted
    model: str | None
    speeds: list[Speed]

    @property
    def works(self) -> bool:
        """Whether the device that the settings ask for works, and runs the model if any."""
        device = next(wish.device for wish in self.wishes if wish.wanted == self.wanted)
        failed = {speed.device for speed in self.speeds if speed.problem is not None}
        return device is not None and device not in failed

    def to_json(self) -> dict[str, Any]:
        """The report as a program reads it."""
        return {**asdict(self), "works": self.works}


def examine(settings: Settings, model: str | None = None) -> Report:
    """Look at this machine.

    Args:
        settings: whose device is judged, and with whose options models are run.
        model: name of a file of the models folder to measure, without `.onnx`; by default one of
            fixed size.

    Raises:
        ModelNotFound: there is no such file.
    """
    path = model_to_measure(settings.models, model)
    preload()
    build = installed()
    found = libraries(build)
    try:
        known, driver = gpus(), ""
    except DriverFault as fault:
        known, driver = [], str(fault)
    if not driver and settings.gpu not in (gpu.number for gpu in known):
        driver = f"the driver knows of no GPU {settings.gpu}"
    working = tuple(device for device in DEVICES if works(device, settings.gpu))
    faults = {
        device: fault_of(device, build, found, driver)
        for device in DEVICES
        if device not in working
    }
    return Report(
        versions={
            "densight": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in ("numpy", "pillow")},
        },
        cores=Cores(cores(), os.cpu_count() or 1, quota()),
        build=build,
        libraries=found,
        gpus=known,
        driver=driver,
        wishes=[wish_for(wanted, working, faults) for wanted in WISHES],
        wanted=settings.device,
        model=path.stem if path else None,
        speeds=speeds(path, execution_of(settings, "cpu"), working) if path else [],
    )


def model_to_measure(folder: Path, name: str | None = None) -> Path | None:
    """The file of that name, or the preferred one, or the first; `None`: the folder has none.

    Raises:
        ModelNotFound: a name was given, and no file is called so.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.onnx"))}
    if name is None:
        return files.get(PREFERRED, next(iter(files.values()), None))
    if name not in files:
        raise ModelNotFound(f"{folder} has no {name}.onnx", models=sorted(files))
    return files[name]
