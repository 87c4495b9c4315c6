"""Semantic boundaries: where things of which class end, as a map of classes or of one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from app.card import ModelCard
from app.errors import ClassNotFound
from app.imaging.dense import Extent, counted
from app.imaging.encode import encode, encode_classes
from app.imaging.palette import Color, palette
from app.imaging.picture import Picture
from app.imaging.render import colored, drawing, gray, levels
from app.runtime.contract import Contract, Tensor
from app.runtime.model import Model
from app.tasks.dense import dense
from app.tasks.options import DrawingOptions
from app.tasks.task import JSON, PNG, TIFF, Bounds, Cell, Document, Task

NONE: Color = (0, 0, 0)
"""Colour of pixels that no boundary runs through."""


class SemanticBoundariesOptions(DrawingOptions):
    """What may be chosen for semantic boundaries."""

    render: Literal["mask", "overlay"] = "mask"
    """`mask`: a picture whose pixel values are 1 + the index of the strongest class, 0 where no
    boundary runs; `overlay`: their colours over the picture. JSON is the same for both."""

    threshold: Annotated[float, Field(ge=0, le=1)] = 0.4
    """From this strength on there is a boundary."""

    class_: str | None = Field(default=None, alias="class", examples=["Road", "3"])
    """Label or index of the only class to look at; what is drawn then are its strengths, gray and
    without a threshold."""


class ClassBoundary(BaseModel):
    """One class, and the pixels where its boundaries are the strongest."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    index: int
    """Of the class; the value of its pixels in a mask is one more."""
    label: str
    """Its name on the model's card."""
    pixels: int
    """How many it has."""
    strength: float
    """The mean over them, 0 to 1."""
    color: str
    """In pictures, `#rrggbb`."""


class SemanticBoundaries(Document):
    """The classes that have boundaries, by index."""

    width: int
    """Of the upright picture."""
    height: int
    """Of the upright picture."""

    classes: list[ClassBoundary]
    """By index."""

    exact: bool | None = None
    """Of a picture that was cut into tiles: whether the answer is the one to the whole picture."""

    def row(self, card: ModelCard) -> dict[str, Cell]:
        """The share of the picture that each class of the card has boundaries on."""
        pixels = {one.label: one.pixels for one in self.classes}
        whole = self.width * self.height
        row: dict[str, Cell] = {"model": self.model, "width": self.width, "height": self.height}
        shares = {**dict.fromkeys(card.labels or (), 0), **pixels}
        return {**row, **{f"fraction.{label}": count / whole for label, count in shares.items()}}


@dataclass(frozen=True)
class Result:
    """What is strongest in each pixel, and what an answer is made of.

    Attributes:
        values: uint8 `[H, W]`: 1 + the index of the strongest class, 0 where none is strong enough.
        strengths: float32 `[H, W]` in 0..1, of the strongest class.
        colors: of the values.
    """

    values: NDArray[np.uint8]
    strengths: NDArray[np.float32]
    colors: tuple[Color, ...]
    picture: Picture
    options: SemanticBoundariesOptions
    document: SemanticBoundaries


class SemanticBoundariesTask(Task[SemanticBoundariesOptions, Result]):
    """Every pixel has a strength for each class; large pictures go through the network in tiles."""

    name = "semantic-boundaries"
    verb = "boundaries"
    summary = "Say where things of which class end"
    description = (
        "The boundaries of every class: a mask with a palette, colours over the picture, or the "
        "strengths of one `class`. As JSON: how many pixels the boundaries of each class have, "
        "and how strong they are."
    )
    samples = ("pavilion-480.jpg",)
    contract = Contract(
        inputs={"image": Tensor("uint8", ("N", "H", "W", 3))},
        outputs={"boundaries": Tensor("float32", ("N", "C", "H", "W"))},
    )
    options = SemanticBoundariesOptions
    document: ClassVar[type[Document]] = SemanticBoundaries
    media_types = (PNG, TIFF, JSON)

    def held(self, picture: Picture, model: Model, media_type: str, bounds: Bounds) -> int:
        """Of each pixel the strongest class and its strength, 8 bytes, and those of one class."""
        return 5 * picture.width * picture.height

    def infer(
        self,
        model: Model,
        picture: Picture,
        options: SemanticBoundariesOptions,
        bounds: Bounds,
    ) -> Result:
        """The strongest class at the picture's own size; none in what the card's fit crops away.

        Raises:
            ClassNotFound: the model knows none of that name.
        """
        card = model.card
        only = None if options.class_ is None else _index(card, options.class_)

        def answer(outputs: Mapping[str, NDArray[Any]], extent: Extent) -> NDArray[Any]:
            planes = enumerate(outputs["boundaries"])
            best = np.zeros((extent.height, extent.width, 2), np.float32)
            for index, plane in planes:
                if only in (None, index):
                    strengths = extent.values(plane)
                    stronger = strengths > best[..., 1]
                    best[stronger] = np.stack(
                        [np.full_like(strengths, index)[stronger], strengths[stronger]], axis=-1
                    )
            return best

        best, exact = dense(model, picture, answer, bounds, "surest")
        strengths = best[..., 1]
        strong = (strengths >= options.threshold) & (strengths > 0)
        values = np.where(strong, best[..., 0] + 1, 0).astype(np.uint8)
        colors = (NONE, *palette(card.palette)[:-1])
        counts = counted(values)
        document = SemanticBoundaries(
            model=card.reference,
            width=picture.width,
            height=picture.height,
            classes=[
                ClassBoundary(
                    index=value - 1,
                    label=card.label(value - 1),
                    pixels=int(counts[value]),
                    strength=float(strengths[values == value].mean()),
                    color="#{:02x}{:02x}{:02x}".format(*colors[value]),
                )
                for value in (np.flatnonzero(counts[1:]) + 1).tolist()
            ],
            exact=exact,
        )
        return Result(values, strengths, colors, picture, options, document)

    def encode(self, result: Result, media_type: str) -> bytes:
        """Numbers as JSON, or the boundaries drawn as a picture."""
        if media_type == JSON:
            return result.document.model_dump_json(exclude_none=True).encode()
        writing, picture = result.options.writing, result.picture
        if result.options.render == "overlay":
            return encode(_laid_over(result), media_type, writing)
        if result.options.class_ is not None:
            return encode(drawing(gray(levels(result.strengths)), picture), media_type, writing)
        return encode_classes(result.values, result.colors, media_type, picture, writing)

    def document_of(self, result: Result) -> SemanticBoundaries:
        """The answer in numbers."""
        return result.document

    def text(self, result: Result) -> str:
        """Such as `Road 1.2%, Sky 0.9%`, by falling share of the picture."""
        document = result.document
        whole = document.width * document.height
        ordered = sorted(document.classes, key=lambda one: -one.pixels)
        return ", ".join(f"{one.label} {one.pixels / whole:.1%}" for one in ordered) or "none"


def _laid_over(result: Result) -> Picture:
    """Boundaries in their colours over the picture, which is left alone beside them."""
    pixels = result.picture.rgb8.copy()
    known = result.values > 0
    pixels[known] = np.array(result.colors, np.uint8)[result.values[known]]
    return colored(result.picture, pixels)


def _index(card: ModelCard, name: str) -> int:
    labels = card.labels or ()
    if name in labels:
        return labels.index(name)
    if name.isdecimal() and int(name) < len(labels):
        return int(name)
    raise ClassNotFound(f"{card.reference} knows no class {name!r}", classes=list(labels))


TASK = SemanticBoundariesTask()
