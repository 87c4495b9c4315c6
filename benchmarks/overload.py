"""`python -m benchmarks.overload`: ten times what the service can do, for a minute.

First the capacity is measured by clients that wait for their answers; then requests come at ten
times that rate, whatever becomes of those before (open loop).

Ends with status 1 unless goodput is 0.9 of the capacity or more, every other answer a 503 with
`Retry-After`, 99 % of these came within 50 ms, and memory did not grow by 5 %.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from app.runtime.cpu import cores
from benchmarks.answers import Answers
from benchmarks.connection import post
from benchmarks.loops import arrivals, closed, opened
from benchmarks.memory import Sample, growth, sampled
from benchmarks.server import started

EXAMPLES = Path(__file__).parent.parent / "examples"

TIMES = 10
"""The rate of requests, in capacities."""

GOODPUT, REFUSED_WITHIN, GROWTH = 0.9, 0.05, 0.05
"""What is asked for: of the capacity, seconds, and of the memory."""


def main() -> None:
    """Run it, print what came of it and the verdict."""
    asked = _arguments()
    picture = (EXAMPLES / asked.picture).read_bytes()
    requests = [post(asked.path, picture, "application/octet-stream")]
    clients = 2 * cores()
    with started() as (process, client):
        host, port = str(client.base_url.host), client.base_url.port or 80
        closed(host, port, requests, clients=clients, seconds=2)  # what is slow the first time
        answers = closed(host, port, requests, clients=clients, seconds=asked.seconds / 4)
        capacity = answers.throughput
        print(f"capacity: {capacity:.1f} answers/s by {clients} clients, {cores()} cores")
        rate = TIMES * capacity
        times = arrivals(rate, round(rate * asked.seconds), poisson=False)
        with sampled(process.pid) as samples:
            answers = opened(host, port, requests, times)
    sys.exit(_judge(answers, capacity, samples))


def _judge(answers: Answers, capacity: float, samples: Sequence[Sample]) -> bool:
    """Print what came; whether something is wrong with it."""
    refused = answers.latencies[(answers.statuses == 503) & answers.again]
    others = answers.failed - len(refused)
    goodput = answers.throughput / capacity
    grown = growth(samples, settled=0)
    print(f"asked: {len(answers.statuses)}; {answers}")
    print(f"goodput: {goodput:.2f} of the capacity")
    q50, q99 = np.percentile(refused, (50, 99)) if len(refused) else (np.nan, np.nan)
    print(f"refused: {len(refused)}, 50 % in {q50 * 1e3:.1f} ms, 99 % in {q99 * 1e3:.1f} ms")
    print(f"neither: {others}")
    first, last = samples[0].bytes / 1e6, samples[-1].bytes / 1e6
    print(f"memory: {first:.0f} MB at the beginning, {last:.0f} MB at the end, {grown:+.1%}")
    return not (
        others == 0
        and goodput >= GOODPUT
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
