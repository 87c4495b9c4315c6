"""Jobs: submitted once, followed over broken connections, and their results."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.client import Client, DeadlinePassed, Unreachable, errors
from app.client.documents import Progress
from app.tasks import TASKS
from tests.app.client.scripted import Heard, Says, scripted
from tests.conftest import held, noise

TASK = "super-resolution"
STREAM = {"Content-Type": "text/event-stream"}


def test_the_result_is_the_very_answer(client: Client, path: Path) -> None:
    job = client.submit(TASK, path, accept="image/webp", lossless=True)
    told: list[Progress] = []
    answer = job.wait(told.append).result()
    assert answer.content == client.ask(TASK, path, accept="image/webp", lossless=True).content
    assert answer.model == "doubler@1"
    assert answer.media_type == "image/webp"
    assert job.status().state == "done"
    assert (told[-1].done, told[-1].total) == (1, 1)


def test_a_result_is_saved_while_it_comes(client: Client, path: Path, tmp_path: Path) -> None:
    job = client.submit(TASK, path).wait()
    assert job.save(tmp_path / "large.png").media_type == "image/png"
    with Image.open(tmp_path / "large.png") as image:
        assert image.size == (24, 18)
    with pytest.raises(errors.JobNotFound):
        client.job("0" * 32).save(tmp_path / "none.png")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["large.png", "picture.png"]


def test_a_failed_job_raises_what_failed(client: Client) -> None:
    job = client.submit(TASK, b"no picture").wait()
    assert job.status().state == "failed"
    with pytest.raises(errors.UnknownFormat):
        job.result()


def test_a_job_is_cancelled(client: Client, path: Path) -> None:
    with held(TASKS[TASK]) as begun:
        job = client.submit(TASK, path)
        begun.wait()
        assert job.status().state == "running"
        with pytest.raises(errors.JobUnfinished):
            job.result()
        job.cancel()
    assert job.wait().status().state == "cancelled"
    with pytest.raises(errors.JobCancelled):
        job.result()
    job.cancel()
    with pytest.raises(errors.JobNotFound):
        job.status()


def test_a_wait_follows_until_the_end(client: Client, path: Path) -> None:
    ended = threading.Event()

    def wait() -> None:
        client.job(job.id).wait()
        ended.set()

    with held(TASKS[TASK]) as begun:
        job = client.submit(TASK, path)
        begun.wait()
        thread = threading.Thread(target=wait)
        thread.start()
        assert not ended.is_set()
    thread.join()
    assert ended.is_set()


def test_a_wait_ends_with_its_deadline_and_the_job_goes_on(client: Client, path: Path) -> None:
    with held(TASKS[TASK]):
        job = client.submit(TASK, path)
        with pytest.raises(DeadlinePassed, match=r"0\.1 s"):
            job.wait(deadline=0.1)
    assert job.wait(deadline=60).result().image().size == (24, 18)


def test_the_same_key_is_the_same_job(client: Client, path: Path) -> None:
    first = client.submit(TASK, path, idempotency_key="mine")
    assert client.submit(TASK, path, idempotency_key="mine").id == first.id
    assert client.submit(TASK, path).id != client.submit(TASK, path).id
    with pytest.raises(errors.IdempotencyKeyReused):
        client.submit(TASK, noise(3, 3), idempotency_key="mine")


def test_webhooks_are_asked_for(client: Client, path: Path) -> None:
    with pytest.raises(errors.WebhookRefused):
        client.submit(TASK, path, webhook="https://example.org/")


def test_a_job_of_an_array(client: Client) -> None:
    pixels = np.random.default_rng(0).integers(0, 65536, (3, 2), np.uint16)
    enlarged = client.submit(TASK, pixels).wait().result().array()
    assert np.array_equal(enlarged, pixels.repeat(2, 0).repeat(2, 1))


# Against a server that fails in every way.


def described(state: str, **more: Any) -> str:
    """A job as the service describes it."""
    known = {
        "id": "j",
        "state": state,
        "task": TASK,
        "model": "m@1",
        "created": "2026-11-28T09:30:00Z",
        "attempts": 1,
        "links": {"self": "/v1/jobs/j", "result": "/v1/jobs/j/result", "events": "/v1/jobs/j/e"},
    }
    return json.dumps({**known, **more})


def events(*told: tuple[str, str], cut: bool = False) -> Says:
    """A stream that tells of states, with progress in between, and ends."""
    lines = ["retry: 1500\n\n"]
    for kind, data in told:
        id = f"id: {json.loads(data)['state']}\n" if kind == "state" else ""
        lines.append(f"event: {kind}\n{id}data: {data}\n\n")
    return Says(200, "".join(lines).encode(), STREAM, cut)


def state(name: str, **more: Any) -> Says:
    """The answer to a question for it."""
    return Says(200, described(name, **more).encode(), {"Content-Type": "application/json"})


RUNNING, DONE = ("state", described("running")), ("state", described("done"))
HALF = ("progress", '{"done": 1, "total": 2}')
ALL = ("progress", '{"done": 2, "total": 2}')


@contextmanager
def followed(*answers: Says, **settings: Any) -> Iterator[tuple[Client, list[Heard]]]:
    """A client of a server that answers so."""
    with scripted(answers) as script, Client(script.url, **settings) as client:
        yield client, script.heard


def test_a_broken_stream_is_opened_again(pauses: list[float]) -> None:
    told: list[Progress] = []
    streams = [events(RUNNING, HALF, cut=True), events(RUNNING), events(RUNNING, HALF, ALL, DONE)]
    with followed(*streams) as (client, heard):
        client.job("j").wait(told.append)
    assert [(progress.done, progress.total) for progress in told] == [(1, 2), (2, 2)]
    assert [request.headers.get("last-event-id") for request in heard] == [
        None,
        "running",
        "running",
    ]
    assert pauses == [1.5, 1.5]


def test_streams_that_never_work_are_given_up(pauses: list[float]) -> None:
    with followed(*[Says(cut=True)] * 4, retries=3) as (client, _), pytest.raises(Unreachable):
        client.job("j").wait()
    assert len(pauses) == 3


def test_a_server_that_restarts_is_waited_for(pauses: list[float]) -> None:
    body = b'{"type": "urn:densight:problem:not-ready", "detail": "loading"}'
    loading = Says(503, body, {"Content-Type": "application/problem+json", "Retry-After": "1"})
    with followed(Says(cut=True), loading, events(DONE)) as (client, _):
        client.job("j").wait()
    with followed(*[loading] * 2, retries=1) as (client, _), pytest.raises(errors.NotReady):
        client.job("j").wait()


@pytest.mark.parametrize("status", [200, 204, 404, 406, 501])
def test_where_no_stream_comes_it_asks(pauses: list[float], status: int) -> None:
    told: list[Progress] = []
    half = {"done": 1, "total": 2}
    busy = Says(503, b"", {"Retry-After": "3"})
    waiting = Says(200, described("running").encode(), {"Retry-After": "9"})
    answers = [Says(status), state("running", progress=half), waiting, busy, state("done")]
    with followed(*answers) as (client, heard):
        client.job("j").wait(told.append)
    assert [request.path for request in heard] == ["/v1/jobs/j/events", *["/v1/jobs/j"] * 4]
    assert told == [Progress(done=1, total=2)]
    assert pauses == [1, 9, 3]


def test_a_job_that_is_gone_is_told() -> None:
    body = b'{"type": "urn:densight:problem:job-not-found", "detail": "no such job"}'
    gone = Says(404, body, {"Content-Type": "application/problem+json"})
    with followed(gone, gone) as (client, _), pytest.raises(errors.JobNotFound):
        client.job("j").wait()


def test_an_answer_that_was_lost_makes_no_second_job(pauses: list[float], path: Path) -> None:
    accepted = Says(202, described("queued").encode(), {"Content-Type": "application/json"})
    with followed(Says(cut=True), accepted) as (client, heard):
        assert client.submit(TASK, path).id == "j"
    keys = {request.headers["idempotency-key"] for request in heard}
    assert len(heard) == 2
    assert len(keys) == 1
    assert {request.headers["prefer"] for request in heard} == {"respond-async"}


def test_an_answer_instead_of_a_job_is_told(path: Path) -> None:
    with followed(Says(200)) as (client, _), pytest.raises(errors.UnexpectedAnswer, match="200"):
        client.submit(TASK, path)


def test_a_failed_job_is_not_asked_for_again(pauses: list[float]) -> None:
    body = b'{"type": "urn:densight:problem:out-of-memory", "detail": "x", "retry_after": 1}'
    failed = Says(503, body, {"Content-Type": "application/problem+json"})
    with followed(failed) as (client, heard), pytest.raises(errors.OutOfMemory):
        client.job("j").result()
    assert len(heard) == 1
