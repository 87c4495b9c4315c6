"""The record of a batch: one JSON object a line for every picture, by which it is resumed."""

import fcntl
import json
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from app.batch.naming import SUMMARY
from app.files import replacing

NAME = f"{SUMMARY}.jsonl"

Record = dict[str, Any]
"""What is known of one picture; `input` is its name."""


class Journal:
    """A file in the output folder, which belongs to one batch at a time.

    Of a picture that was answered anew the last line counts. A line that was cut off when the
    program or the machine was stopped is no line.

    Args:
        folder: where the file is, or shall be; it exists.

    Raises:
        OSError: another batch writes into the folder, or the file can not be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._places: dict[str, int] = {}
        self._appending = threading.Lock()
        self._closing = ExitStack()
        with ExitStack() as opening:
            opening.callback(os.close, _locked(folder))
            self._file = self._path.open("a+b")
            opening.callback(lambda: self._file.close())
            self._read()
            self._closing = opening.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()

    def append(self, record: Record) -> None:
        """Write a line, which is on its way to the disk when this returns; from any thread.

        Raises:
            OSError: it can not be written.
        """
        line = json.dumps(record, separators=(",", ":")).encode() + b"\n"
        with self._appending:
            self._places[record["input"]] = self._file.seek(0, os.SEEK_END)
            self._file.write(line)
            self._file.flush()

    def latest(self, name: str) -> Record | None:
        """The last record of a picture, if there is one."""
        place = self._places.get(name)
        if place is None:
            return None
        with self._appending:
            self._file.seek(place)
            return _record(self._file.readline())

    def settle(self) -> None:
        """Keep the last line of each picture only, in the order of their names.

        Raises:
            OSError: it can not be written; then everything stays as it was.
        """
        with replacing(self._path) as file:
            for name in sorted(self._places):
                with self._appending:
                    self._file.seek(self._places[name])
                    file.write(self._file.readline())
            file.flush()
            os.fsync(file.fileno())  # or a power cut could leave neither the old nor the new one
        self._file.close()
        self._file = self._path.open("a+b")
        self._places.clear()
        self._read()

    def _read(self) -> None:
        """Note where the last line of each picture is, and cut off what is no whole line."""
        for place, line in _lines(self._file):
            if not line.endswith(b"\n"):
                self._file.truncate(place)
            elif record := _record(line):
                self._places[record["input"]] = place


def _locked(folder: Path) -> int:
    """Open a folder, which nobody else can lock until it is closed."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(opened)
        raise OSError(f"another batch writes into {folder}") from error
    except OSError:  # some network file systems lock no folders
        pass
    return opened


def _lines(file: Any) -> Iterator[tuple[int, bytes]]:
    place = file.seek(0)
    for line in iter(file.readline, b""):
        yield place, line
        place += len(line)


def _record(line: bytes) -> Record | None:
    """The record in a line; `None`: somebody else wrote the line."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    named = isinstance(record, dict) and isinstance(record.get("input"), str)
    return record if named else None
