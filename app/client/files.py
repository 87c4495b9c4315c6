"""Files that are whole or not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO


@contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[IO[bytes]]:
    """A file that takes the name when the block ends well, and goes if it does not."""
    wanted = Path(path)
    with NamedTemporaryFile(dir=wanted.parent, prefix=f".{wanted.name}.", delete=False) as file:
        try:
            yield file
            file.close()
            os.replace(file.name, wanted)
        except BaseException:
            file.close()
            os.unlink(file.name)
            raise
