"""Files that are whole or not there."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A file that takes the name when the block ends well, and goes if it does not."""
    wanted = Path(path)
    part = wanted.with_name(f".{wanted.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with part.open("xb") as file:
            yield file
        part.replace(wanted)
    finally:
        part.unlink(missing_ok=True)
