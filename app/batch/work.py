"""The same work on many things at once, which can be stopped between one thing and the next."""

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, TypeVar

T = TypeVar("T")
R = TypeVar("R")


def each(
    work: Callable[[T], R], things: Iterable[T], workers: int, stopping: threading.Event
) -> Iterator[R]:
    """The results as they come.

    Args:
        work: called once with each thing, by one of the threads.
        things: taken only when a thread is free, so no more than `workers` are in work.
        workers: threads.
        stopping: once set nothing new is begun, and what is in work is finished.

    Raises:
        Exception: what `work` raised, after what was in work then is finished.
    """
    results: SimpleQueue[Any] = SimpleQueue()
    source, taking, end = iter(things), threading.Lock(), object()

    def take() -> Iterator[T]:
        while not stopping.is_set():
            with taking:
                thing = next(source, end)
            if thing is end:
                return
            yield thing  # type: ignore[misc]

    def serve() -> None:
        try:
            for thing in take():
                results.put(work(thing))
        except BaseException:
            stopping.set()
            raise
        finally:
            results.put(end)

    with ThreadPoolExecutor(workers, thread_name_prefix="densight") as threads:
        try:
            served = [threads.submit(serve) for _ in range(workers)]
            for _ in served:
                yield from iter(results.get, end)
        finally:
            stopping.set()
    for done in served:
        done.result()
