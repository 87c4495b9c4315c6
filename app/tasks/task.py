"""What a task is: a contract for graphs, options for users, and the way from one to an answer."""

import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import IO, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from app.card import Fit, ModelCard
from app.imaging.encode import MEDIA_TYPES
from app.imaging.picture import Picture
from app.runtime.contract import Contract
from app.runtime.model import Model
from app.tasks.options import DrawingOptions, Options

JSON = "application/json"
GEOJSON = "application/geo+json"
PNG = "image/png"
TIFF = "image/tiff"

BOUNDARY = "c1a4f7de-5b1e-4a53-9d0c-6a8f2b7e3c90"
"""Stands between the parts of an answer of several; no answer has it in it by chance."""

MULTIPART = f'multipart/mixed; boundary="{BOUNDARY}"'
"""Several answers in one body (RFC 2046, 5.1)."""

TILE_PIXELS = 2**16
"""Pixels of a tile where nothing else is said. A tile of 256x256 takes 0.6 GB of the shipped
`srdensenet-x4`."""

P = TypeVar("P")


Cell = str | int | float | bool
"""What stands in a cell of a table."""


class Document(BaseModel):
    """The JSON form of an answer."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    model: str
    """The model that answered, `name@version`."""

    def row(self, card: ModelCard) -> dict[str, Cell]:
        """The answer as a row of a table, by column: `peak.x` is the member `x` of the member
        `peak`, `box.0` the first of the list `box`.

        Args:
            card: of the model that answered.
        """
        return self.cells()

    def cells(self) -> dict[str, Cell]:
        """Every scalar in the answer, by the way to it."""
        return dict(_cells("", self.model_dump(mode="json", exclude_none=True)))


@dataclass(frozen=True)
class Bounds:
    """What an answer may cost.

    Attributes:
        max_pixels: largest picture that may be made in memory.
        max_pixels_made: largest picture that may be made if it is written meanwhile.
        tile_pixels: pixels that a network is given at once where it takes any number.
        progress: called with (steps done, steps in all) during long work; it may raise to stop.
        cut: called if a picture is cut into tiles, with whether they equal the whole.
        later: whether `infer` may leave work to `write`, so that less is in memory at once.
        inferring: entered by inference that goes on then.
    """

    max_pixels: int
    progress: Callable[[int, int], None] = lambda done, total: None
    cut: Callable[[bool], None] = lambda exact: None
    max_pixels_made: int = sys.maxsize
    tile_pixels: int = TILE_PIXELS
    later: bool = False
    inferring: Callable[[], AbstractContextManager[None]] = nullcontext

    def steps(self, parts: Sequence[P]) -> Iterator[P]:
        """Go through the parts of long work and report progress before each and at the end."""
        for done, part in enumerate(parts):
            self.progress(done, len(parts))
            yield part
        self.progress(len(parts), len(parts))


UNBOUNDED = Bounds(max_pixels=sys.maxsize)
"""For those who ask on their own behalf."""

O = TypeVar("O", bound=Options)  # noqa: E741 - the options of a task
R = TypeVar("R")  # what a task's inference results in


class Task(ABC, Generic[O, R]):
    """One question that can be asked about a picture.

    A subclass lives in a file of its own in this package, with an instance called `TASK`. From
    it come the route `POST /v1/{name}`, its OpenAPI description and the command `densight {verb}`.
    """

    name: ClassVar[str]
    """Route and card key, such as `super-resolution`."""
    verb: ClassVar[str]
    """Command, such as `upscale`."""
    summary: ClassVar[str]
    """One line for people."""
    parts: ClassVar[tuple[str, ...]] = ("image",)
    """What it is asked about: the pictures' parts of a form, and arguments of the command. Answers
    are about the first."""
    description: ClassVar[str] = ""
    """What is answered, in two or three sentences of Markdown; else the document's docstring."""
    samples: ClassVar[tuple[str, ...]] = ("cat.jpg",)
    """The pictures of `examples/`, one for each part, that the API's description shows an answer
    to."""
    contract: ClassVar[Contract]
    """The tensors a model of this task must take and give."""
    options: type[O]
    """What a user may choose."""
    document: ClassVar[type[Document] | None] = None
    """The JSON form of the answer, if it has one."""
    media_types: ClassVar[tuple[str, ...]]
    """Every media type an answer may have, the natural one first."""

    def offers(
        self, picture: Picture, options: O, model: Model, bounds: Bounds = UNBOUNDED
    ) -> tuple[str, ...]:
        """The media types of this request's answer: the format asked for, else all, best first.

        Raises:
            PictureTooLarge: the answer would have too many pixels, or the format asked for can not
                hold it.
        """
        if isinstance(options, DrawingOptions) and options.format is not None:
            return (MEDIA_TYPES[options.format],)
        return self.media_types

    def held(self, picture: Picture, model: Model, media_type: str, bounds: Bounds) -> int:
        """Pixels of the answer that are in memory at once, besides those of the picture."""
        return 0

    def seen_by(self, options: O, model: Model) -> Fit | None:
        """The fit that shows all that the answer is made of; `None`: it takes every pixel.

        A large JPEG may then be decoded smaller.
        """
        return None

    @abstractmethod
    def infer(self, model: Model, picture: Picture, options: O, bounds: Bounds) -> R:
        """Run the model on the picture; what is large may be left to `write`.

        Raises:
            DensightError: the picture or the options do not suit the model.
        """

    def infer_all(self, model: Model, pictures: Sequence[Picture], options: O, bounds: Bounds) -> R:
        """Run the model on all pictures that the task is asked about, in the order of `parts`.

        Raises:
            DensightError: they, or the options, do not suit the model or each other.
        """
        (picture,) = pictures
        return self.infer(model, picture, options, bounds)

    @abstractmethod
    def encode(self, result: R, media_type: str) -> bytes:
        """The answer's body in one of the media types offered."""

    def write(self, result: R, media_type: str, file: IO[bytes]) -> None:
        """Write the answer, once; a task whose answers may be large does so piece by piece.

        Args:
            result: of `infer`.
            media_type: one of those that `offers` named.
            file: empty, seekable and readable.

        Raises:
            DensightError: what `infer` left to do can not be done.
        """
        file.write(self.encode(result, media_type))

    def document_of(self, result: R) -> Document | None:
        """The answer as its JSON form has it; `None` if the task has no such form."""
        return None

    @abstractmethod
    def text(self, result: R) -> str:
        """The answer in one line, for the journal of a batch."""


def _cells(name: str, value: object) -> Iterator[tuple[str, Cell]]:
    """The scalars in a JSON value, each with the way to it."""
    if isinstance(value, dict):
        parts = list(value.items())
    elif isinstance(value, list):
        parts = list(enumerate(value))
    else:
        assert isinstance(value, Cell)
        yield name, value
        return
    for part, inner in parts:
        yield from _cells(f"{name}.{part}" if name else str(part), inner)
