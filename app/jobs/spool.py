"""The files of jobs: what was uploaded and what came of it, within a limit on all of them."""

import errno
import os
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from app.errors import DiskFull

UNFINISHED = ".part"
"""Suffix of a file that is being written; nothing under such a name is ever read."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class Spool:
    """Two folders of files that are called after their jobs.

    A file is there whole or not at all, also after a loss of power: it is written under another
    name, brought to the disk, then renamed.

    Args:
        folder: is made where it is not; only its user may look into it.
        limit: bytes of all files together.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._uploads, self._results = folder / "uploads", folder / "results"
        for made in (self._uploads, self._results):
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._limit = limit
        self._changing = threading.Lock()
        self.used = 0
        """Bytes of all files that are whole."""

    def sweep(self, uploads: Collection[str], results: Collection[str]) -> None:
        """Remove all files but those of these jobs, and measure what is left."""
        used = 0
        for folder, known in ((self._uploads, uploads), (self._results, results)):
            for path in folder.iterdir():
                if path.name in known:
                    used += path.stat().st_size
                else:
                    path.unlink()
        self.used = used

    def check(self, size: int) -> None:
        """See whether so many bytes have room.

        Raises:
            DiskFull: they have none.
        """
        if self.used + size > self._limit:
            raise DiskFull(
                f"jobs take {self.used} bytes of {self._limit}, {size} more have no room; "
                "those that are fetched and deleted make some",
                limit=self._limit,
                bytes=size,
            )

    def keep_upload(self, id: str, data: bytes) -> None:
        """Bring what was uploaded to the disk.

        Raises:
            DiskFull: it has no room.
        """
        self.check(len(data))
        with self._writing(self._uploads / id) as file:
            file.write(data)

    @contextmanager
    def writing_result(self, id: str) -> Iterator[BinaryIO]:
        """A file to write and to read; it becomes the result when the block ends without error.

        Raises:
            DiskFull: it has no room.
        """
        with self._writing(self._results / id) as file:
            yield file

    def upload(self, id: str) -> Path:
        """What was uploaded."""
        return self._uploads / id

    def result(self, id: str) -> Path:
        """What came of it."""
        return self._results / id

    def remove_upload(self, id: str) -> None:
        """Free what was uploaded, if it is there."""
        self._remove(self._uploads / id)

    def remove_result(self, id: str) -> None:
        """Free what came of it, if it is there."""
        self._remove(self._results / id)

    def _remove(self, path: Path) -> None:
        with self._changing:
            try:
                size = path.stat().st_size
                path.unlink()
            except FileNotFoundError:
                return
            self.used -= size

    @contextmanager
    def _writing(self, path: Path) -> Iterator[BinaryIO]:
        unfinished = path.with_name(path.name + UNFINISHED)
        try:
            with unfinished.open("w+b") as file:
                yield file
                file.flush()
                size = os.fstat(file.fileno()).st_size
                with self._changing:
                    self.check(size)
                    self.used += size
                try:
                    os.fsync(file.fileno())
                    os.replace(unfinished, path)
                    _sync_folder(path.parent)
                except BaseException:
                    with self._changing:
                        self.used -= size
                    raise
        except OSError as error:
            if error.errno in _NO_ROOM:
                raise DiskFull("the disk has no room for jobs") from error
            raise
        finally:
            unfinished.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """A new name is on the disk when its folder is (`man 2 fsync`)."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
