"""Messages are tried again, later each time, and not for ever."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.jobs.caretaker import Caretaker
from app.jobs.job import Job, new_id
from app.jobs.store import Store
from app.jobs.watchers import Watchers
from app.jobs.webhook import BACKOFF, Webhooks, origin_of
from tests.app.jobs.receiver import receiving


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@contextmanager
def told(
    folder: Path, url: str, origin: str | None
) -> Iterator[tuple[Store, Caretaker, str, Clock]]:
    """A job that has finished, and who sends its message when `deliver` is called."""
    store, clock = Store(folder / "jobs.sqlite"), Clock()
    webhooks = Webhooks([origin_of(origin)], bytes(24)) if origin else None
    caretaker = Caretaker(store, Watchers(), webhooks, expire=lambda: None, clock=clock)
    job = Job(new_id(), "", "saliency", "light@1", "{}", "", "print", 1.0, webhook=url)
    store.add(job, 10)
    store.take(2.0)
    store.finish(job.id, "done", 1000.0)
    yield store, caretaker, job.id, clock
    store.close()
    if webhooks:
        webhooks.close()


def test_told_at_once(tmp_path: Path) -> None:
    with receiving() as receiver, told(tmp_path, receiver.origin, receiver.origin) as given:
        store, caretaker, id, _ = given
        caretaker.deliver()
        caretaker.deliver()
        job = store.find(id)
    assert job is not None
    assert (job.delivery, job.tries, job.next_try, job.refusal) == ("delivered", 1, None, None)
    _, headers, body = receiver.came.get_nowait()
    assert receiver.came.empty()
    assert headers["webhook-id"] == id
    assert headers["webhook-timestamp"] == "1000"
    assert json.loads(body) == {
        "type": "job.done",
        "timestamp": "1970-01-01T00:16:40+00:00",
        "data": {"id": id, "state": "done", "task": "saliency", "model": "light@1"},
    }


def test_tried_again_when_it_is_time(tmp_path: Path) -> None:
    with receiving(500, 302) as receiver, told(tmp_path, receiver.origin, receiver.origin) as given:
        store, caretaker, id, clock = given
        caretaker.deliver()
        job = store.find(id)
        assert job is not None
        assert (job.delivery, job.refusal) == ("waiting", "it answered 500")
        assert job.next_try == 1000 + BACKOFF[0]
        clock.now = job.next_try - 0.1
        caretaker.deliver()
        assert receiver.came.qsize() == 1
        clock.now = job.next_try
        caretaker.deliver()
        clock.now += BACKOFF[1]
        caretaker.deliver()
        job = store.find(id)
        assert job is not None
        assert (job.delivery, job.tries) == ("delivered", 3)
        assert receiver.came.qsize() == 3
        assert len({receiver.came.get()[1]["webhook-id"] for _ in range(3)}) == 1


@pytest.mark.parametrize(("statuses", "tries"), [((500,) * 10, len(BACKOFF) + 1), ((500, 410), 2)])
def test_given_up(tmp_path: Path, statuses: tuple[int, ...], tries: int) -> None:
    with (
        receiving(*statuses) as receiver,
        told(tmp_path, receiver.origin, receiver.origin) as (store, caretaker, id, clock),
    ):
        for _ in range(10):
            caretaker.deliver()
            clock.now += max(BACKOFF)
        job = store.find(id)
    assert job is not None
    assert (job.delivery, job.tries, job.next_try) == ("failed", tries, None)
    assert receiver.came.qsize() == tries


def test_nobody_listens(tmp_path: Path) -> None:
    with receiving() as receiver:
        pass
    with told(tmp_path, receiver.origin, receiver.origin) as (store, caretaker, id, _):
        caretaker.deliver()
        job = store.find(id)
    assert job is not None
    assert (job.delivery, job.refusal) == ("waiting", "ConnectError")


@pytest.mark.parametrize("origin", [None, "example.org"])
def test_a_host_that_may_no_longer(tmp_path: Path, origin: str | None) -> None:
    with receiving() as receiver, told(tmp_path, receiver.origin, origin) as given:
        store, caretaker, id, _ = given
        caretaker.deliver()
        job = store.find(id)
    assert job is not None
    assert (job.delivery, job.tries) == ("failed", 1)
    assert receiver.came.empty()
