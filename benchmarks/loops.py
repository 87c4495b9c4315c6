"""Closed loops of so many clients, and open loops of so many requests a second."""

import asyncio
import contextlib
import itertools
import threading
import time
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any

import numpy as np
import uvloop

from benchmarks.answers import Answers, Seconds
from benchmarks.connection import Connection, Told


def arrivals(rate: float, count: int, *, seed: int = 0, poisson: bool = True) -> Seconds:
    """When the requests of an open loop should be sent, in seconds from its beginning.

    Args:
        rate: requests a second.
        count: how many.
        seed: of the gaps.
        poisson: gaps of an exponential distribution, as of many clients who know nothing of each
            other; else all of them equal.
    """
    gaps: Seconds = np.full(count, 1 / rate)
    if poisson:
        gaps = np.random.default_rng(seed).exponential(1 / rate, count)
    times: Seconds = np.cumsum(gaps) - gaps[0]
    return times


def closed(
    host: str,
    port: int,
    requests: Sequence[bytes],
    *,
    clients: int,
    count: int | None = None,
    seconds: float | None = None,
) -> Answers:
    """Let every client ask, wait for the answer and ask again.

    Args:
        host: of the server.
        port: likewise.
        requests: as `connection.post` makes them, sent by turns.
        clients: each has a connection of its own.
        count: requests in all; `None`: until the seconds are over.
        seconds: after which no more are sent; `None`: until the count is reached.

    Raises:
        OSError: nobody listens, or the server hung up.
    """
    turns = itertools.cycle(requests)
    places = range(count) if count is not None else itertools.count()
    return _measured(_closed(host, port, turns, iter(places), clients, seconds))


async def _closed(
    host: str,
    port: int,
    turns: Iterable[bytes],
    places: Iterable[int],
    clients: int,
    seconds: float | None,
) -> list[tuple[float, ...]]:
    answers: list[tuple[float, ...]] = []
    connections = [await Connection.to(host, port) for _ in range(clients)]
    ending = time.perf_counter() + (seconds or float("inf"))

    async def client(connection: Connection) -> None:
        # Clients share both iterators: the next one who is free takes the next request.
        for _, request in zip(places, turns, strict=False):
            sent = time.perf_counter()
            if sent >= ending:
                return
            told = await connection.ask(request)
            answers.append((sent, time.perf_counter(), *told, 0.0))

    await _all([client(connection) for connection in connections], connections)
    return answers


def opened(host: str, port: int, requests: Sequence[bytes], times: Seconds) -> Answers:
    """Send every request when its time has come, however many are unanswered then.

    A server that falls behind makes no request late: what it keeps waiting counts from the moment
    when it should have been sent (Tene: "coordinated omission" is what happens otherwise).

    Args:
        host: of the server.
        port: likewise.
        requests: as `connection.post` makes them, sent by turns.
        times: as `arrivals` gives them.

    Raises:
        OSError: nobody listens, or the server hung up.
    """
    return _measured(_opened(host, port, itertools.cycle(requests), times))


async def _opened(
    host: str, port: int, turns: Iterable[bytes], times: Seconds
) -> list[tuple[float, ...]]:
    loop = asyncio.get_running_loop()
    answers: list[tuple[float, ...]] = []
    made = [await Connection.to(host, port)]
    free = list(made)
    due: asyncio.Queue[float | None] = asyncio.Queue()

    async def ask(request: bytes) -> Told:
        while free:
            connection = free.pop()
            # Servers hang up on connections that rest; then it is asked anew (RFC 9112, 9.3.1).
            with contextlib.suppress(ConnectionResetError):
                return await answered(connection, request)
        made.append(await Connection.to(host, port))
        return await answered(made[-1], request)

    async def answered(connection: Connection, request: bytes) -> Told:
        told = await connection.ask(request)
        free.append(connection)
        return told

    async def client(intended: float, request: bytes) -> None:
        sent = time.perf_counter()
        told = await ask(request)
        answers.append((intended, time.perf_counter(), *told, sent - intended))

    def pace() -> None:
        # Not a timer of the event loop: those wake up as late as a whole millisecond.
        beginning = time.perf_counter()
        for offset in times:
            intended = beginning + float(offset)
            time.sleep(max(0.0, intended - time.perf_counter()))
            loop.call_soon_threadsafe(due.put_nowait, intended)
        loop.call_soon_threadsafe(due.put_nowait, None)

    pacer = threading.Thread(target=pace, daemon=True)
    pacer.start()
    asked = []
    for request in turns:
        intended = await due.get()
        if intended is None:
            break
        asked.append(asyncio.ensure_future(client(intended, request)))
    await _all(asked, made)
    return answers


async def _all(
    asked: Iterable[Coroutine[Any, Any, None] | asyncio.Future[None]], made: Iterable[Connection]
) -> None:
    """Wait for all answers, or for the first failure; then no connection is left."""
    try:
        await asyncio.gather(*asked)
    finally:
        for connection in made:
            await connection.close()


def _measured(load: Coroutine[Any, Any, list[tuple[float, ...]]]) -> Answers:
    started = time.process_time()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        answers = runner.run(load)
    cpu = time.process_time() - started
    begun, ended, statuses, again, late = np.array(sorted(answers)).T
    return Answers(
        latencies=ended - begun,
        statuses=statuses.astype(np.int64),
        again=again.astype(np.bool_),
        seconds=float(ended.max() - begun.min()),
        cpu=cpu,
        late=late,
    )
