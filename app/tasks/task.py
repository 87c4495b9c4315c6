"""What a task is: a contract for graphs, options for users, and the way from one to an answer."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Generic, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.card import Fit, ModelCard
from app.imaging.picture import Picture
from app.imaging.tiles import Tile, tiles_for
from app.imaging.window import checked
from app.runtime.contract import Contract
from app.runtime.model import Model

JSON = "application/json"
PNG = "image/png"
TIFF = "image/tiff"

P = TypeVar("P")


class Options(BaseModel):
    """What a user may choose; every field is a query parameter and a command-line option."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    model: str | None = Field(default=None, examples=["resnet20-cifar10", "srdensenet-x4@1"])
    """`name` or `name@version` of a model; the task's default model when absent."""

    frame: Annotated[int, Field(ge=0)] = 0
    """Which frame of a file of several to take, from 0 on."""

    window: Annotated[str | None, AfterValidator(checked)] = Field(
        default=None, examples=["40,400"]
    )
    """`center,width` of the values of a gray DICOM picture that are shown, darkest to brightest;
    the file's own window when absent."""


class Document(BaseModel):
    """The JSON form of an answer."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    model: str
    """The model that answered, `name@version`."""


@dataclass(frozen=True)
class Bounds:
    """What an answer may cost.

    Attributes:
        max_pixels: largest picture that may be made.
        progress: called with (steps done, steps in all) during long work; it may raise to stop.
        cut: called if a picture is cut into tiles, with whether they equal the whole.
    """

    max_pixels: int
    progress: Callable[[int, int], None] = lambda done, total: None
    cut: Callable[[bool], None] = lambda exact: None

    def steps(self, parts: Sequence[P]) -> Iterator[P]:
        """Go through the parts of long work and report progress before each and at the end."""
        for done, part in enumerate(parts):
            self.progress(done, len(parts))
            yield part
        self.progress(len(parts), len(parts))

    def tiles(self, card: ModelCard, picture: Picture, *, side: int, halo: int) -> Iterator[Tile]:
        """Go through the tiles of a picture as through steps; see `tiles_for`."""
        parts = tiles_for(card, picture.height, picture.width, side=side, halo=halo)
        if len(parts) > 1:
            self.cut(card.halo is not None)
        return self.steps(parts)


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
    contract: ClassVar[Contract]
    """The tensors a model of this task must take and give."""
    options: type[O]
    """What a user may choose."""
    document: ClassVar[type[Document] | None] = None
    """The JSON form of the answer, if it has one."""
    media_types: ClassVar[tuple[str, ...]]
    """Every media type an answer may have, the natural one first."""

    def offers(self, picture: Picture, options: O, model: Model) -> tuple[str, ...]:
        """The media types this request can be answered in, best first.

        Raises:
            PictureTooLarge: the format asked for can not hold the answer.
        """
        return self.media_types

    def seen_by(self, options: O, model: Model) -> Fit | None:
        """The fit that shows all that the answer is made of; `None`: it takes every pixel.

        A large JPEG may then be decoded smaller.
        """
        return None

    @abstractmethod
    def infer(self, model: Model, picture: Picture, options: O, bounds: Bounds) -> R:
        """Run the model on the picture.

        Raises:
            DensightError: the picture or the options do not suit the model.
        """

    @abstractmethod
    def encode(self, result: R, media_type: str) -> bytes:
        """The answer's body in one of the media types offered."""

    @abstractmethod
    def text(self, result: R) -> str:
        """The answer in one line, for a terminal."""
