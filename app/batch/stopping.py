"""Ctrl-C and SIGTERM: the first lets what is running end, the second ends all at once."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)

MESSAGE = b"\nstopping when the pictures in work are done; once more ends it at once\n"


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """An event that is set by the first signal while the block lasts; in the main thread."""
    stopping = threading.Event()

    def stop(*_: object) -> None:
        for ending in SIGNALS:
            signal.signal(ending, signal.SIG_DFL)
        stopping.set()
        # Whatever the signal interrupted may be writing to the buffer of this stream.
        os.write(sys.__stderr__.fileno() if sys.__stderr__ else 2, MESSAGE)

    before = [signal.signal(ending, stop) for ending in SIGNALS]
    try:
        yield stopping
    finally:
        for ending, handler in zip(SIGNALS, before, strict=True):
            signal.signal(ending, handler)
