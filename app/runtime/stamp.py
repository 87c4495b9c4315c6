"""What tells a file's content from another one that lies at the same place."""

from pathlib import Path

Stamp = tuple[int, int, int]
"""Inode, size and time of change in nanoseconds: of a file that was replaced one differs."""


def stamp_of(path: Path) -> Stamp | None:
    """The stamp of what lies there now; `None`: there is no file any more."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
