"""Runs of one graph: what waits for it at the same moment goes through it together."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Sequence

import numpy as np

from app.runtime.runs import Arrays


class Batches:
    """Greedy batches: nobody waits for others to come, but those who wait already go together.

    The threads that call `run` do the work themselves. One of them leads: it runs the graph on what
    it brought and on what others brought while the graph was busy, and wakes them with their parts
    of the answer. An idle graph so runs at once, and no thread of ours stands between.

    Args:
        graph: runs on inputs and gives outputs; every row of them depends on its own row only.
        largest: rows of a batch; of one who brings more they are run as they are.
        at_once: runs of the graph that may go on at the same time.
    """

    def __init__(self, graph: Callable[[Arrays], Arrays], largest: int, at_once: int = 1) -> None:
        self.sizes: Counter[int] = Counter()
        """How many runs there were of each number of rows."""
        self._graph, self._largest, self._at_once = graph, largest, at_once
        self._running = 0
        self._waiting: deque[_Item] = deque()  # nobody waits unless all runs are taken
        self._changing = threading.Lock()

    @property
    def running(self) -> int:
        """Runs that go on at this moment."""
        return self._running

    @property
    def waiting(self) -> int:
        """Callers whose inputs wait for a run."""
        return len(self._waiting)

    def run(self, inputs: Arrays) -> Arrays:
        """The graph's outputs for these inputs.

        Raises:
            Exception: what the graph raises on these inputs; those of others do not matter.
        """
        item = _Item(inputs)
        with self._changing:
            leads = self._running < self._at_once
            self._running += leads
            self._waiting.append(item)
        if not leads:
            item.woken.wait()
        if not item.done:
            self._lead()
        return item.result()

    def _lead(self) -> None:
        """Run the oldest that waits, and those that can go with it; then let the next one lead."""
        with self._changing:
            batch = self._take()
        self._run(batch)
        for item in batch:
            item.woken.set()
        with self._changing:
            if self._waiting:
                self._waiting[0].woken.set()
            else:
                self._running -= 1

    def _take(self) -> list["_Item"]:
        first = self._waiting.popleft()
        batch, rows = [first], first.rows
        for item in list(self._waiting):
            if item.kind == first.kind and rows + item.rows <= self._largest:
                batch.append(item)
                rows += item.rows
        for item in batch[1:]:
            self._waiting.remove(item)
        self.sizes[rows] += 1
        return batch

    def _run(self, batch: Sequence["_Item"]) -> None:
        first, *others = batch
        if not others:
            first.answer(self._graph)
            return
        names = first.inputs
        joined = {name: np.concatenate([item.inputs[name] for item in batch]) for name in names}
        try:
            outputs = self._graph(joined)
        except Exception:  # whose fault it is shows when each runs alone
            for item in batch:
                item.answer(self._graph)
            return
        ends = np.cumsum([item.rows for item in batch])
        for item, end in zip(batch, ends, strict=True):
            rows = slice(end - item.rows, end)
            item.outputs = {name: output[rows] for name, output in outputs.items()}


class _Item:
    """What one caller brought, and what became of it."""

    def __init__(self, inputs: Arrays) -> None:
        self.inputs = inputs
        self.rows = len(next(iter(inputs.values())))
        self.kind = {name: (array.dtype, array.shape[1:]) for name, array in inputs.items()}
        self.woken = threading.Event()
        self.outputs: Arrays | None = None
        self.error: BaseException | None = None

    @property
    def done(self) -> bool:
        return self.outputs is not None or self.error is not None

    def answer(self, graph: Callable[[Arrays], Arrays]) -> None:
        try:
            self.outputs = graph(self.inputs)
        except BaseException as error:  # whatever it is, it is this caller's
            self.error = error

    def result(self) -> Arrays:
        if self.error is not None:
            raise self.error
        assert self.outputs is not None
        return self.outputs
