"""The onnxruntime sessions of one model: how many cores a run takes depends on the traffic."""

from pathlib import Path
from typing import Any, Self

import onnxruntime
from numpy.typing import NDArray

from app.errors import InvalidModel
from app.runtime.batches import Arrays
from app.runtime.device import PROVIDERS, Device, session_options
from app.runtime.execution import Execution
from app.runtime.traffic import Traffic


class Sessions:
    """A session over all threads, and on a CPU another for the time when there is a job for each.

    Runs over all cores hinder each other as soon as there are several: their threads wait for one
    another. Runs on one core each do not, but would let a lone request wait while cores idle. The
    price of having both is that the weights are in memory twice.
    """

    def __init__(
        self,
        wide: onnxruntime.InferenceSession,
        narrow: onnxruntime.InferenceSession | None = None,
        traffic: Traffic | None = None,
    ) -> None:
        self._wide, self._narrow = wide, narrow or wide
        self._traffic = traffic or Traffic()
        self.inputs: list[onnxruntime.NodeArg] = wide.get_inputs()
        self.outputs: list[onnxruntime.NodeArg] = wide.get_outputs()
        self.metadata: dict[str, str] = wide.get_modelmeta().custom_metadata_map
        self.providers: tuple[str, ...] = tuple(wide.get_providers())

    @classmethod
    def open(cls, path: Path, execution: Execution) -> Self:
        """Open a file: twice for a CPU that does not run batches, else once.

        Raises:
            InvalidModel: onnxruntime can not load the file, or not on that device.
        """
        wide = _open(path, execution.device, execution.threads)
        share = max(1, execution.threads // execution.traffic.lanes)
        # Where requests are put together there is one run at a time, for which all threads are.
        apart = execution.device == "cpu" and execution.max_batch == 1 and share < execution.threads
        narrow = _open(path, execution.device, share) if apart else None
        return cls(wide, narrow, execution.traffic)

    def run(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        """Every output of the graph, by name."""
        names = [node.name for node in self.outputs]
        session = self._narrow if self._traffic.dense else self._wide
        return dict(zip(names, session.run(names, inputs), strict=True))

    def warm_up(self, inputs: Arrays) -> None:
        """Run each session once."""
        for session in {self._wide, self._narrow}:
            session.run(None, inputs)


def _open(path: Path, device: Device, threads: int) -> onnxruntime.InferenceSession:
    providers = list(PROVIDERS[device])
    try:
        session = onnxruntime.InferenceSession(path, session_options(threads), providers)
    except Exception as error:  # onnxruntime's own classes share no base but Exception
        reason = str(error).strip().partition("\n")[0]
        raise InvalidModel(f"onnxruntime can not load it: {reason}") from error
    if session.get_providers()[0] != PROVIDERS[device][0]:
        raise InvalidModel(f"asked for {device}, got {session.get_providers()[0]}")
    return session
