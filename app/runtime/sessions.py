"""The sessions of one model: how many cores a run takes depends on the traffic."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import onnxruntime
from numpy.typing import NDArray

from app.runtime.execution import ON_CPU, Execution
from app.runtime.providers import captures
from app.runtime.runs import Arrays, CapturedRuns, PlainRuns, Run
from app.runtime.session import inputs_of, opened, sides_are_fixed


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
        execution: Execution = ON_CPU,
    ) -> None:
        self.wide = wide
        """The one that tells what the graph is."""
        self._run = _runs(wide, execution)
        self._run_narrow = self._run if narrow is None else _runs(narrow, execution)
        self._traffic = execution.traffic

    @classmethod
    def open(cls, path: Path, execution: Execution) -> Self:
        """Open a file: twice for a CPU that does not run batches, else once.

        Raises:
            InvalidModel: onnxruntime can not load the file, or not on that device.
            InvalidCard: the file's card can not be read, or it has none and no name that could do.
        """
        wide = opened(path, execution)
        share = max(1, execution.threads // execution.traffic.lanes)
        # Where requests are put together there is one run at a time, for which all threads are.
        apart = execution.device == "cpu" and execution.max_batch == 1 and share < execution.threads
        narrow = opened(path, replace(execution, threads=share)) if apart else None
        return cls(wide, narrow, execution)

    def run(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        """Every output of the graph, by name."""
        return self._run_narrow(inputs) if self._traffic.dense else self._run(inputs)

    def warm_up(self, inputs: Arrays) -> None:
        """Run each session once."""
        self._run(inputs)
        if self._run_narrow is not self._run:
            self._run_narrow(inputs)


def _runs(session: onnxruntime.InferenceSession, execution: Execution) -> Run:
    if captures(execution, fixed=sides_are_fixed(inputs_of(session))):
        return CapturedRuns(session, execution.gpu)
    return PlainRuns(session, execution)
