"""Files of answers that are too large for memory, and how they are sent."""

import errno
import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from fastapi import Response
from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.errors import NoRoom

IN_MEMORY = 4 * 2**20
"""Bytes of an answer up to which it stays in memory."""

CHUNK = 2**18
"""Bytes that are read from the disk and sent at once."""

Spooled = tempfile.SpooledTemporaryFile[bytes]


@contextmanager
def spooled() -> Iterator[Spooled]:
    """A file for an answer, in memory while it is small; closed if the block fails.

    On the disk it has no name, so nothing is left of it once it is closed, even if the process is
    killed.

    Raises:
        NoRoom: the disk is full.
    """
    file: Spooled = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it outlives the block
    try:
        yield file
    except OSError as error:
        file.close()
        if error.errno != errno.ENOSPC:
            raise
        where = tempfile.gettempdir()
        raise NoRoom(f"no room is left for the answer in {where}", retry_after=60) from error
    except BaseException:
        file.close()
        raise


def response(file: Spooled, media_type: str) -> Response:
    """Answer with all of a file, which then is closed, also if the answer is never sent."""
    file.seek(0, os.SEEK_END)  # writers may go back to fill in what they learn later
    size = file.tell()
    file.seek(0)
    if size <= IN_MEMORY:
        with file:
            return Response(file.read(), media_type=media_type)
    return _FileResponse(file, size, media_type)


class _FileResponse(StreamingResponse):
    """Sends a file piece by piece."""

    def __init__(self, file: Spooled, size: int, media_type: str) -> None:
        pieces = iter(partial(file.read, CHUNK), b"")
        headers = {"content-length": str(size)}
        super().__init__(pieces, media_type=media_type, headers=headers)
        self._close = weakref.finalize(self, file.close)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._close()
