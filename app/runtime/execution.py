"""How all models are run: where, on how many cores, and how much at once."""

from dataclasses import dataclass, field

from app.runtime.device import Device
from app.runtime.traffic import Traffic


@dataclass(frozen=True)
class Execution:
    """The same for every model of a process.

    Attributes:
        device: where models run.
        threads: of a run on a CPU that has it for itself; runs in dense traffic share them.
        max_batch: rows of one run that requests may be put together to.
        traffic: counts the jobs that run models.
    """

    device: Device = "cpu"
    threads: int = 1
    max_batch: int = 1
    traffic: Traffic = field(default_factory=Traffic)
