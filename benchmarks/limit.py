"""The in-process limit: decode, fit and run without a server, in the best way there is here.

Every function is called in a process of its own: nothing else then asks for its GIL.
"""

import functools
import itertools
import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from app.card import Fit, ModelCard
from app.imaging.decode import decode
from app.imaging.fit import fit

Read = Callable[[bytes, Fit], NDArray[np.uint8]]


@dataclass(frozen=True)
class Way:
    """How the work is divided.

    Attributes:
        workers: Python threads, each of which decodes pictures and runs them.
        threads: of one run of the session.
        batch: pictures that a worker decodes before it runs them together.
        spin: whether the session's threads burn time while they wait, which is onnxruntime's own
            choice and the fastest where nobody else needs the core.
    """

    workers: int
    threads: int
    batch: int = 1
    spin: bool = False

    def __str__(self) -> str:
        batch = f", batches of {self.batch}" if self.batch > 1 else ""
        return f"{self.workers} x {self.threads} threads{batch}{', spinning' * self.spin}"


def busy(cores: int, batches: Sequence[int]) -> list[Way]:
    """Every division that may be the best where there is more work than cores."""
    pairs = sorted({(cores, 1), (cores + 1, 1), (1, cores), (2, cores)})
    divided = [Way(*pair, batch) for pair in pairs for batch in batches]
    # One worker of batches decodes while the other cores have nothing to do.
    return [way for way in divided if way.workers > 1 or way.batch == 1]


def alone(cores: int) -> list[Way]:
    """Every way that may be the best for a picture that has the machine for itself."""
    return [Way(1, cores, spin=spin) for spin in (False, True)]


def plain(data: bytes, how: Fit) -> NDArray[np.uint8]:
    """Every pixel decoded by the service's own code, then fitted by it: uint8 `[h, w, 3]`."""
    return fit(decode(data, max_pixels=10**9), how)


def scaled(data: bytes, how: Fit) -> NDArray[np.uint8]:
    """The same of a JPEG that is decoded smaller, as far as the service does so for the fit."""
    return fit(decode(data, max_pixels=10**9, seen_by=how), how)


@dataclass(frozen=True)
class Limit:
    """What was reached without a server.

    Attributes:
        latencies: seconds of each picture from its file to its outputs, or of each batch.
        seconds: of all of them.
        pictures: how many they were.
    """

    latencies: list[float]
    seconds: float
    pictures: int

    @property
    def throughput(self) -> float:
        """Pictures a second."""
        return self.pictures / self.seconds

    @property
    def median(self) -> float:
        """Seconds of one picture, or of one batch."""
        return statistics.median(self.latencies)


def measure(path: Path, pictures: Sequence[bytes], read: Read, way: Way, count: int) -> Limit:
    """Take so many pictures from their files to the model's outputs, and throw those away.

    Args:
        path: of the model.
        pictures: files, taken by turns.
        read: `plain` or `scaled`.
        way: how the work is divided.
        count: pictures in all.
    """
    session, how = _opened(path, way.threads, way.spin)
    batches = [
        list(itertools.islice(itertools.cycle(pictures), start, min(start + way.batch, count)))
        for start in range(0, count, way.batch)
    ]

    def run(files: list[bytes]) -> float:
        begun = time.perf_counter()
        session.run(None, {"image": np.stack([read(data, how) for data in files])})
        return time.perf_counter() - begun

    with ThreadPoolExecutor(way.workers) as workers:
        list(workers.map(run, batches[: way.workers]))  # threads and arenas are there then
        begun = time.perf_counter()
        latencies = list(workers.map(run, batches))
        return Limit(latencies, time.perf_counter() - begun, count)


@functools.cache
def _opened(path: Path, threads: int, spin: bool) -> tuple[onnxruntime.InferenceSession, Fit]:
    """A session with nothing of the service's own, and the fit that the file's card asks for."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(spin)))
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
    card = ModelCard.from_metadata(session.get_modelmeta().custom_metadata_map)
    assert card.fit is not None
    return session, card.fit
