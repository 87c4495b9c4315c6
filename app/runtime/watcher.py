"""Follows the models folder, so that what is served is what lies in it."""

import asyncio
import logging

from watchfiles import awatch

from app.runtime.registry import Registry

log = logging.getLogger(__name__)

EVERY = 5_000
"""Milliseconds after which the folder is looked at although nothing was reported: file systems
that are shared between machines report nothing."""


async def watch(registry: Registry, stop: asyncio.Event) -> None:
    """Refresh the registry whenever its folder changes, until `stop` is set."""
    if not registry.folder.is_dir():
        log.warning("%s is no folder, so changes in it are not followed", registry.folder)
        return
    # Whatever has changed there: to look costs no more than to ask what it was.
    changes = awatch(
        registry.folder,
        watch_filter=None,
        stop_event=stop,
        recursive=False,
        rust_timeout=EVERY,
        yield_on_timeout=True,
    )
    async for _ in changes:
        await asyncio.to_thread(registry.refresh)
