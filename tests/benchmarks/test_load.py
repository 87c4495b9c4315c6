"""The generators of load: what they send, and what they make of the answers."""

import asyncio
import itertools
from collections import Counter

import httpx

from app.imaging.decode import decode
from app.tasks import TASKS
from benchmarks.overload import open_loop
from benchmarks.pictures import CHOICES, requests
from benchmarks.post import Answer, Post, quantile
from tests.conftest import Make, held, png, serving

CLASSIFY = "/v1/classification"


def posting(client: httpx.Client, body: bytes) -> Post:
    return Post(str(client.base_url.host), client.base_url.port or 80, CLASSIFY, body)


def test_an_open_loop_waits_for_no_answer() -> None:
    async def run() -> int:
        everybody_asks = asyncio.Barrier(20)

        async def post() -> Answer:
            await everybody_asks.wait()
            return Answer(200, False, 0, 0)

        return len(await open_loop(post, rate=2000, seconds=0.01))

    assert asyncio.run(run()) == 20


def test_answers_are_told_apart(client: httpx.Client) -> None:
    statuses = [asyncio.run(posting(client, body)()).status for body in (png(), b"no picture")]
    assert statuses == [200, 415]


def test_a_refusal_says_when_to_ask_again(make_app: Make) -> None:
    async def run() -> Answer:
        accepted = asyncio.ensure_future(post())
        await asyncio.to_thread(begun.wait)
        refused = await post()
        accepted.cancel()
        return refused

    app = make_app(workers=1, queue=0)
    with serving(app) as client, held(TASKS["classification"]) as begun:
        post = posting(client, png())
        refused = asyncio.run(run())
    assert (refused.status, refused.retry_after) == (503, True)


def test_nobody_there() -> None:
    answer = asyncio.run(Post("127.0.0.1", 1, CLASSIFY, b"")())
    assert (answer.status, answer.retry_after) == (0, False)


def test_quantiles() -> None:
    assert [quantile(range(100), share) for share in (0, 0.5, 0.99, 1)] == [0, 50, 99, 99]


def test_random_requests_are_good_ones() -> None:
    models = [(task, f"some-{task}") for task in TASKS]
    asked = list(itertools.islice(requests(models, seed=1), 30))
    assert asked == list(itertools.islice(requests(models, seed=1), 30))
    assert asked[:1] != list(itertools.islice(requests(models, seed=2), 1))
    pictures = [decode(request.body, max_pixels=10**7) for request in asked]
    assert len({picture.pixels.shape for picture in pictures}) > 20
    assert set(Counter(request.task for request in asked)) == set(TASKS) == set(CHOICES)
    for request in asked:
        TASKS[request.task].options(**request.params)
