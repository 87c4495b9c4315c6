"""The sessions of one model: how many cores a run takes depends on the traffic."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import onnxruntime
from numpy.typing import NDArray

from app.runtime.execution import ON_CPU, Execution
from app.runtime.providers import captures
from app.runtime.runs import Arrays, CapturedRuns, PlainRuns, Run
from app.runtime.session import inputs_of, opened, sides_are_fixed

PATIENCE = 0.1
"""Seconds that a job waits for another to end. Whose runs take longer, such as the tiles of a job,
would hold up others, and might be the first to come again each time."""


class Sessions:
    """A session over all threads, and on a CPU another for the time when there are many jobs.

    Runs over all cores hinder each other as soon as there are several: their threads wait for one
    another. Runs on one core each do not, and do more together, but each takes longer: a lone
    request would wait while cores idle, and of requests that come one after the other each would
    meet the one before. So the job that would fill the last lane waits until another has ended, and
    one core each is for when there are more jobs than lanes. The price of having both sessions is
    that the weights are in memory twice.
    """

    def __init__(self, wide: onnxruntime.InferenceSession, execution: Execution = ON_CPU) -> None:
        self.wide = wide
        """The one that tells what the graph is."""
        self._execution = execution
        self._run = _runs(wide, execution)
        self._run_narrow: Run | None = None
        self._lanes = threading.Semaphore(max(1, execution.traffic.lanes - 1))

    @classmethod
    def open(cls, path: Path, execution: Execution) -> Self:
        """Open the session over all threads.

        Raises:
            InvalidModel: onnxruntime can not load the file, or not on that device.
            InvalidCard: the file's card can not be read, or it has none and no name that could do.
        """
        return cls(opened(path, execution), execution)

    def open_narrow(self, path: Path, unchanged: Callable[[], bool] = lambda: True) -> None:
        """Open the other one, unless it is open; dense traffic has the wide one until then.

        Args:
            path: of the file.
            unchanged: whether it still is the file that the wide one was opened from.

        Raises:
            InvalidModel: onnxruntime can not load the file any more.
        """
        execution = self._execution
        share = max(1, execution.threads // execution.traffic.lanes)
        # Where requests are put together there is one run at a time, for which all threads are.
        apart = execution.device == "cpu" and execution.max_batch == 1 and share < execution.threads
        if not apart or self._run_narrow or not unchanged():
            return
        narrow = opened(path, replace(execution, threads=share))
        if unchanged():
            self._run_narrow = _runs(narrow, execution)

    def run(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        """Every output of the graph, by name."""
        narrow, traffic = self._run_narrow, self._execution.traffic
        if narrow is None:
            return self._run(inputs)
        if not traffic.dense and self._lanes.acquire(timeout=PATIENCE):
            try:
                if not traffic.dense:  # more may have come meanwhile
                    return self._run(inputs)
            finally:
                self._lanes.release()
        return narrow(inputs)


def _runs(session: onnxruntime.InferenceSession, execution: Execution) -> Run:
    if captures(execution, fixed=sides_are_fixed(inputs_of(session))):
        return CapturedRuns(session, execution.gpu)
    return PlainRuns(session, execution)
