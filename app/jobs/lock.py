"""One process at a time works on a folder of jobs."""

import fcntl
import os
from pathlib import Path
from typing import IO

from app.errors import JobsUnavailable


def locked(folder: Path) -> IO[str]:
    """Lock a folder until the file that is given is closed, or the process has ended in any way.

    Raises:
        JobsUnavailable: another process has it.
        OSError: it can not be locked at all.
    """
    file = (folder / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        with file:
            file.seek(0)
            holder = file.read(20).strip() or "unknown"
        raise JobsUnavailable(
            f"another process (id {holder}) does the jobs of {folder}; DENSIGHT_DATA names a "
            "folder for each"
        ) from error
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file
