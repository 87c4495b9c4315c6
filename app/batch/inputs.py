"""Which pictures a batch is about: those of a folder with its sub-folders, or of a list."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PICTURES = {
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".avif", ".avifs", ".gif",
    ".bmp", ".tif", ".tiff", ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".pbm", ".pgm", ".ppm",
    ".pnm", ".pfm", ".dcm", ".dicom",
}  # fmt: skip
"""Suffixes of the files in a folder that count as pictures, in capital letters as well."""


@dataclass(frozen=True)
class Input:
    """A picture that is to be answered.

    Attributes:
        path: where the file is.
        name: what it is called in the summary, with `/` between folders; the answer's place in the
            output folder follows from it.
    """

    path: Path
    name: str


def is_picture(name: str) -> bool:
    """Whether a file's suffix says that it is a picture that we read."""
    return os.path.splitext(name)[1].lower() in PICTURES


def in_folder(root: Path, output: Path, unreadable: Callable[[OSError], object]) -> Iterator[Input]:
    """The pictures in a folder and those below it, called by their way from there, by name.

    Hidden files and folders are left out, and so are pipes and the output folder. Links are
    followed, but no folder is gone through twice, so links that lead in a circle come to an end.

    Args:
        root: the folder.
        output: where answers are written.
        unreadable: called with what hinders a folder from being read.
    """
    seen = {_identity(output)} if output.exists() else set()
    for place, folders, files in os.walk(root, onerror=unreadable, followlinks=True):
        try:
            here = _identity(place)
        except OSError as error:  # it has gone since
            unreadable(error)
            continue
        if here in seen:
            folders.clear()
            continue
        seen.add(here)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(place, name)
            if is_picture(name) and not name.startswith(".") and not _is_device(path):
                yield Input(path, path.relative_to(root).as_posix())


def in_list(lines: Iterable[bytes]) -> Iterator[Input]:
    """The files that a list names, one a line, whatever their suffix; empty lines are skipped.

    Those in or below the current folder are called by their way from there, all others by their
    whole path without its root. A file that is named twice is answered once.

    Args:
        lines: paths, with or without the ends of the lines.

    Raises:
        ValueError: a line has a zero byte, which no path has.
    """
    here, seen = Path.cwd(), set()
    for line in lines:
        named = line.rstrip(b"\r\n")
        path = Path(os.path.abspath(os.fsdecode(named)))
        if b"\0" in named:
            raise ValueError("a path has a zero byte; one path a line is read")
        if not named or path in seen:
            continue
        seen.add(path)
        inside = path.is_relative_to(here)
        yield Input(path, path.relative_to(here if inside else path.anchor).as_posix())


def overwritten(folders: Iterable[Path], output: Path) -> Path | None:
    """The first folder of pictures in the output folder, where answers could replace them."""
    target = os.path.realpath(output)
    inside = (f for f in folders if Path(os.path.realpath(f)).is_relative_to(target))
    return next(inside, None)


def _is_device(path: Path) -> bool:
    """Whether reading could go on for ever; of what is not there the one who reads it is told."""
    try:
        return not stat.S_ISREG(path.stat().st_mode)
    except OSError:
        return False


def _identity(folder: str | Path) -> tuple[int, int]:
    found = os.stat(folder)
    return found.st_dev, found.st_ino
