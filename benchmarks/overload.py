"""`python -m benchmarks.overload`: ten times what the service can do, for a minute.

First the capacity is measured by clients that wait for their answers; then requests come at ten
times that rate, whatever becomes of those before (open loop), each on a connection of its own.

Ends with status 1 unless goodput is 0.9 of the capacity or more, every other answer a 503 with
`Retry-After`, 99 % of these came within 50 ms, and memory did not grow by 5 %.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from app.runtime.cpu import cores
from benchmarks.memory import Sample, growth, sample
from benchmarks.post import Answer, Post, quantile
from benchmarks.server import started

EXAMPLES = Path(__file__).parent.parent / "examples"

TIMES = 10
"""The rate of requests, in capacities."""

GOODPUT, REFUSED_WITHIN, GROWTH = 0.9, 0.05, 0.05
"""What is asked for: of the capacity, seconds, and of the memory."""


def main() -> None:
    """Run it, print what came of it and the verdict."""
    asked = _arguments()
    with started() as (process, client):
        picture = (EXAMPLES / asked.picture).read_bytes()
        post = Post(str(client.base_url.host), client.base_url.port or 80, asked.path, picture)
        sys.exit(asyncio.run(_measure(post, process.pid, asked.seconds)))


async def _measure(post: Post, pid: int, seconds: float) -> bool:
    await _closed_loop(post, 2)  # what is slow the first time
    window = max(5.0, seconds / 4)
    capacity = len(await _closed_loop(post, window)) / window
    print(f"capacity: {capacity:.1f} answers/s by {2 * cores()} clients, {cores()} cores")
    samples: list[Sample] = []
    sampling = asyncio.create_task(sample(pid, samples))
    answers = await open_loop(post, TIMES * capacity, seconds)
    sampling.cancel()
    return _judge(answers, capacity, samples, seconds)


async def _closed_loop(post: Post, seconds: float) -> list[Answer]:
    """Let clients ask again when they have their answer; what came within the time."""
    answers: list[Answer] = []
    end = time.perf_counter() + seconds

    async def ask() -> None:
        while time.perf_counter() < end:
            answer = await post()
            if time.perf_counter() < end and answer.status == 200:
                answers.append(answer)

    await asyncio.gather(*(ask() for _ in range(2 * cores())))
    return answers


async def open_loop(
    post: Callable[[], Awaitable[Answer]], rate: float, seconds: float
) -> list[Answer]:
    """Ask at a steady rate, whatever becomes of it; every answer, the late ones too.

    Args:
        post: asks once.
        rate: requests a second.
        seconds: in which they are sent.
    """
    begin = time.perf_counter()
    asking: list[asyncio.Future[Answer]] = []
    for number in range(int(rate * seconds)):
        early = begin + number / rate - time.perf_counter()
        if early > 0:
            await asyncio.sleep(early)
        asking.append(asyncio.ensure_future(post()))
    return await asyncio.gather(*asking)


def _judge(
    answers: Sequence[Answer], capacity: float, samples: Sequence[Sample], seconds: float
) -> bool:
    """Print what came; whether something is wrong with it."""
    good = [a for a in answers if a.status == 200]
    refused = sorted(a.seconds for a in answers if a.status == 503 and a.retry_after)
    # What still waited when the last was sent is no work of these seconds.
    end = max((a.sent for a in answers), default=0.0)
    goodput = sum(a.sent + a.seconds <= end for a in good) / seconds
    grown = growth(samples, settled=0)
    print(f"asked: {len(answers)} in {seconds:g} s, {len(answers) / seconds:.1f}/s")
    print(f"answered: {len(good)}, goodput {goodput / capacity:.2f} of the capacity")
    q50, q99 = (quantile(refused, share) for share in (0.5, 0.99))
    print(f"refused: {len(refused)}, 50 % in {q50 * 1e3:.1f} ms, 99 % in {q99 * 1e3:.1f} ms")
    others = len(answers) - len(good) - len(refused)
    print(f"neither: {others}")
    first, last = samples[0].bytes / 1e6, samples[-1].bytes / 1e6
    print(f"memory: {first:.0f} MB at the beginning, {last:.0f} MB at the end, {grown:+.1%}")
    return not (
        others == 0
        and goodput >= GOODPUT * capacity
        and q99 < REFUSED_WITHIN  # and not NaN
        and grown < GROWTH
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overload", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="of overload; 10 or more")
    parser.add_argument("--path", default="/v1/saliency", help="what is asked, with its query")
    parser.add_argument("--picture", default="cat.jpg", help="a file of examples/")
    asked = parser.parse_args()
    if asked.seconds < 10:
        parser.error("--seconds: memory can not be compared within less than 10")
    return asked


if __name__ == "__main__":
    main()
