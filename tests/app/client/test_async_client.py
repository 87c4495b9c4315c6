"""The client that is awaited: the same flows over the other wire."""

import asyncio
import inspect
import io
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import pytest
from PIL import Image

from app.client import AsyncClient, AsyncJob, Client, Job, errors
from app.client.documents import Progress
from app.tasks import TASKS
from tests.app.client.scripted import Says, scripted
from tests.app.client.test_jobs import ALL, DONE, HALF, RUNNING, TASK, events, state
from tests.app.client.test_retries import ANSWER, busy
from tests.conftest import held, png


@pytest.fixture
def async_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that a client would have waited."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("app.client.async_wire.sleep", sleep)
    return waited


def asked(url: str, script: Callable[[AsyncClient], Coroutine[Any, Any, None]]) -> None:
    """Run what a test does with a client."""

    async def run() -> None:
        async with AsyncClient(url) as client:
            await script(client)

    asyncio.run(run())


def public(kind: type) -> dict[str, inspect.Signature]:
    return {
        name: inspect.signature(member)
        for name, member in inspect.getmembers(kind, callable)
        if not name.startswith("_")
    }


def test_both_clients_have_the_same_methods_and_arguments() -> None:
    blocking, awaited = public(Client), public(AsyncClient)
    assert blocking.keys() - awaited.keys() == {"close"}
    assert awaited.keys() - blocking.keys() == {"aclose"}
    for name in blocking.keys() & awaited.keys():
        assert blocking[name].parameters == awaited[name].parameters, name
    assert {name: s.parameters for name, s in public(Job).items()} == {
        name: s.parameters for name, s in public(AsyncJob).items()
    }
    assert (
        inspect.signature(Client).parameters.keys()
        == inspect.signature(AsyncClient).parameters.keys()
    )


def test_answers_are_the_same(url: str, client: Client, path: Path) -> None:
    async def script(awaited: AsyncClient) -> None:
        document = await awaited.classify(path, top_k=1)
        assert document == client.classify(path, top_k=1)
        assert document.answer.media_type == "application/json"
        with Image.open(path) as image:
            enlarged = await awaited.upscale(image)
        assert np.array_equal(enlarged.array(), client.upscale(path).array())
        assert (await awaited.segment_geojson(png()))["type"] == "FeatureCollection"
        assert await awaited.models() == client.models()
        assert await awaited.model("light") == client.model("light")
        assert await awaited.ready()
        file = io.BytesIO()
        await awaited.ask("saliency", path, into=file)
        assert file.getvalue() == client.saliency_image(path).content
        with pytest.raises(errors.ModelNotFound):
            await awaited.classify(path, model="nobody")

    asked(url, script)


def test_many_are_asked_at_once(url: str, path: Path) -> None:
    async def script(client: AsyncClient) -> None:
        documents = await asyncio.gather(*(client.classify(path) for _ in range(8)))
        assert {document.predictions[0].label for document in documents} == {"red"}

    asked(url, script)


def test_jobs_are_followed(url: str, path: Path, tmp_path: Path) -> None:
    async def script(client: AsyncClient) -> None:
        told: list[Progress] = []
        job = await client.submit(TASK, path)
        answer = await (await job.wait(told.append)).result()
        assert answer.image().size == (24, 18)
        assert told
        await job.save(tmp_path / "large.png")
        assert (tmp_path / "large.png").read_bytes() == answer.content
        assert (await client.job(job.id).status()).state == "done"
        await job.cancel()
        with pytest.raises(errors.JobNotFound):
            await job.status()

    asked(url, script)


def test_it_comes_again(async_pauses: list[float], path: Path) -> None:
    async def script(client: AsyncClient) -> None:
        assert (await client.classify(path)).model == "m@1"

    with scripted([busy(Retry_After="7"), Says(cut=True), ANSWER]) as heard:
        asked(heard.url, script)
    assert async_pauses[0] == 7
    assert len(async_pauses) == 2
    assert [request.body for request in heard.heard] == [png()] * 3


def test_a_broken_stream_is_opened_again(async_pauses: list[float]) -> None:
    told: list[Progress] = []

    async def script(client: AsyncClient) -> None:
        await client.job("j").wait(told.append)
        await client.job("j").wait()

    streams = [events(RUNNING, HALF, cut=True), events(RUNNING, HALF, ALL, DONE)]
    with scripted([*streams, Says(404), state("done")]) as heard:
        asked(heard.url, script)
    assert [progress.done for progress in told] == [1, 2]
    assert async_pauses == [1.5]


def test_a_wait_can_be_cancelled(url: str, path: Path) -> None:
    async def script(client: AsyncClient) -> None:
        job = await client.submit(TASK, path)
        with anyio.move_on_after(0.05) as scope:
            await job.wait()
        assert scope.cancelled_caught

    with held(TASKS[TASK]):
        asked(url, script)
