"""The scheduler: bounded, honest about deadlines, and never running what nobody waits for."""

import asyncio
import gc
import threading
import weakref

import pytest

from app.errors import DeadlineExceeded, QueueFull
from app.runtime.scheduler import Scheduler
from app.runtime.work_item import Ticket


def test_work_runs_on_its_own_threads() -> None:
    async def main() -> str:
        return await Scheduler(1, 1).run(lambda _: threading.current_thread().name, 60)

    assert asyncio.run(main()).startswith("densight")


def test_an_exception_reaches_the_one_who_waits() -> None:
    def work(_: Ticket) -> None:
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        asyncio.run(Scheduler(1, 1).run(work, 60))


def test_a_full_queue_refuses_and_frees_its_places() -> None:
    release = threading.Event()

    async def main() -> None:
        scheduler = Scheduler(workers=1, queue=1)
        held = [asyncio.create_task(scheduler.run(lambda _: release.wait(), 60)) for _ in "ab"]
        await asyncio.sleep(0)  # both are admitted when their coroutines have begun
        with pytest.raises(QueueFull) as caught:
            await scheduler.run(lambda _: None, 60)
        assert caught.value.facts["limit"] == 2
        assert caught.value.facts["retry_after"] >= 1
        release.set()
        await asyncio.gather(*held)
        assert await scheduler.run(lambda _: "free", 60) == "free"

    asyncio.run(main())


def test_a_passed_deadline_is_answered_and_the_waiting_work_never_runs() -> None:
    release, ran = threading.Event(), threading.Event()

    async def main() -> None:
        scheduler = Scheduler(workers=1, queue=1)
        held = asyncio.create_task(scheduler.run(lambda _: release.wait(), 60))
        await asyncio.sleep(0)
        with pytest.raises(DeadlineExceeded):
            await scheduler.run(lambda _: ran.set(), 0.001)
        release.set()
        await held
        await scheduler.run(lambda _: None, 60)  # whatever was queued before has been decided

    asyncio.run(main())
    assert not ran.is_set()


class Picture:
    """Something that a weak reference can follow."""


def test_what_waits_is_dropped_when_its_client_leaves() -> None:
    release = threading.Event()

    async def come_and_leave(scheduler: Scheduler) -> weakref.ref[Picture]:
        picture = Picture()
        client = asyncio.create_task(scheduler.run(lambda _: picture, 60))
        await asyncio.sleep(0)
        client.cancel()
        await asyncio.wait([client])
        return weakref.ref(picture)

    async def main() -> None:
        scheduler = Scheduler(workers=1, queue=1)
        held = asyncio.create_task(scheduler.run(lambda _: release.wait(), 60))
        await asyncio.sleep(0)
        try:
            for _ in range(3):  # of those that stayed the second would be refused
                picture = await come_and_leave(scheduler)
                gc.collect()
                assert picture() is None
        finally:
            release.set()
        await held

    asyncio.run(main())


def test_long_work_stops_when_nobody_waits() -> None:
    begun, stopped = threading.Event(), threading.Event()

    def work(ticket: Ticket) -> None:
        begun.set()
        try:
            while True:
                ticket.check()
        except DeadlineExceeded:
            stopped.set()
            raise

    async def main() -> None:
        scheduler = Scheduler(1, 0)
        client = asyncio.create_task(scheduler.run(work, 60))
        await asyncio.to_thread(begun.wait)
        client.cancel()
        with pytest.raises(asyncio.CancelledError):
            await client
        await asyncio.to_thread(scheduler.close)

    asyncio.run(main())
    assert stopped.is_set()
