"""The files that commands read and write: no larger than allowed, and there whole or not at all."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from app.errors import BodyTooLarge

IN_MEMORY = 2**24
"""Bytes up to which what goes into a pipe is kept in memory, and on the disk above."""


def read(file: IO[bytes], max_bytes: int | None = None) -> bytes:
    """All of a file or pipe.

    Raises:
        BodyTooLarge: it has more bytes than the settings allow.
        OSError: it can not be read.
    """
    if max_bytes is None:
        return file.read()
    try:
        size = os.fstat(file.fileno()).st_size  # 0 of a pipe
    except OSError:  # it is in memory
        size = 0
    data = file.read(min(size or max_bytes, max_bytes) + 1)
    if len(data) > max_bytes:
        told = f"more than {max_bytes} bytes, which DENSIGHT_MAX_BYTES allows"
        raise BodyTooLarge(told, limit=max_bytes)
    return data


def stdin(max_bytes: int | None = None) -> bytes:
    """All of standard input.

    Raises:
        BodyTooLarge: it has more bytes than that.
    """
    return read(sys.stdin.buffer, max_bytes)


@contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `target` at the end of the block, and goes if that fails.

    Meanwhile it is beside it under a hidden name, which is always the same: what a killed program
    left there is written over by the next one. A pipe or device is not replaced, but is given all
    of it then. A link stays one.

    Raises:
        OSError: it can not be written, or not under that name.
    """
    if target.exists() and not target.is_file():
        with target.open("wb") as pipe, piped(pipe) as file:
            yield file
        return
    target = Path(os.path.realpath(target))
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("w+b") as file:  # a TIFF is read again while it is written
            yield file
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


@contextmanager
def piped(pipe: IO[bytes]) -> Iterator[IO[bytes]]:
    """A file that can be read again and goes into a pipe at the end of the block."""
    with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
        yield file
        file.seek(0)
        shutil.copyfileobj(file, pipe)
        pipe.flush()
