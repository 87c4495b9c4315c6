"""`python -m benchmarks.soak`: half an hour of everything at capacity; memory must not grow.

Ends with status 1 when it grew by 5 % or more after the first three minutes, or when an answer was
not 200.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Iterator

import httpx

from app.runtime.cpu import cores
from benchmarks.memory import SETTLED, growth, sampled, table
from benchmarks.pictures import CHOICES, Asked, requests
from benchmarks.server import started

ALLOWED = 0.05
"""Growth that is not held against the service."""


def main() -> None:
    """Run it, print the curve and the verdict."""
    asked = _arguments()
    with started() as (process, client):
        models = [
            (model["task"], model["name"])
            for model in client.get("/v1/models").raise_for_status().json()["models"]
            if model["state"] == "ready" and model["task"] in CHOICES
        ]
        print(f"{len(models)} models, {asked.clients} clients, {asked.minutes:g} minutes")
        coming = requests(models, asked.seed)
        with sampled(process.pid) as samples:
            statuses = asyncio.run(
                _soak(str(client.base_url), coming, asked.clients, asked.minutes)
            )
        process.terminate()
        ended = process.wait()
    grown = growth(samples)
    print(table(samples))
    print("answers: " + ", ".join(f"{n} x {status}" for status, n in sorted(statuses.items())))
    print(f"growth after {SETTLED / 60:g} minutes: {grown:+.1%}; the service ended with {ended}")
    sys.exit(grown >= ALLOWED or set(statuses) != {200} or ended != 0)


async def _soak(
    address: str, coming: Iterator[Asked], clients: int, minutes: float
) -> Counter[int]:
    """Let every client ask for the next thing as soon as it has its answer; count the statuses."""
    statuses: Counter[int] = Counter()
    slowest = 0.0, "none"
    end = time.perf_counter() + minutes * 60
    headers = {"content-type": "application/octet-stream"}

    async def ask(client: httpx.AsyncClient) -> None:
        nonlocal slowest
        while (begin := time.perf_counter()) < end:
            request = next(coming)
            answer = await client.post(
                f"/v1/{request.task}", params=request.params, content=request.body, headers=headers
            )
            statuses[answer.status_code] += 1
            slowest = max(slowest, (time.perf_counter() - begin, f"{request.params}"))

    async with httpx.AsyncClient(base_url=address, timeout=120) as client:
        await asyncio.gather(*(ask(client) for _ in range(clients)))
    print(f"slowest answer: {slowest[0]:.1f} s, {slowest[1]}")
    return statuses


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30, help="of load; more than 3")
    parser.add_argument("--clients", type=int, default=2 * cores(), help="that ask at once")
    parser.add_argument("--seed", type=int, default=0, help="of the random requests")
    asked = parser.parse_args()
    if asked.minutes * 60 <= SETTLED + 10:
        parser.error(f"--minutes: memory is compared from minute {SETTLED / 60:g} on")
    return asked


if __name__ == "__main__":
    main()
