"""The sessions of one model file: how many there are depends on who asks, and how often."""

import logging
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import onnxruntime
from numpy.typing import NDArray

from app.errors import InvalidModel, NotReady
from app.runtime.execution import ON_CPU, Execution
from app.runtime.providers import captures
from app.runtime.runs import Arrays, CapturedRuns, PlainRuns, Run
from app.runtime.session import (
    card_of,
    defaulted_of,
    inputs_of,
    is_fixed_but_batch,
    opened,
    outputs_of,
)
from app.runtime.stamp import stamp_of

log = logging.getLogger(__name__)

PATIENCE = 0.1
"""Seconds that a job waits for another to end. Whose runs take longer, such as the tiles of a job,
would hold up others, and might be the first to come again each time."""


class Sessions:
    """A session over all threads, and on a CPU another as soon as there are many jobs.

    Runs over all cores hinder each other as soon as there are several: their threads wait for one
    another. Runs on one core each do not, and do more together, but each takes longer: a lone
    request would wait while cores idle, and of requests that come one after the other each would
    meet the one before. So the job that would fill the last lane waits until another has ended, and
    one core each is for when there are more jobs than lanes. The price of having both sessions is
    that the weights are in memory twice, so the second is opened by the first job that wants it.

    Args:
        path: of the file.
        execution: how it is run.

    Raises:
        InvalidModel: onnxruntime can not load the file, or not on that device.
        InvalidCard: the file's card can not be read, or it has none and no name that could do.
    """

    def __init__(self, path: Path, execution: Execution = ON_CPU) -> None:
        self._path, self._stamp, self._execution = path, stamp_of(path), execution
        session = opened(path, execution)
        self.card = card_of(session, path)
        self.inputs, self.outputs = inputs_of(session), outputs_of(session)
        self.defaulted = defaulted_of(session)
        self.providers: tuple[str, ...] = tuple(session.get_providers())
        self._captures = captures(execution, fixed=is_fixed_but_batch(session))
        self._wide: Run | None = self._runs(session)
        self._narrow: Run | None = None
        share = max(1, execution.threads // execution.traffic.lanes)
        # Where requests are put together there is one run at a time, for which all threads are.
        self._apart = (
            execution.device == "cpu" and execution.max_batch == 1 and share < execution.threads
        )
        self._sharing = replace(execution, threads=share)
        self._lanes = threading.Semaphore(max(1, execution.traffic.lanes - 1))
        self._opening = threading.Lock()

    @property
    def asleep(self) -> bool:
        """No session is in memory; the next run opens one."""
        return self._wide is None

    def sleep(self) -> None:
        """Close the sessions; runs that have begun end first."""
        self._wide = self._narrow = None

    def run(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        """Every output of the graph, by name.

        Raises:
            NotReady: the sessions are closed, and another file lies there now.
        """
        wide = self._wide or self._wake()
        if not self._apart:
            return wide(inputs)
        traffic = self._execution.traffic
        if not traffic.dense and self._lanes.acquire(timeout=PATIENCE):
            try:
                if not traffic.dense:  # more may have come meanwhile
                    return wide(inputs)
            finally:
                self._lanes.release()
        narrow = self._narrow or self._open_narrow() or wide
        return narrow(inputs)

    def _wake(self) -> Run:
        with self._opening:
            if self._wide is None:
                session = opened(self._path, self._execution) if self._unchanged else None
                if session is None or not self._unchanged:
                    reference = self.card.reference
                    raise NotReady(f"the file of {reference} is being replaced", retry_after=1)
                self._wide = self._runs(session)
            return self._wide

    def _open_narrow(self) -> Run | None:
        """The other session; `None` while somebody else opens it, and if it can not be had."""
        if not self._opening.acquire(blocking=False):
            return None
        try:
            if self._narrow is None and self._unchanged:
                session = opened(self._path, self._sharing)
                if self._unchanged:
                    self._narrow = self._runs(session)
        except InvalidModel as error:  # it goes on with the session that it has
            log.warning("%s has no session for dense traffic: %s", self._path.name, error)
            self._apart = False
        finally:
            self._opening.release()
        return self._narrow

    @property
    def _unchanged(self) -> bool:
        """Whether it still is the file that was opened first."""
        return self._stamp == stamp_of(self._path)

    def _runs(self, session: onnxruntime.InferenceSession) -> Run:
        if self._captures:
            return CapturedRuns(session, self._execution.gpu)
        return PlainRuns(session, self._execution)
