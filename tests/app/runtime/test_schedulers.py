"""Schedulers: each model has its own, for as long as it is in memory."""

import asyncio
import gc
import threading
import weakref
from pathlib import Path

import pytest

from app.errors import QueueFull
from app.runtime.model import Model
from app.runtime.schedulers import Schedulers
from tests import tiny


def test_every_model_has_its_own_threads(tmp_path: Path) -> None:
    slow, quick = Model.load(tiny.colors(tmp_path)), Model.load(tiny.doubler(tmp_path))
    release = threading.Event()

    async def main() -> None:
        schedulers = Schedulers(workers=1, queue=1)
        held = [
            asyncio.create_task(schedulers.of(slow).run(lambda _: release.wait(), 60)) for _ in "ab"
        ]
        await asyncio.sleep(0)
        with pytest.raises(QueueFull):
            await schedulers.of(slow).run(lambda _: None, 60)
        assert await schedulers.of(quick).run(lambda _: "quick", 60) == "quick"
        release.set()
        await asyncio.gather(*held)
        await asyncio.to_thread(schedulers.close)

    asyncio.run(main())


def test_a_scheduler_goes_with_its_model(tmp_path: Path) -> None:
    schedulers = Schedulers(workers=1, queue=1)
    model = Model.load(tiny.colors(tmp_path))
    asyncio.run(schedulers.of(model).run(lambda _: None, 60))
    scheduler = weakref.ref(schedulers.of(model))

    del model
    gc.collect()

    assert scheduler() is None
