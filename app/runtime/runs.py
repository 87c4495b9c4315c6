"""How a session is run: with memory given back now and then, or by captured CUDA graphs."""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from app.errors import OutOfMemory
from app.runtime.execution import Execution
from app.runtime.providers import arenas

Arrays = Mapping[str, NDArray[Any]]
"""The inputs or the outputs of a graph by name; the first dimension is the batch."""

Run = Callable[[Arrays], dict[str, NDArray[Any]]]

CAPTURED = 8
"""Graphs that are captured of one model, one for each batch; each keeps all its tensors on the
device, so batches of further sizes run without one."""


# What onnxruntime and the libraries below it say when memory is short: its arenas
# (core/framework/bfc_arena.cc), the C++ library, CUDA, cuDNN, cuBLAS and TensorRT.
_SHORT_OF_MEMORY = re.compile(
    r"failed to allocate memory|bad_alloc|out of memory|outofmemory|_ALLOC(ATION)?_FAILED"
    r"|memoryallocation|available memory of", re.IGNORECASE,
)  # fmt: skip


@contextmanager
def telling_of_memory() -> Iterator[None]:
    """Tell from all other failures those of runs that memory was too short for.

    Raises:
        OutOfMemory: memory was too short for what the block ran.
    """
    try:
        yield
    except Exception as error:  # onnxruntime's own classes share no base but Exception
        if isinstance(error, MemoryError) or _SHORT_OF_MEMORY.search(str(error)):
            raise OutOfMemory("memory is too short for a run", retry_after=1) from error
        raise


class PlainRuns:
    """Runs of a session; from any number of threads at once.

    An arena holds what its largest run took, for ever. Shrinking it makes the next runs ask the
    system anew, which was measured to cost about as much as one run on a CPU (docs/gpu.md), so one
    run in `Execution.return_memory` seconds does.
    """

    def __init__(self, session: onnxruntime.InferenceSession, execution: Execution) -> None:
        self._session, self._names = session, [node.name for node in session.get_outputs()]
        self._every = execution.return_memory
        self._shrinking = onnxruntime.RunOptions()
        self._shrinking.add_run_config_entry(
            "memory.enable_memory_arena_shrinkage", arenas(execution)
        )
        self._next = time.monotonic() + self._every

    def __call__(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        """Run the graph and name its outputs.

        Raises:
            OutOfMemory: the device has too little for what the inputs need.
        """
        options, now = None, time.monotonic()
        # Two threads may both find that it is time: that costs one of them a little.
        if now >= self._next:
            options, self._next = self._shrinking, now + self._every
        with telling_of_memory():
            made = self._session.run(self._names, dict(inputs), options)
        return dict(zip(self._names, made, strict=True))


class CapturedRuns:
    """Runs of a session that was opened with `enable_cuda_graph`; one at a time, the others wait.

    A graph is played back on the very addresses that it was captured with, so tensors are bound to
    memory of the device which is kept (onnxruntime.ai/docs/execution-providers/
    CUDA-ExecutionProvider.html, "Using CUDA Graphs"). Memory is not given back: it is in a graph.
    """

    def __init__(
        self, session: onnxruntime.InferenceSession, gpu: int, *, device: str = "cuda"
    ) -> None:
        self._session, self._names = session, [node.name for node in session.get_outputs()]
        self._place = (device, gpu)
        self._uncaptured = _graph(-1)
        self._bound: dict[object, _Bound] = {}
        self._running = threading.Lock()

    def __call__(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        """Run the graph and name its outputs.

        Raises:
            OutOfMemory: the device has too little for what the inputs need.
        """
        with telling_of_memory():
            return self._ran(inputs)

    def _ran(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        key = tuple((name, array.shape, array.dtype.str) for name, array in sorted(inputs.items()))
        with self._running:
            bound = self._bound.get(key)
            if bound is None:
                # A run without a graph says how large the outputs are, and refuses wrong inputs.
                made = self._session.run(self._names, dict(inputs), self._uncaptured)
                outputs = dict(zip(self._names, made, strict=True))
                if len(self._bound) >= CAPTURED:
                    return outputs
                options = _graph(len(self._bound) + 1)  # 0 is onnxruntime's own
                bound = _Bound(self._session, inputs, outputs, options, self._place)
                self._bound[key] = bound
            return bound.run(inputs)


class _Bound:
    """One graph: its tensors on the device."""

    def __init__(
        self,
        session: onnxruntime.InferenceSession,
        inputs: Arrays,
        outputs: Arrays,
        options: onnxruntime.RunOptions,
        place: tuple[str, int],
    ) -> None:
        self._session, self._options = session, options
        self._binding = session.io_binding()
        self._inputs, self._outputs = (
            {
                name: onnxruntime.OrtValue.ortvalue_from_numpy(np.array(array, order="C"), *place)
                for name, array in arrays.items()
            }
            for arrays in (inputs, outputs)
        )
        for name, value in self._inputs.items():
            self._binding.bind_ortvalue_input(name, value)
        for name, value in self._outputs.items():
            self._binding.bind_ortvalue_output(name, value)

    def run(self, inputs: Arrays) -> dict[str, NDArray[Any]]:
        for name, array in inputs.items():
            self._inputs[name].update_inplace(np.ascontiguousarray(array))
        self._session.run_with_iobinding(self._binding, self._options)
        # The memory is overwritten by the next run, so what leaves here is a copy.
        return {name: np.array(value.numpy()) for name, value in self._outputs.items()}


def _graph(number: int) -> onnxruntime.RunOptions:
    options = onnxruntime.RunOptions()
    options.add_run_config_entry("gpu_graph_id", str(number))
    return options
