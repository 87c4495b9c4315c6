"""Where the answers to pictures are written: a file, a folder or standard output."""

import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import typer

from app.batch.naming import bases
from app.cli.asked import STDIN
from app.files import piped, replacing
from app.question import media_type_of, suffix_of

STDOUT = Path("-")
"""The output that is standard output."""


@dataclass(frozen=True)
class Targets:
    """The files that answer pictures.

    Attributes:
        output: as it was given with `-o`.
        bases: in a folder, what the answer to each picture is called there without suffix; `None`:
            the output is no folder.
    """

    output: Path
    bases: dict[Path, str] | None

    def accept(self, picture: Path) -> str:
        """The format that is best named so: the output's suffix, in a folder the picture's own."""
        named = media_type_of((self.output if self.bases is None else picture).suffix)
        return f"{named}, */*;q=0.1" if named else "*/*"

    def path(self, picture: Path, media_type: str) -> Path:
        """The file that an answer of a media type is written into, or `STDOUT`."""
        if self.bases is None:
            return self.output
        same = media_type_of(picture.suffix) == media_type
        return self.output / (
            self.bases[picture] + (picture.suffix if same else suffix_of(media_type))
        )

    def open(self, picture: Path, media_type: str) -> AbstractContextManager[IO[bytes]]:
        """The file, which is there if the block does not fail.

        Raises:
            OSError: it can not be written.
        """
        path = self.path(picture, media_type)
        if path == STDOUT:
            return piped(sys.stdout.buffer)
        path.parent.mkdir(parents=True, exist_ok=True)
        return replacing(path)


def targets_of(output: Path, pictures: Sequence[Path]) -> Targets:
    """Several pictures are answered into a folder, one into a folder that is there or a file.

    Raises:
        typer.BadParameter: the answers would write over each other or over the pictures, or
            standard output can not take them.
    """
    if output == STDOUT:
        if len(pictures) > 1:
            raise typer.BadParameter("-o - takes one answer; several go into a folder")
        if sys.stdout.isatty():
            raise typer.BadParameter("-o - is for pipes, and standard output is a terminal")
        return Targets(output, None)
    if len(pictures) == 1 and not output.is_dir():
        return Targets(output, None)
    names = {picture: "stdin" if picture == STDIN else picture.name for picture in pictures}
    if len(set(names.values())) < len(pictures):
        told = "two pictures are called the same; densight batch keeps their folders apart"
        raise typer.BadParameter(told)
    folders = {os.path.realpath(picture.parent) for picture in pictures if picture != STDIN}
    if os.path.realpath(output) in folders:
        raise typer.BadParameter(f"answers in {output} could replace the pictures there")
    called = bases(list(names.values()))
    return Targets(output, {picture: called[name] for picture, name in names.items()})
