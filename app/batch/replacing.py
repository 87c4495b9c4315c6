"""Files that are there whole or not at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def replacing(target: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `target` at the end of the block, and goes if that fails.

    Meanwhile it is beside it under a hidden name, which is always the same: what a killed program
    left there is written over by the next one.

    Raises:
        OSError: it can not be written, or not under that name.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("w+b") as file:  # a TIFF is read again while it is written
            yield file
        os.replace(part, target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
