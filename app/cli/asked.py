"""Who can be asked about a picture, here or elsewhere, and how the answer is wanted."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

STDIN = Path("-")
"""The picture that comes through standard input."""

Progress = Callable[[int, int], None]
"""Called with (steps done, steps in all) during long work."""


def ignored(done: int, total: int) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True)
class Form:
    """A form of an answer.

    Attributes:
        accept: media types that will do, as the header of HTTP says it (RFC 9110, 12.5.1).
        open: called with the media type that it is, gives the file that it is written into.
    """

    accept: str
    open: Callable[[str], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True)
class Answered:
    """What is known of an answer besides itself.

    Attributes:
        model: that answered, `name@version`.
        exact: of a picture that was cut into tiles, whether they equal the whole; else `None`.
    """

    model: str
    exact: bool | None = None


class Asked(Protocol):
    """One question, which is put to a model here or to a server; from any number of threads."""

    @property
    def parts(self) -> Sequence[str]:
        """What the pictures are called that it is asked about."""

    def answer(
        self, pictures: Sequence[Path | bytes], forms: Sequence[Form], progress: Progress = ignored
    ) -> Answered:
        """Answer in each of the forms.

        Args:
            pictures: what is asked about, one for each part that the task wants: a file, what it
                contains, or `STDIN`.
            forms: are opened when the answer is there.
            progress: is told how far it is, if that is known.

        Raises:
            DensightError: there is no answer.
            ClientError: likewise; the server said so, or none answers.
            OSError: the picture can not be read, or the answer not be written.
        """
